using System.Runtime.InteropServices;
using System.Text;
using TorchSharp;
using VicRegSweeps.SweepEngine;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace VicRegSweeps.Trials.Native;

/// <summary>What has to be true of the process before the first tensor.</summary>
public static partial class NativeRuntime
{
    private const string NeededSymbolVersion = "GLIBCXX_3.4.32";

    /// <summary>What is to be said where <see cref="HasNeededSymbols"/> is false. The script lies beside every program that trains.</summary>
    internal static string OldLibrary =>
        $"libtorch needs a libstdc++ with {NeededSymbolVersion} (GCC 13), and this machine's is older. This installs it, or says how: bash {Path.Combine(AppContext.BaseDirectory, "ensure-libstdcxx")}";

    private const int MallocTrimThreshold = -1;
    private const int MallocTopPad = -2;
    private const int MallocMmapMax = -4;

    private static readonly Lock Gate = new();
    private static Libtorch? Chosen;
    private static bool IsLoaded;

    /// <summary>The libtorch that is loaded, or will be.</summary>
    /// <exception cref="SweepException">None is here, or the one that was named cannot work.</exception>
    public static Libtorch Libtorch
    {
        get
        {
            lock (Gate) return Chosen ??= Choose();
        }
    }

    /// <summary>Takes this libtorch in place of the package's, unless one is loaded already: a process can have but one.</summary>
    internal static void Use(Libtorch libtorch)
    {
        lock (Gate)
        {
            if (!IsLoaded) Chosen = libtorch;
        }
    }

    /// <summary>Loads <see cref="Libtorch"/>, or says in one sentence why it cannot be loaded.</summary>
    /// <exception cref="SweepException">libtorch or the C++ library that it needs is missing, or it is not one for TorchSharp.</exception>
    public static void EnsureLoaded()
    {
        lock (Gate)
        {
            if (IsLoaded)
            {
                return;
            }

            var libtorch = Libtorch;
            TuneForTraining();
            LibtorchLoader.Load(libtorch);
            torch.InitializeDeviceType(DeviceType.CPU);
            if (!libtorch.IsBuiltFor) LibtorchLoader.TryOut(libtorch);
            IsLoaded = true;
        }
    }

    /// <summary>The file of libtorch that this process has in memory; null where there is none.</summary>
    public static string? LoadedFrom() => PathInMemory("libtorch_cpu.so");

    private static Libtorch Choose() =>
        Environment.GetEnvironmentVariable(Libtorch.Variable) is { Length: > 0 } named ? Libtorch.Named(named)
        : Libtorch.OfPackage() is { } package ? package
        : Libtorch.PackageObstacle() is { } obstacle ? throw new SweepException(obstacle)
        : Libtorch.OfPython()?.Checked()
        ?? throw new SweepException(
            $"There is no libtorch here: the program was published without one, and python3 has no PyTorch. Name one with --libtorch PATH or {Libtorch.Variable}, of version {Libtorch.BuiltFor}.");

    /// <summary>
    /// Two things about glibc machines that have to be said before libtorch is loaded. OpenMP's threads are to sleep at a
    /// barrier, not to spin: beside another busy process spinning made training ten times slower. And malloc is to keep
    /// what is freed: it would map every large block anew, and a step takes and frees the same ones over and over.
    /// </summary>
    private static void TuneForTraining()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = SetEnvironment("OMP_WAIT_POLICY", "PASSIVE", overwrite: 0);
            _ = Mallopt(MallocMmapMax, 0);
            _ = Mallopt(MallocTrimThreshold, int.MaxValue);
            _ = Mallopt(MallocTopPad, 64 << 20);
        }
        catch (EntryPointNotFoundException)
        {
            // musl has no mallopt; training is slower and just as right.
        }
    }

    /// <summary>Whether the C++ library is new enough for the binding.</summary>
    internal static bool HasNeededSymbols()
    {
        if (!NativeLibrary.TryLoad("libstdc++.so.6", out _))
        {
            return false;
        }

        var path = PathInMemory("libstdc++.so.6");
        return path is null || File.ReadAllBytes(path).AsSpan().IndexOf(Encoding.ASCII.GetBytes(NeededSymbolVersion)) >= 0;
    }

    private static string? PathInMemory(string library)
    {
        var line = OperatingSystem.IsLinux() ? File.ReadLines("/proc/self/maps").FirstOrDefault(l => l.Contains(library, StringComparison.Ordinal)) : null;
        return line?[line.IndexOf('/')..];
    }

    // .NET's own SetEnvironmentVariable is not seen by native libraries.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int Mallopt(int parameter, int value);
}
