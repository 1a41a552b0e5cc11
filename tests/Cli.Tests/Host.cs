using System.Diagnostics;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.Cli.Tests;

/// <summary>
/// Another machine, as far as one machine can be several: its processes have a name, processes and temporary files of their own (namespaces of
/// Linux, where these may be made), and share a folder with others on which no lock can be had.
/// </summary>
internal sealed class Host(Workplace place, string shared, string name)
{
    private const string Script = """
        mount -t proc proc /proc && mount -t tmpfs tmpfs "$1" && echo "$2" > /proc/sys/kernel/hostname && shift 2 && exec "$@"
        """;

    private static readonly Lazy<bool> HasNamespaces = new(() => Programs.Find("unshare") is { } unshare
        && Ends(unshare, "--mount", "--uts", "--pid", "--fork", "--kill-child", "/bin/sh", "-c", "mount -t proc proc /proc") == 0);

    private static readonly Lazy<string?> Library = new(Build);

    /// <summary>Why there can be none; null where there can.</summary>
    public static string? Lack => Library.Value is null ? "no gcc to build a file system without locks with" : null;

    /// <summary>What its workers are called in messages.</summary>
    public string Name => HasNamespaces.Value ? name : Environment.MachineName;

    private string Log => place.PathOf($"{name}.locks");

    /// <summary>Whether locks were asked for and refused in the shared folder: .NET asks for one of every file that it writes, and does without.</summary>
    public bool RefusesLocks => File.Exists(Log);

    /// <summary>The other locks that somebody tried to have in the shared folder, a line each: those of a database.</summary>
    public IReadOnlyList<string> LocksAskedFor => RefusesLocks ? [.. File.ReadAllLines(Log).Where(l => !l.StartsWith("flock ", StringComparison.Ordinal))] : [];

    public Workplace.Running Start(params string[] arguments)
    {
        var temporary = place.PathOf($"{name}.tmp");
        Directory.CreateDirectory(temporary);
        string[] command =
        [
            "/usr/bin/env", $"TMPDIR={temporary}", $"LD_PRELOAD={Library.Value}", $"NO_LOCKS_UNDER={place.PathOf(shared)}", $"NO_LOCKS_LOG={Log}",
            Programs.Find("dotnet")!, Path.Combine(AppContext.BaseDirectory, "vicreg-sweep.dll"), .. arguments,
        ];
        return HasNamespaces.Value
            ? place.StartProgram(Programs.Find("unshare")!,
                ["--mount", "--uts", "--pid", "--fork", "--kill-child", "/bin/sh", "-c", Script, "sh", temporary, name, .. command])
            : place.StartProgram(command[0], command[1..]);
    }

    public Workplace.Result Run(params string[] arguments)
    {
        using var running = Start(arguments);
        return running.Finish(TimeSpan.FromMinutes(5));
    }

    private static string? Build()
    {
        if (Programs.Find("gcc") is not { } compiler) return null;

        var library = Path.Combine(AppContext.BaseDirectory, "lockless.so");
        var unfinished = $"{library}.{Environment.ProcessId}";
        if (Ends(compiler, "-shared", "-fPIC", "-o", unfinished, Path.Combine(AppContext.BaseDirectory, "lockless.c"), "-ldl") != 0) return null;

        File.Move(unfinished, library, overwrite: true);
        return library;
    }

    private static int Ends(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
