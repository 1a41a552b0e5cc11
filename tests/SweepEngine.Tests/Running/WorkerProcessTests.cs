using System.Diagnostics;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stopping;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.SweepEngine.Tests.Running;

/// <summary>Real processes on one file, killed, suspended and in a crowd: the drills of tests/Drills in small.</summary>
public sealed class WorkerProcessTests
{
    private static readonly SweepRules Rules = new()
    {
        Stop = new StopRules { Halving = new HalvingRule("embedding/rank") { EveryEpochs = 3, Keep = 0.7 } },
    };

    [Fact]
    public void Workers_that_are_killed_and_started_again_record_what_an_undisturbed_one_does()
    {
        using var sweep = new FormulaSweep(onDisk: true);
        sweep.Register(Rules, Trials(24));
        var random = new Random(6);
        var workers = Enumerable.Range(0, 2).Select(_ => Start(sweep, "pace=4", "checkpoint=0.05")).ToArray();
        for (var kill = 0; kill < 6; kill++)
        {
            Thread.Sleep(random.Next(100, 500));
            var one = kill % 2;
            workers[one].Kill();
            workers[one].WaitForExit();
            workers[one].Dispose();
            workers[one] = Start(sweep, "pace=4", "checkpoint=0.05");
        }

        foreach (var worker in workers) Finish(worker);

        Assert.Equal(Undisturbed(24), Record(sweep));
    }

    [Fact]
    public void Stages_are_recorded_once_whatever_is_killed_when()
    {
        using var killed = Towers();
        using var undisturbed = Towers();
        Finish(Start(undisturbed, "staged=1"));
        var random = new Random(14);
        var workers = Enumerable.Range(0, 2).Select(_ => Begin()).ToArray();
        for (var kill = 0; kill < 8; kill++)
        {
            Thread.Sleep(random.Next(100, 400));
            workers[kill % 2].Kill();
            workers[kill % 2].WaitForExit();
            workers[kill % 2].Dispose();
            workers[kill % 2] = Begin();
        }

        foreach (var worker in workers) Finish(worker);

        Assert.Equal(Record(undisturbed), Record(killed));
        using var reader = killed.Read();
        Assert.Equal(24 + 6, reader.ArtifactsNamed(StagedRunner.Level).Count(a => a.Fault is null));

        Process Begin() => Start(killed, "staged=1", "pace=60", "checkpoint=0.1");
    }

    [Fact]
    public void A_worker_that_was_suspended_past_its_lease_is_refused()
    {
        using var sweep = new FormulaSweep(onDisk: true);
        sweep.Register(Rules, Trials(4));
        using var late = Start(sweep, "pace=40", "lease=1", "checkpoint=0.1");
        Until(() => sweep.Store.Status() is { Running: > 0 } or { Pending: 0 });
        Signal(late, "STOP");
        var before = Record(sweep);

        Assert.Equal("", Finish(Start(sweep, "lease=60")));
        Signal(late, "CONT");
        Assert.True(late.WaitForExit(TimeSpan.FromMinutes(1)));

        Assert.NotEqual(Undisturbed(4), before);
        Assert.Contains("ran out", late.StandardError.ReadToEnd());
        Assert.Equal(Undisturbed(4), Record(sweep));
    }

    [Fact]
    public void A_crowd_of_workers_trains_nothing_twice_and_none_is_locked_out()
    {
        using var sweep = new FormulaSweep(onDisk: true);
        sweep.Register(Rules, Trials(120));

        var workers = Enumerable.Range(0, 6).Select(_ => Start(sweep)).ToArray();
        Assert.All(workers, worker => Assert.Equal("", Finish(worker)));

        Assert.Equal(Undisturbed(120), Record(sweep));
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={sweep.Database};Pooling=False");
        Assert.Equal(
            (30L, 30L), Dapper.SqlMapper.QuerySingle<(long, long)>(connection, "SELECT sum(token), count(*) FROM stack"));
    }

    [Fact]
    public void Clocks_that_jump_by_an_hour_lose_and_double_nothing()
    {
        using var sweep = new FormulaSweep(onDisk: true);
        sweep.Register(Rules, Trials(16));

        var workers = new[] { "jump=0.3", "jump=0.5" }.Select(jump => Start(sweep, jump, "pace=4", "checkpoint=0.1")).ToArray();
        foreach (var worker in workers) Finish(worker);

        Assert.Equal(Undisturbed(16), Record(sweep));
    }

