using System.Diagnostics;
using System.Globalization;
using VicRegSweeps.Formula;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stopping;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.Stores.Shards;

namespace VicRegSweeps.Drills;

/// <summary>A folder with stores, and the programs that work on them. A store whose name begins with <c>pg:</c> is in PostgreSQL instead.</summary>
internal sealed class Site : IDisposable
{
    /// <summary>What the names of stores begin with that are in PostgreSQL.</summary>
    public const string Server = "pg:";

    private readonly string folder;

    public Site(string? folder = null) => this.folder = folder ?? Directory.CreateTempSubdirectory("drill-").FullName;

    public string this[string name] => name.StartsWith(Server, StringComparison.Ordinal)
        ? PostgresCluster.Shared.Address($"{name[Server.Length..]}_{Path.GetFileName(folder).ToLowerInvariant().Replace('-', '_')}")
        : Path.Combine(folder, name);

    /// <summary>Registers trials of every ending under rules that stop some of them.</summary>
    public void Register(string store, int trials, int epochs, SweepRules? rules = null)
    {
        using var opened = StoreRooms.CreateOrOpen(this[store], FormulaRunner.Parameters, TimeProvider.System);
        Register(opened, trials, epochs, rules);
    }

    /// <summary>The same in a folder of shards.</summary>
    public void Divide(string folder, int shards, int trials, int epochs) => ShardFolder.Make(
        this[folder], shards, FormulaRunner.Parameters, TimeProvider.System, store => Register(store, trials, epochs, rules: null));

    private static void Register(IStore store, int trials, int epochs, SweepRules? rules)
    {
        string[] endings = ["complete", "complete", "stop", "complete", "diverge"];
        store.Register(
            "drill",
            "Is anything lost?",
            "version: 1",
            Enumerable.Range(0, trials).Select(i => FormulaRunner.Trial(
                i, ("formula.slope", 0.1 + (0.37 * i)), ("formula.ending", endings[i % endings.Length]), ("train.epochs", epochs))),
            new FormulaRunner().StackKey,
            rules ?? new SweepRules
            {
                StackWidth = 4,    // The runner's. Trials are ranked within their stacks, which shards then leave whole.
                Stop = new StopRules
                {
                    Collapse = new CollapseRule { Action = CollapseAction.Stop, AfterEpochs = 2, Sustained = 3 },
                    Halving = new HalvingRule("embedding/rank") { EveryEpochs = 4, Keep = 0.7 },
                },
            });
    }

    /// <summary>Trains in this process, undisturbed.</summary>
    public void Finish(string store)
    {
        var runner = new FormulaRunner();
        using var opened = StoreRooms.Open(this[store], runner.Catalogue, TimeProvider.System);
        new SweepRun(opened, runner, new Printer()).Execute(CancellationToken.None);
    }

    /// <summary>A worker of formulas in a process of its own; options as <c>name=number</c>.</summary>
    public Process Worker(string store, params string[] options) =>
        Start(["VicRegSweeps.Formula.dll", this[store], .. options]);

    /// <summary>The real command.</summary>
    public Process Command(params string[] arguments) => Start(["vicreg-sweep.dll", .. arguments]);

    /// <summary>Runs the real command to its end.</summary>
    public (int Code, string Error) Run(params string[] arguments)
    {
        using var process = Command(arguments);
        var error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error.Result);
    }

    /// <summary>Exports a store and reads the files; how long a trial took is left out.</summary>
    public IReadOnlyDictionary<string, string> Export(string store)
    {
        var to = this[$"export-{Guid.NewGuid():N}"];
        var (code, error) = Run("export", this[store], "--csv", to);
        if (code != 0) throw new BrokenPromiseException($"export ended with {code}: {error}");

        return Directory.GetFiles(to).Order(StringComparer.Ordinal).ToDictionary(f => Path.GetFileName(f), WithoutSeconds);
    }

    /// <summary>Compares the exports of two stores bit for bit, and looks at what one of them holds.</summary>
    /// <returns>What was compared.</returns>
    public string Compare(string undisturbed, string disturbed)
    {
        var (expected, found) = (Export(undisturbed), Export(disturbed));
        foreach (var (name, text) in expected)
        {
            if (found.GetValueOrDefault(name) == text) continue;

            var (a, b) = (text.Split('\n'), found.GetValueOrDefault(name, "").Split('\n'));
            var line = Enumerable.Range(0, Math.Max(a.Length, b.Length)).First(i => a.ElementAtOrDefault(i) != b.ElementAtOrDefault(i));
            throw new BrokenPromiseException($"{name}, line {line + 1}: '{b.ElementAtOrDefault(line)}' instead of '{a.ElementAtOrDefault(line)}'");
        }

        using var reader = StoreRooms.OpenReader(this[disturbed]);
        var status = reader.Status();
        if (status.Finished != status.Total || status.Running > 0) throw new BrokenPromiseException($"{status.Total - status.Finished} trials have not ended");

        foreach (var curve in reader.Losses().GroupBy(l => l.Trial))
        {
            var end = 0L;
            foreach (var row in curve.Select(c => c.Row))
            {
                if (row.Step != end + row.Batches) throw new BrokenPromiseException($"trial {curve.Key}: a row up to step {row.Step} follows step {end}");
                end = row.Step;
            }
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"{status.Total} trials, each with one end ({status.Completed} completed, {status.Stopped} stopped, {status.Failed} failed), steps without gap or repeat, {expected.Count} files equal bit for bit ({expected.Values.Sum(t => t.Length)} characters)");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Sends a signal by its name.</summary>
    public static void Signal(Process process, string name) =>
        Process.Start("/bin/sh", ["-c", $"kill -{name} {process.Id} 2>/dev/null"]).WaitForExit();

    private Process Start(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Programs.Find("dotnet")!)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var (program, rest) = (arguments.First(), arguments.Skip(1));
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, program));
        foreach (var argument in rest) start.ArgumentList.Add(argument);
        start.Environment["XDG_CACHE_HOME"] = Path.Combine(Path.GetTempPath(), "vicreg-sweep-tests", "banks");
        start.Environment.Remove("CIFAR10_DIR");
        return Process.Start(start)!;
    }

    private static string WithoutSeconds(string file)
    {
        var lines = File.ReadAllLines(file);
        var column = Array.IndexOf(lines[0].Split(','), "seconds");
        return column < 0
            ? string.Join('\n', lines)
            : string.Join('\n', lines.Select(line => string.Join(',', Fields(line).Where((_, i) => i != column))));
    }

    private static IEnumerable<string> Fields(string line)
    {
        var (start, quoted) = (0, false);
        for (var i = 0; i <= line.Length; i++)
        {
            if (i < line.Length && line[i] == '"') quoted = !quoted;
            if (i < line.Length && (line[i] != ',' || quoted)) continue;

            yield return line[start..i];
            start = i + 1;
        }
    }
}
