using System.Diagnostics;
using System.Text;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.Cli.Tests;

/// <summary>A folder of its own to run the command in. The feature banks are shared, as users share theirs.</summary>
internal sealed class Workplace : IDisposable
{
    public const string TinySweep = """
        version: 1
        name: tiny
        question: Does it run?
        seeds: 2
        fixed:
          data.train_images: 96
          data.test_images: 40
          augment.views: 2
          train.batch_size: 32
          train.epochs: 4
          log.every_batches: 5
          eval.every_epochs: 2
        grid:
          loss.variance_weight: [0, 25]

        """;

    public const string Cifar10Sweep = """
        version: 1
        name: cifar
        fixed:
          data.source: cifar10
          data.train_images: 96
          data.test_images: 40
          train.batch_size: 32

        """;

    private static readonly string Banks = Path.Combine(Path.GetTempPath(), "vicreg-sweep-tests", "banks");

    private readonly string folder = Directory.CreateTempSubdirectory("vicreg-sweep-").FullName;

    /// <summary>The checkout that the tests were built from.</summary>
    public static string Repository { get; } = Above(AppContext.BaseDirectory);

    /// <summary>Variables that its commands have beside the tests' own; null takes one away.</summary>
    public Dictionary<string, string?> Variables { get; } = [];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    public string PathOf(string name) => Path.Combine(folder, name);

    public void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllText(PathOf(name), text);
    }

    public string[] Lines(string name) => File.ReadAllLines(PathOf(name));

    public Result Run(params string[] arguments)
    {
        using var running = Start(arguments);
        return running.Finish(TimeSpan.FromMinutes(5));
    }

    public Running Start(params string[] arguments) =>
        StartProgram(Programs.Find("dotnet")!, [Path.Combine(AppContext.BaseDirectory, "vicreg-sweep.dll"), .. arguments]);

    /// <summary>Starts any program in the folder. Signals that these tests were started to ignore, as under nohup, reach it all the same.</summary>
    public Running StartProgram(string path, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Programs.Find("env")!, ["--default-signal=HUP,INT,TERM", path, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        start.Environment["XDG_CACHE_HOME"] = Banks;
        start.Environment.Remove("CIFAR10_DIR");
        foreach (var (name, value) in Variables) start.Environment[name] = value;
        return new Running(Process.Start(start)!);
    }

    private static string Above(string folder) =>
        File.Exists(Path.Combine(folder, "VicRegSweeps.sln")) ? folder : Above(Path.GetDirectoryName(folder)!);

    /// <summary>What a command printed and ended with.</summary>
    public sealed record Result(int ExitCode, string Output, string Error);

    /// <summary>A command that is under way.</summary>
    public sealed class Running : IDisposable
    {
        private readonly Process process;
        private readonly Task[] readers;
        private readonly StringBuilder output = new();
        private readonly StringBuilder error = new();

        public Running(Process process)
        {
            this.process = process;
            readers = [Collect(process.StandardOutput, output), Collect(process.StandardError, error)];
        }

        public int Id => process.Id;

        /// <summary>What standard error has by now.</summary>
        public string ErrorSoFar
        {
            get
            {
                lock (error) return error.ToString();
            }
        }

        /// <summary>Waits until standard error has some text.</summary>
        public void WaitForError(string text) => WaitFor(error, text);

        /// <summary>Waits until standard output has some text.</summary>
        public void WaitForOutput(string text) => WaitFor(output, text);

        /// <summary>Sends a signal by its name, with the shell's own kill: a minimal machine has no other.</summary>
        public void Signal(string name) => Process.Start("/bin/sh", ["-c", $"kill -{name} {process.Id}"]).WaitForExit();

        public Result Finish(TimeSpan patience)
        {
            Assert.True(process.WaitForExit(patience), $"The command did not end within {patience}.");
            Task.WaitAll(readers);
            return new Result(process.ExitCode, output.ToString(), error.ToString());
        }

        public void Dispose()
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }

            process.Dispose();
        }

        private static Task Collect(StreamReader from, StringBuilder to) => Task.Run(async () =>
        {
            var buffer = new char[4096];
            while (await from.ReadAsync(buffer) is > 0 and var count)
            {
                lock (to) to.Append(buffer, 0, count);
            }
        });

        private static void WaitFor(StringBuilder said, string text)
        {
            for (var waited = Stopwatch.StartNew(); waited.Elapsed < TimeSpan.FromMinutes(2); Thread.Sleep(20))
            {
                lock (said)
                {
                    if (said.ToString().Contains(text, StringComparison.Ordinal)) return;
                }
            }

            Assert.Fail($"'{text}' did not come within two minutes: {said}");
        }
    }
}