    [Fact]
    public void A_trial_that_ends_its_process_is_found_fails_alone_and_says_how()
    {
        using var sweep = new FormulaSweep(onDisk: true);
        sweep.Register(
            new SweepRules { MostRetries = 1 },
            Trials(4).Append(FormulaRunner.Trial(9, ("formula.ending", "crash"))).Concat(Trials(8).Skip(4)));

        var summary = new Supervision(sweep.Store, 2, _ => new FormulaProcess(Start(sweep, "supervised=1", "width=8")), sweep.Observer)
            .Run(TestContext.Current.CancellationToken);

        Assert.Equal((8, 1), (summary.Status.Completed, summary.Status.Failed));
        var guilty = Assert.Single(sweep.Trials(), t => t.State == TrialState.Failed);
        Assert.Equal((9L, "error"), (guilty.Seed, guilty.FailureClass));
        Assert.Contains("was ended by SIGABRT", guilty.Reason);
        Assert.Contains($"trial {guilty.Id} crashed", guilty.Reason);
    }

    private static IEnumerable<Trial> Trials(int count) => Enumerable.Range(0, count).Select(i =>
        FormulaRunner.Trial(i, ("formula.slope", 0.2 + (0.7 * i)), ("train.epochs", 7)));

    /// <summary>Twenty-four towers of other heights on six grounds, whose trials have not begun.</summary>
    private static FormulaSweep Towers()
    {
        var sweep = new FormulaSweep(onDisk: true);
        using var site = sweep.Open(StagedRunner.Parameters);
        site.Register(
            "site", "How high?", "version: 1",
            Enumerable.Range(0, 24)
            .Select(i => StagedRunner.Of(i % 2, ("ground.depth", 1.0 + (i % 3)), ("tower.floors", 1 + (i % 2)), ("tower.floor", 2.0 + i))),
            new StagedRunner().StackKey);
        return sweep;
    }

    private static string Undisturbed(int trials)
    {
        using var sweep = new FormulaSweep(onDisk: true);
        sweep.Register(Rules, Trials(trials));
        sweep.Run();
        return Record(sweep);
    }

    private static string Record(FormulaSweep sweep)
    {
        using var reader = sweep.Read();
        return string.Join('\n',
        [
            .. reader.Trials().Select(t => $"{t.Id} {t.State} {t.Reason} {t.Epochs} {t.Steps} {t.Loss} {t.Panels[0]?.Verdict}"),
            .. reader.Losses().Select(l => l.ToString()),
            .. reader.MetricValues().Select(m => m.ToString()),
        ]);
    }

    private static Process Start(FormulaSweep sweep, params string[] options) => Process.Start(new ProcessStartInfo(
        Programs.Find("dotnet")!, [Path.Combine(AppContext.BaseDirectory, "VicRegSweeps.Formula.dll"), sweep.Database, .. options])
    {
        RedirectStandardError = true,
    })!;

    /// <returns>What it had to say.</returns>
    private static string Finish(Process worker)
    {
        using var finished = worker;
        var said = worker.StandardError.ReadToEnd();
        Assert.True(worker.WaitForExit(TimeSpan.FromMinutes(2)));
        Assert.True(worker.ExitCode == 0, said);
        return said;
    }

    private static void Signal(Process process, string name) => Process.Start("/bin/sh", ["-c", $"kill -{name} {process.Id}"]).WaitForExit();

    private static void Until(Func<bool> holds)
    {
        for (var watch = Stopwatch.StartNew(); !holds() && watch.Elapsed < TimeSpan.FromMinutes(1); Thread.Sleep(10))
        {
        }
    }

    private sealed class FormulaProcess(Process process) : IWorkerProcess
    {
        public string Identity { get; } = WorkerIdentity.Supervised(process.Id, Environment.ProcessId);

        public int? ExitCode => process.HasExited ? process.ExitCode : null;

        public string LastOutput => field ??= process.StandardError.ReadToEnd();

        public void AskToStop() => Signal(process, "TERM");

        public void Kill() => process.Kill();

        public void Dispose() => process.Dispose();
    }
}
