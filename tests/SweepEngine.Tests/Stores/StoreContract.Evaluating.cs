using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stopping;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.SweepFiles;
using VicRegSweeps.SweepEngine.Tests.Running;
using VicRegSweeps.SweepEngine.Verifying;

namespace VicRegSweeps.SweepEngine.Tests.Stores;

public abstract partial class StoreContract
{
    [Fact]
    public void Further_metrics_are_of_the_same_trials_and_the_store_says_what_they_are()
    {
        using var sweep = Sweep();
        Assert.Equal(new Registration(Added: 4, Kept: 0, Orphaned: 0), Evaluate(sweep, "evaluate: {formula.zoom: [3, 0.5]}"));

        Assert.Equal(4, sweep.Run().Status.Completed);

        using var reader = sweep.Read();
        Assert.Equal(["spread", "rank", "knn", "spread@zoom=3", "spread@zoom=0.5"], reader.Metrics[0].Select(m => m.Name));
        Assert.StartsWith("As spread, with formula.zoom 3 instead of the trial's own.", reader.Metrics[1][3].Doc, StringComparison.Ordinal);
        Assert.Equal(["spread", "rank", "knn"], reader.Vocabulary.MetricsOf(reader.Vocabulary.SpaceOf("features")!).Select(m => m.Name));
        Assert.All(reader.Trials().SelectMany(t => t.Panels), panel =>
            Assert.Equal([panel!.Values[0] * 3, panel.Values[0] * 0.5], panel.Values.Skip(3)));
        Assert.True(reader.CanRankBy("embedding/spread@zoom=0.5"));
        Assert.Equal(12, reader.MetricValues().Count(m => m is { Metric: "spread@zoom=3", Space: "representation" }));
        Assert.All(reader.Parameters, p => Assert.NotEqual("evaluate", p.Name));
    }

    [Fact]
    public void A_changed_list_is_for_what_has_not_ended_and_for_what_is_run_again()
    {
        using var sweep = Sweep();
        Evaluate(sweep, "evaluate: {formula.zoom: [2]}");
        sweep.Run();
        var other = ZoomPlan("evaluate: {formula.zoom: [5]}");
        Assert.Equal(4, sweep.Store.ChangeBy(other).EvaluatedOtherwise);
        Assert.Equal(0, sweep.Store.ChangeBy(ZoomPlan("evaluate: {formula.zoom: [2]}")).EvaluatedOtherwise);

        Assert.Equal(new Registration(Added: 0, Kept: 4, Orphaned: 0), Evaluate(sweep, other));
        sweep.Run();
        Assert.Equal((4, 0), Counts());
        Assert.Equal(0, sweep.Store.ChangeBy(other).EvaluatedOtherwise);

        Assert.Equal(4, sweep.Store.Requeue(TrialState.Completed));
        sweep.Run();
        Assert.Equal((0, 4), Counts());

        // More trials than were there are evaluated as the file says now.
        Evaluate(sweep, ZoomPlan("", seeds: 3));
        sweep.Run();
        Assert.Equal((0, 4), Counts());

        (int Two, int Five) Counts()
        {
            using var reader = sweep.Read();
            var places = new[] { "spread@zoom=2", "spread@zoom=5" }.Select(name => reader.Metrics[0].ToList().FindIndex(m => m.Name == name)).ToList();
            var panels = reader.Trials().Select(t => t.Panels[0]!).ToList();
            return (panels.Count(p => p.Values[places[0]] is not null), panels.Count(p => p.Values[places[1]] is not null));
        }
    }

