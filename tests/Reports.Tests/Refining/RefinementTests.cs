using System.Globalization;
using VicRegSweeps.Reports.Page;
using VicRegSweeps.Reports.Refining;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.SweepFiles;
using static VicRegSweeps.Reports.Tests.ScriptedSweep;

namespace VicRegSweeps.Reports.Tests.Refining;

/// <summary>A refinement goes around the points that the seeds leave in question, says why, and is a sweep file that the same store takes.</summary>
public sealed class RefinementTests
{
    [Fact]
    public void It_goes_halfway_to_the_neighbours_of_the_best_point_and_beyond_an_edge()
    {
        using var sweep = new ScriptedSweep(ByWeights, Grid(3));

        var refined = Of(sweep);

        // μ 25 and ν 1 lie at the upper edge of both axes: √(1 · 25) is 5 and 25² / 1 is 625; beside 0 it is distances.
        Assert.Equal(1, refined.Around);
        Assert.Contains("  loss.variance_weight: [5, 25, 625]    # halfway to 1; beyond 25, the largest so far\n", refined.Text, StringComparison.Ordinal);
        Assert.Contains("  loss.covariance_weight: [0.5, 1, 2]    # halfway to 0; beyond 1, the largest so far\n", refined.Text, StringComparison.Ordinal);
        Assert.Contains("# The seeds tell it apart from every other point.\n", refined.Text, StringComparison.Ordinal);
        Assert.Equal((24, 3), (refined.Change.Added, refined.Change.Kept));
    }

    [Fact]
    public void Run_on_the_same_store_it_trains_what_is_new_alone()
    {
        using var sweep = new ScriptedSweep(ByWeights, Grid(3));
        var file = Parsed(Of(sweep));
        var trained = 0;

        sweep.Add(trial =>
        {
            trained++;
            return ByWeights(trial);
        }, SweepPlan.Of(file, Parameters).Trials(), name: file.Name);

        Assert.Equal(24, trained);
    }

