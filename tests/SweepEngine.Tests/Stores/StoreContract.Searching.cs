using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stopping;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.SweepFiles;
using VicRegSweeps.SweepEngine.Tests.Running;

namespace VicRegSweeps.SweepEngine.Tests.Stores;

public abstract partial class StoreContract
{
    private const string SlopeAxis = "grid:\n  formula.slope: {log: [0.1, 3]}\n  formula.shape: [1, 2]\n";

    [Fact]
    public void A_search_adds_its_generations_one_after_the_other_and_then_is_done()
    {
        using var sweep = Sweep();
        Assert.Equal(new Registration(Added: 16, Kept: 0, Orphaned: 0), Search(sweep));
        Assert.Equal(new SearchStanding("find", 1, 3, 16), Assert.Single(sweep.Store.Status().Searches));
        Assert.False(sweep.Store.Status().IsDone);

        var status = sweep.Run().Status;

        Assert.Equal((48, true), (status.Completed, status.IsDone));
        Assert.Equal(new SearchStanding("find", 3, 3, 0), Assert.Single(status.Searches));
        using var reader = sweep.Read();
        Assert.Equal([(1, 16), (2, 16), (3, 16)], reader.Memberships().GroupBy(m => m.Generation).OrderBy(g => g.Key).Select(g => (g.Key, g.Count())));
        Assert.Equal(3, Assert.Single(reader.Sweeps()).Generations);
        Assert.All(reader.Trials().GroupBy(t => t.Point), point => Assert.Equal([0, 1], point.Select(t => t.Seed)));
        Assert.Equal(24, reader.Trials().Select(t => t.Point).Distinct().Count());
        Assert.Contains("find: generation 2 of 3, 8 points chosen by the results so far", sweep.Observer.Messages);
    }

    [Fact]
    public void A_search_chooses_the_same_points_whatever_was_interrupted_and_in_whichever_order_results_came()
    {
        using var whole = Sweep();
        Search(whole);
        whole.Run();

        using var pieces = Sweep();
        Search(pieces);
        for (var run = 0; run < 200 && !pieces.Store.Status().IsDone; run++)
        {
            using var cancel = new CancellationTokenSource();
            var left = 40 + run;
            pieces.RunWith(new FormulaRunner { Width = 3, BeforeStep = (_, _) => { if (--left == 0) cancel.Cancel(); } }, null, cancel.Token);
        }

        Assert.True(pieces.Store.Status().IsDone);
        Assert.Equal(Found(whole), Found(pieces));
    }

    [Fact]
    public void A_generation_waits_for_the_last_trial_and_is_added_by_one_worker_alone()
    {
        using var sweep = Sweep();
        Search(sweep);
        using var other = sweep.Open();
        var last = default(StackLease);
        while (sweep.Store.LeaseNext(sweep.Request()).Lease is { } lease)
        {
            Assert.Null(sweep.Store.AddGeneration(sweep.Runner.StackKey));
            if (last is not null) End(sweep, last);
            last = lease;
        }

        Assert.Null(other.AddGeneration(sweep.Runner.StackKey));
        End(sweep, last!);
        Assert.Equal(new AddedGeneration("find", 2, 3, 8, 16), other.AddGeneration(sweep.Runner.StackKey));
        Assert.Null(sweep.Store.AddGeneration(sweep.Runner.StackKey));

        static void End(FormulaSweep sweep, StackLease lease) => Record(sweep, lease, batch =>
        {
            foreach (var trial in lease.Work.Trials)
            {
                batch.Add(trial, new PanelRow(1, 10, "embedding", [new("spread", trial.Settings.Real("formula.slope"))], [1], "none", "it is so"));
                batch.Add(trial, new Outcome(TrialState.Completed, null, null, 1, 10, 1));
            }
        });
    }

    [Fact]
    public void Registering_a_search_again_keeps_its_later_generations()
    {
        using var sweep = Sweep();
        Search(sweep);
        sweep.Run();

        Assert.Equal((24, 48, 48, 0), Change(sweep, Plan()));
        Assert.Equal(new Registration(Added: 0, Kept: 48, Orphaned: 0), Search(sweep));
        Assert.True(sweep.Store.Status().IsDone);

        // More seeds are for all points; one more generation is chosen by them too.
        var more = Plan(seeds: 3, generations: 4);
        Assert.Equal((24, 72, 48, 0), Change(sweep, more, added: 24));
        Assert.Equal(new Registration(Added: 24, Kept: 48, Orphaned: 0), Search(sweep, more));
        Assert.Equal(4 * 8 * 3, sweep.Run().Status.Completed);

        static (long, long, long, long) Change(FormulaSweep sweep, SweepPlan plan, long added = 0)
        {
            var change = sweep.Store.ChangeBy(plan);
            Assert.Equal((0, 0, added), (change.AddedPoints, change.OrphanedPoints, change.Added));
            return (change.KeptPoints, change.Kept + change.Added, change.KeptFinished, change.Orphaned);
        }
    }