    [Fact]
    public void A_list_that_changes_while_trials_are_trained_holds_from_their_next_evaluation_and_they_verify()
    {
        using var sweep = Sweep();
        Evaluate(sweep, "evaluate: {formula.zoom: [2]}");
        using (var cancel = new CancellationTokenSource())
        {
            sweep.RunWith(new FormulaRunner { BeforeStep = (_, step) => { if (step == 15) cancel.Cancel(); } }, null, cancel.Token);
        }

        Evaluate(sweep, "evaluate: {formula.zoom: [5]}");
        Assert.Equal(4, sweep.Run().Status.Completed);

        using var reader = sweep.Read();
        var found = reader.MetricValues().Where(m => m.Space == "embedding" && m.Metric.Contains('@', StringComparison.Ordinal)).ToList();
        Assert.Equal(["spread@zoom=2", "spread@zoom=5", "spread@zoom=5"], found.Take(3).Select(m => m.Metric));
        Assert.Equal([10L, 20, 30], found.Take(3).Select(m => m.Step));
        var verified = Verification.Run(reader, new FormulaRunner(), 4, null, sweep.Observer, CancellationToken.None);
        Assert.Equal(4, verified.Count);
        Assert.All(verified, v => Assert.True(v is { Largest: null, Obstacle: null }));
    }

    [Fact]
    public void Halving_may_rank_by_a_further_metric()
    {
        using var plain = Sweep();
        using var further = Sweep();
        Evaluate(plain, "stop: {halving: {metric: embedding/spread, goal: maximize, every_epochs: 1}}");
        Evaluate(further, "evaluate: {formula.zoom: [0.25]}\nstop: {halving: {metric: embedding/spread@zoom=0.25, goal: maximize, every_epochs: 1}}");

        plain.Run();
        further.Run();

        Assert.Equal(2, plain.Trials().Count(t => t.State == TrialState.Stopped));
        Assert.Equal(plain.Trials().Select(t => (t.Id, t.State)), further.Trials().Select(t => (t.Id, t.State)));
    }

    [Fact]
    public void A_search_may_look_for_the_best_of_a_further_metric()
    {
        using var plain = Sweep();
        using var further = Sweep();
        const string search = "search: {method: bayes, generations: 2, batch: 4, metric: embedding/spread, goal: maximize}";
        Evaluate(plain, search);
        Evaluate(further, "evaluate: {formula.zoom: [4]}\n" + search.Replace("spread", "spread@zoom=4", StringComparison.Ordinal));

        plain.Run();
        further.Run();

        Assert.Equal(16, plain.Trials().Count);
        Assert.Equal(plain.Trials().Select(t => t.Id), further.Trials().Select(t => t.Id));
        Assert.All(further.Trials(), t => Assert.Equal("formula.zoom: 4", t.Settings["evaluate"].Text));
    }

    [Fact]
    public void Merged_stores_have_the_further_metrics_of_both()
    {
        using var one = Sweep();
        using var two = Sweep();
        Evaluate(one, "evaluate: {formula.zoom: [2]}");
        Evaluate(two, ZoomPlan("evaluate: {formula.zoom: [7]}", seeds: 3));
        one.Run();
        two.Run();

        var merged = one.Merge(two);

        Assert.Equal((2, 2, 4), (merged.Added, merged.Ended, merged.Agreed));
        using var reader = one.Read();
        reader.RefuseDamage();
        Assert.Equal(["spread", "rank", "knn", "spread@zoom=2", "spread@zoom=7"], reader.Metrics[0].Select(m => m.Name));
        Assert.All(reader.Trials(), t => Assert.Equal((t.Seed < 2, t.Seed == 2), (t.Panels[0]!.Values[3] is not null, t.Panels[0]!.Values[4] is not null)));
    }

    private static SweepPlan ZoomPlan(string rest, int seeds = 2)
    {
        var axis = rest.Contains("search:", StringComparison.Ordinal) ? "{log: [0.1, 3]}" : "[0.5, 1.25]";
        var text = $"version: 1\nname: read\nseeds: {seeds}\ngrid: {{formula.slope: {axis}}}\n{rest}\n";
        return SweepPlan.Of(SweepFileReader.Parse(text, "read.yaml", FormulaRunner.Parameters), FormulaRunner.Parameters);
    }

    private static Registration Evaluate(FormulaSweep sweep, string rest) => Evaluate(sweep, ZoomPlan(rest));

    private static Registration Evaluate(FormulaSweep sweep, SweepPlan plan) =>
        sweep.Store.Register(plan.File.Name, "", plan.File.Text, plan.Trials(), sweep.Runner.StackKey, SweepRules.Of(plan.File));
}
