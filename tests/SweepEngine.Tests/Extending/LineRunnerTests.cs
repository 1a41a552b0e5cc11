using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stopping;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.SweepFiles;
using VicRegSweeps.SweepEngine.Tests.Running;
using VicRegSweeps.SweepEngine.Tests.Stores;

namespace VicRegSweeps.SweepEngine.Tests.Extending;

/// <summary>The runner of docs/extending.md does what the page says of it.</summary>
public sealed class LineRunnerTests
{
    private const string Sweep = """
        version: 1
        name: lines
        question: Which learning rate fits a line?
        seeds: 2
        grid: {fit.rate: [0.01, 0.1, 2]}
        """;

    [Fact]
    public void It_goes_on_from_its_checkpoints()
    {
        using var sweep = new FormulaSweep();
        var runner = new LineRunner();
        using var store = sweep.Open(runner.Catalogue);
        store.Register("lines", "", Sweep, Plan(runner).Trials(), runner.StackKey);

        var interruptions = 0;
        for (var looks = 8; store.Status().Pending > 0; looks += 4)
        {
            using var cancel = new CancellationTokenSource();
            var summary = new SweepRun(store, runner, sweep.Observer, null, new ImpatientClock(looks, cancel)).Execute(cancel.Token);
            interruptions += summary.Interrupted ? 1 : 0;
        }

        Assert.InRange(interruptions, 1, 20);
        Assert.All(sweep.Trials(), AssertRight);
    }

    [Fact]
    public void A_runner_of_ones_own_is_planned_run_and_read()
    {
        using var folder = new TemporaryFolder();
        var database = folder["lines.db"];

        var runner = new LineRunner();
        var plan = SweepPlan.Of(SweepFileReader.Parse(Sweep, "lines.yaml", runner.Catalogue), runner.Catalogue);
        using (var store = StoreRooms.CreateOrOpen(database, runner.Catalogue, TimeProvider.System))
        {
            store.Register(plan.File.Name, plan.File.Question!, plan.File.Text, plan.Trials(), runner.StackKey, SweepRules.Of(plan.File));
            new SweepRun(store, runner, new Printer()).Execute(CancellationToken.None);
        }

        using var results = StoreRooms.OpenReader(database);
        var trials = results.Trials().ToList();
        Assert.Equal(6, trials.Count(t => t.State == TrialState.Completed));

        Assert.All(trials, AssertRight);
    }

    private static SweepPlan Plan(LineRunner runner) => SweepPlan.Of(SweepFileReader.Parse(Sweep, "lines.yaml", runner.Catalogue), runner.Catalogue);

    /// <summary>A step multiplies the distance from 3 by 1 − 2 · rate.</summary>
    private static void AssertRight(RecordedTrial trial)
    {
        var distance = Math.Abs((trial.Seed - 3) * Math.Pow(1 - (2 * trial.Settings["fit.rate"].Number!.Value), 20));
        Assert.Equal(1, trial.Panels[0]!.Values[0]!.Value / distance, 1e-9);
    }

    /// <summary>Asks to stop when it has been looked at so often: a runner looks at it once a step, to know when a checkpoint is due.</summary>
    private sealed class ImpatientClock(int looks, CancellationTokenSource cancel) : TimeProvider
    {
        private int left = looks;

        public override long GetTimestamp()
        {
            if (Interlocked.Decrement(ref left) == 0) cancel.Cancel();
            return base.GetTimestamp();
        }
    }
}