    [Fact]
    public void Points_of_later_generations_that_an_edited_file_does_not_have_are_named_no_longer()
    {
        using var sweep = Sweep();
        Search(sweep);
        sweep.Run();
        using var reader = sweep.Read();
        var later = reader.Memberships().Where(m => m.Generation > 1).Select(m => m.Trial).ToHashSet();
        var inside = reader.Trials().Count(t => later.Contains(t.Id) && t.Settings["formula.shape"].Number == 1);

        // Another list moves the points of the first generation too.
        var plan = Plan(axes: SlopeAxis.Replace("[1, 2]", "[1]", StringComparison.Ordinal));
        Search(sweep, plan);

        using var after = sweep.Read();
        var named = after.Memberships().Where(m => m.Generation > 1).Select(m => m.Trial).ToHashSet();
        Assert.InRange(inside, 2, later.Count - 2);
        Assert.Equal(inside, named.Count);
        Assert.All(after.Trials().Where(t => named.Contains(t.Id)), t => Assert.Equal(1, t.Settings["formula.shape"].Number));
    }

    [Fact]
    public void A_search_ends_where_its_axes_have_no_further_point()
    {
        using var sweep = Sweep();
        Search(sweep, Plan(batch: 3, axes: "grid:\n  formula.slope: [1, 2, 3]\n  formula.shape: [1, 2]\nexclude: [formula.slope == 3 and formula.shape == 2]\n"));

        var status = sweep.Run().Status;

        Assert.Equal((10, true), (status.Completed, status.IsDone));
        Assert.Equal(new SearchStanding("find", 2, 2, 0), Assert.Single(status.Searches));
        Assert.Contains("find: the search ends after generation 2: its axes and exclusions leave no further point.", sweep.Observer.Messages);
    }

    [Fact]
    public void A_search_keeps_away_from_where_trials_fail()
    {
        using var sweep = Sweep();
        Search(sweep, Plan(batch: 16, axes: "grid:\n  formula.slope: {log: [0.1, 3]}\n  formula.ending: [complete, diverge]\n"));

        sweep.Run();

        using var reader = sweep.Read();
        var generations = reader.Memberships().ToDictionary(m => m.Trial, m => m.Generation);
        var failed = reader.Trials().Where(t => t.State == TrialState.Failed).CountBy(t => generations[t.Id]).ToDictionary();
        Assert.Equal(16, failed[1]);
        Assert.InRange(failed.GetValueOrDefault(3), 0, 8);
    }

    [Fact]
    public void A_search_that_is_merged_keeps_its_generations()
    {
        using var one = Sweep();
        using var two = Sweep();
        Search(one);
        one.Run();

        two.Merge(one);

        Assert.Equal(Found(one), Found(two));
        Assert.True(two.Store.Status().IsDone);
    }

    private static SweepPlan Plan(int generations = 3, int batch = 8, int seeds = 2, string axes = SlopeAxis) => SweepPlan.Of(
        SweepFileReader.Parse(
            $"version: 1\nname: find\nseeds: {seeds}\n{axes}search: {{method: bayes, generations: {generations}, batch: {batch}, metric: embedding/spread, goal: maximize}}\n",
            "find.yaml", FormulaRunner.Parameters),
        FormulaRunner.Parameters);

    private static Registration Search(FormulaSweep sweep, SweepPlan? plan = null)
    {
        plan ??= Plan();
        return sweep.Store.Register(plan.File.Name, "", plan.File.Text, plan.Trials(), sweep.Runner.StackKey, SweepRules.Of(plan.File));
    }

    /// <summary>Every trial with its generation and its results, in the order of export.</summary>
    private static IReadOnlyList<(string, int, string)> Found(FormulaSweep sweep)
    {
        using var reader = sweep.Read();
        var generations = reader.Memberships().ToDictionary(m => m.Trial, m => m.Generation);
        return [.. reader.Trials().Select(t => (t.Id, generations[t.Id], string.Join(' ', t.Panels[0]!.Values)))];
    }
}