    [Fact]
    public void What_the_seeds_do_not_tell_apart_is_refined_too_in_a_block_each()
    {
        using var sweep = new ScriptedSweep(trial => new Script
        {
            Knn = (trial.Settings.Real("loss.variance_weight") > 1 ? 0.5 : 0.1) + (0.02 * Math.Sin(trial.Seed * (2 + trial.Settings.Real("loss.covariance_weight")))),
        }, Grid(4));

        var refined = Of(sweep);

        Assert.Equal(2, refined.Around);
        Assert.Equal(["around-1", "around-2"], Parsed(refined).Blocks.Select(b => b.Name));
        Assert.Contains("# The seeds do not tell these apart, but tell the first from all others.\n", refined.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void No_more_points_are_refined_than_asked_for()
    {
        using var sweep = new ScriptedSweep(trial => new Script { Knn = 0.5 + (0.02 * Math.Sin(trial.Seed + trial.Settings.Real("loss.variance_weight"))) }, Grid(3));

        var refined = Of(sweep, most: 1);

        Assert.Equal(1, refined.Around);
        Assert.Contains("The seeds do not tell it apart from 5 other points: --top goes around more", refined.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void One_seed_is_said_to_tell_nothing()
    {
        using var sweep = new ScriptedSweep(ByWeights, Grid(1));

        var refined = Of(sweep);

        Assert.Equal(RefineOptions.StandardMost, refined.Around);
        Assert.Contains("# One seed tells no points apart", refined.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_are_kept_and_whatever_a_store_says_stays_a_value()
    {
        const string name = "a: b # c\n  - d";
        using var sweep = new ScriptedSweep(
            trial => new Script { Knn = trial.Settings.Text("model.name") == name ? 0.5 + (0.1 * trial.Settings.Real("loss.epsilon")) : 0.1 },
            from word in new[] { name, "plain" }
            from epsilon in new[] { 0.1, 0.2, 0.3 }
            from seed in new long[] { 0, 1 }
            select Trial(seed, ("model.name", word), ("loss.epsilon", epsilon)));

        var file = Parsed(Of(sweep, most: 1));

        Assert.Equal(name, file.Blocks[0].Fixed["model.name"].Text);
        Assert.Equal(["loss.epsilon"], file.Blocks[0].Axes.SelectMany(a => a.Columns).Select(c => c.Parameter.Name));
        Assert.Equal([0.25, 0.3, 0.4], file.Blocks[0].Axes[0].Columns[0].Values.Select(v => v.Number));
    }

    [Fact]
    public void Parameters_that_move_together_go_on_doing_so()
    {
        using var sweep = new ScriptedSweep(
            trial => new Script { Knn = trial.Settings.Integer("model.embedding_dim") == 8 ? 0.5 : 0.1 },
            from size in new[] { 2, 8, 32 }
            from seed in new long[] { 0, 1 }
            select Trial(seed, ("model.embedding_dim", size), ("model.representation_dim", 2 * size)),
            file: "zip:\n- model.embedding_dim: [2, 8, 32]\n  model.representation_dim: [4, 16, 64]");

        var axis = Assert.Single(Parsed(Of(sweep)).Blocks[0].Axes);

        Assert.Equal([4.0, 8, 16], axis.Columns[0].Values.Select(v => v.Number));
        Assert.Equal([8.0, 16, 32], axis.Columns[1].Values.Select(v => v.Number));
    }

    [Fact]
    public void After_a_search_neighbours_are_as_far_as_points_are_from_each_other()
    {
        // 64 points of two axes: 8 × 8 of a grid, so that a neighbour on an axis is the eighth.
        using var sweep = new ScriptedSweep(
            trial => new Script { Knn = 0.5 - Math.Abs(trial.Settings.Real("loss.epsilon") - 31) / 100 },
            Enumerable.Range(0, 64).Select(i => Trial(0, ("loss.epsilon", i), ("loss.variance_weight", i * 37 % 64))),
            file: "search: {method: sobol, count: 64}\ngrid: {loss.epsilon: {linear: [0, 64]}, loss.variance_weight: {linear: [0, 64]}}");

        var axes = Parsed(Of(sweep, most: 1)).Blocks[0].Axes.SelectMany(a => a.Columns).ToDictionary(c => c.Parameter.Name, c => c.Values.Select(v => v.Number));

        Assert.Equal([27.0, 31, 35], axes["loss.epsilon"]);
    }

    [Fact]
    public void It_goes_by_another_metric_where_asked_and_keeps_what_says_how_a_sweep_is_run()
    {
        using var sweep = new ScriptedSweep(ByWeights, Grid(2), file: "stop: {timeout: 20m, collapse: {action: stop}}\nretry: {max: 3}");

        var refined = Of(sweep, report: new ReportOptions { Metric = "embedding/knn_top1", Maximize = false });

        var file = Parsed(refined);
        Assert.Contains("of which less is better", refined.Text, StringComparison.Ordinal);
        Assert.Contains("# 1. variance_weight 0, covariance_weight 0: ", refined.Text, StringComparison.Ordinal);
        Assert.Equal((TimeSpan.FromMinutes(20), 3), (file.Stop.Timeout, file.MostRetries));
    }

    [Fact]
    public void What_a_base_says_of_how_a_sweep_is_run_is_kept_where_the_file_does_not_say_it()
    {
        using var sweep = new ScriptedSweep(ByWeights, Grid(2), file: "base: common.yaml\nretry: {max: 4}\n#| retry: {max: 2}\n#| run: {stack: 8, order: shuffled}");

        var file = Parsed(Of(sweep));

        Assert.Equal((4, 8, PointOrder.Shuffled), (file.MostRetries, file.StackWidth, file.Order));
    }

    [Fact]
    public void A_name_that_the_store_has_gets_a_number()
    {
        using var sweep = new ScriptedSweep(ByWeights, Grid(2));
        var first = Of(sweep).Name;
        sweep.Add(ByWeights, Grid(2).Take(2), name: first);

        Assert.Equal(("scripted-refined", "scripted-refined-2"), (first, Of(sweep, report: new ReportOptions { Sweep = "scripted" }).Name));
    }

    [Fact]
    public void Values_that_contradict_each_other_are_said_with_the_file_that_would_have_been()
    {
        // Each axis may go up by itself, but not both.
        var catalogue = new ParameterCatalogue(
            Parameters.Parameters,
            t => t.Real("loss.variance_weight") > 25 && t.Real("loss.covariance_weight") > 1 ? "both weights are large." : null, Parameters.Vocabulary);
        using var sweep = new ScriptedSweep(ByWeights, Grid(3));
        using var reader = sweep.Read();

        var refusal = Assert.Throws<SweepException>(() =>
            Refinement.Of(reader, new RefineOptions(catalogue, new ReportOptions()), "vicreg-sweep refine")).Message.Split('\n');

        Assert.StartsWith($"{sweep.Database} cannot be refined as it stands, since values around its best points contradict each other; no file was written.",
            refusal[0], StringComparison.Ordinal);
        Assert.StartsWith("line(", refusal[1], StringComparison.Ordinal);
        Assert.Contains("both weights are large.", refusal[1], StringComparison.Ordinal);
        Assert.Equal("The file would have been:", refusal[2]);
        Assert.Contains(refusal, line => line.EndsWith("  loss.variance_weight: [5, 25, 625]    # halfway to 1; beyond 25, the largest so far", StringComparison.Ordinal));
        Assert.Equal(Enumerable.Range(1, refusal.Length - 3), refusal.Skip(3).Select(line => int.Parse(line[..4], CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void What_trials_are_evaluated_with_is_kept()
    {
        using var sweep = new ScriptedSweep(ByWeights, Grid(2), file: "evaluate: {eval.knn_k: [5, 200]}\nstop: {halving: {metric: embedding/knn_top1@k=5}}");

        var file = Parsed(Of(sweep));

        Assert.Equal("eval.knn_k: 5, 200", file.Evaluation.Text);
        Assert.Equal("embedding/knn_top1@k=5", file.Stop.Halving!.Metric);
    }

    [Fact]
    public void Nothing_to_refine_is_said()
    {
        using var words = new ScriptedSweep(
            _ => new Script(), new[] { "a", "b" }.Select(word => Trial(0, ("model.name", word))));
        using var point = new ScriptedSweep(_ => new Script(), [Trial(0)]);
        using var without = new ScriptedSweep(_ => new Script { Knn = null }, Grid(1));

        Assert.Contains("There is nothing to refine", Assert.Throws<SweepException>(() => Of(words)).Message, StringComparison.Ordinal);
        Assert.Contains("has one point", Assert.Throws<SweepException>(() => Of(point)).Message, StringComparison.Ordinal);
        Assert.Contains("has no point with a value of embedding/knn_top1 yet", Assert.Throws<SweepException>(() =>
            Of(without, report: new ReportOptions { Metric = "embedding/knn_top1" })).Message, StringComparison.Ordinal);
    }

    private static Refinement Of(ScriptedSweep sweep, int most = RefineOptions.StandardMost, ReportOptions? report = null)
    {
        using var reader = sweep.Read();
        return Refinement.Of(reader, new RefineOptions(Parameters, report ?? new ReportOptions()) { Most = most }, "vicreg-sweep refine");
    }

    private static SweepFile Parsed(Refinement refined) => SweepFileReader.Parse(refined.Text, "next.yaml", Parameters);
}
