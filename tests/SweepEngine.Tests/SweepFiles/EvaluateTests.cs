using System.Text.Json.Nodes;
using Json.Schema;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.SweepFiles;
using VicRegSweeps.SweepEngine.Tests.Catalogue;

namespace VicRegSweeps.SweepEngine.Tests.SweepFiles;

/// <summary>Further values of what evaluations are told: more metrics, the same trials.</summary>
public sealed class EvaluateTests
{
    private const string Lists = "evaluate: {eval: {knn_temperature: [0.5, 1e-2], knn_k: {range: [5, 15], step: 5}}}\n";

    private static readonly Metric Knn = TestCatalogue.Instance.Vocabulary.Metrics[0];

    [Fact]
    public void Further_metrics_are_all_combinations_in_the_order_of_the_catalogue_and_say_their_values()
    {
        var further = TestCatalogue.Read(Lists).Evaluation.Of(Knn, TestCatalogue.Instance).ToList();

        Assert.Equal(
            ["knn_top1@k=5@t=0.5", "knn_top1@k=5@t=0.01", "knn_top1@k=10@t=0.5", "knn_top1@k=10@t=0.01", "knn_top1@k=15@t=0.5", "knn_top1@k=15@t=0.01"],
            further.Select(f => f.Name));
        Assert.Equal((10, 0.01), ((int)further[3].Values["eval.knn_k"].Number!, further[3].Values["eval.knn_temperature"].Number));
        Assert.Empty(TestCatalogue.Read(Lists).Evaluation.Of(TestCatalogue.Instance.Vocabulary.Metrics[1], TestCatalogue.Instance));
    }

    [Fact]
    public void Of_one_parameter_alone_the_name_says_that_one()
    {
        var further = TestCatalogue.Read("evaluate:\n  eval.knn_k: [5]").Evaluation.Of(Knn, TestCatalogue.Instance);

        Assert.Equal("knn_top1@k=5", Assert.Single(further).Name);
    }

    [Fact]
    public void It_adds_no_trial_and_changes_no_id()
    {
        const string grid = "seeds: 2\ngrid: {loss.epsilon: [1e-4, 1e-3]}\n";

        var (plain, evaluated) = (TestCatalogue.Plan(grid), TestCatalogue.Plan(grid + Lists));

        Assert.Equal(plain.Trials().Select(t => (t.Id, t.Point)), evaluated.Trials().Select(t => (t.Id, t.Point)));
        Assert.All(plain.Trials(), t => Assert.True(t.Settings.Evaluation.IsNone));
        Assert.All(evaluated.Trials(), t => Assert.Equal("eval.knn_k: 5, 10, 15; eval.knn_temperature: 0.5, 0.01", t.Settings.Evaluation.Text));
    }

    [Fact]
    public void Settings_that_are_written_down_are_read_with_it()
    {
        var trial = TestCatalogue.Plan(Lists).Trials().First();

        var read = TrialSettings.FromJson(TestCatalogue.Instance, trial.Settings.ToJson(trial.Seed));

        Assert.Equal(trial.Settings.Evaluation, read.Evaluation);
        Assert.Equal(trial.Settings.ToJson(), read.ToJson());
        Assert.Equal(trial.Id, read.Id(trial.Seed));
    }

    [Theory]
    [InlineData("\"evaluate\":\"eval.knn_k: x\"", "the store has trials evaluated with 'x' for 'eval.knn_k', which must be a whole number, at least 1.")]
    [InlineData("\"evaluate\":\"eval.knn_k: 0\"", "the store has trials evaluated with '0' for 'eval.knn_k', which must be a whole number, at least 1.")]
    [InlineData("\"evaluate\":\"loss.epsilon: 1\"", "the store has trials evaluated with 'loss.epsilon', which this version does not know.")]
    [InlineData("\"evaluate\":\"nonsense\"", "the store has trials evaluated with 'nonsense', which this version does not know.")]
    public void What_a_store_says_is_checked(string member, string complaint) =>
        Assert.Equal(complaint, Assert.Throws<SweepException>(() => TrialSettings.FromJson(TestCatalogue.Instance, $"{{{member}}}")).Message);

    [Fact]
    public void A_search_halving_and_the_metrics_ends_know_the_further_metrics()
    {
        var file = TestCatalogue.Read(Lists + """
            search: {method: bayes, generations: 2, batch: 2, metric: embedding/knn_top1@k=5@t=0.01}
            grid: {loss.epsilon: [1, 2, 3]}
            stop: {halving: {metric: embedding/knn_top1@k=15@t=0.5}}
            """);

        Assert.Equal(("embedding/knn_top1@k=5@t=0.01", Better.More), (file.Search!.Metric, file.Search.Goal));
        Assert.Equal("embedding/knn_top1@k=15@t=0.5", file.Stop.Halving!.Metric);
    }

    [Fact]
    public void It_is_inherited_from_a_base()
    {
        using var folder = new Stores.TemporaryFolder();
        File.WriteAllText(folder["common.yaml"], Lists);

        var file = SweepFileReader.Parse(
            "version: 1\nname: own\nbase: common.yaml\nstop: {halving: {metric: embedding/knn_top1@k=5@t=0.5}}", folder["own.yaml"], TestCatalogue.Instance);

        Assert.Equal(2, file.Evaluation.Axes.Count);
        Assert.Equal(["evaluate"], file.Base!.Gives);
        var refused = Assert.Throws<SweepException>(() => SweepFileReader.Parse(
            "version: 1\nname: own\nbase: common.yaml\ngrid: {eval.knn_k: [1, 2]}", folder["own.yaml"], TestCatalogue.Instance));
        Assert.Contains("'eval.knn_k' is listed under 'evaluate' of the base, but is also an axis", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("evaluate: {eval.knn_kk: [5]}", "(3,12): unknown parameter 'eval.knn_kk'; did you mean 'eval.knn_k'?")]
    [InlineData("evaluate: {eval.knn_k: 5}",
        "(3,24): the axis of 'eval.knn_k' is a single value, but must be a list of values, {log: [a, b], count: n}, {linear: [a, b], count: n} or {range: [a, b], step: s}; a single value belongs under 'fixed'.")]
    [InlineData("evaluate: {eval.knn_k: [5, 0]}", "(3,28): 'eval.knn_k' is 0, but must be at least 1.")]
    [InlineData("evaluate: {eval.knn_k: [5, 5]}", "(3,28): the axis of 'eval.knn_k' has the value 5 twice; keep one.")]
    [InlineData("evaluate: {eval.knn_k: []}", "(3,24): the axis of 'eval.knn_k' is empty, but must have at least one value.")]
    [InlineData("evaluate: {eval.knn_k: [null]}", "(3,25): 'eval.knn_k' has no value; it must be a whole number, at least 1.")]
    [InlineData("evaluate: [eval.knn_k]", "(3,11): 'evaluate' is a list, but must be a mapping of parameters.")]
    [InlineData("evaluate: {loss.epsilon: [1]}",
        "(3,12): 'loss.epsilon' bears on more than evaluations, so every value of it makes trials; put it under 'grid'. 'evaluate' takes eval.knn_k and eval.knn_temperature.")]
    [InlineData("evaluate: {eval.knn_k: [5]}\ngrid: {eval.knn_k: [1, 2]}",
        "(3,12): 'eval.knn_k' is listed here, but is also an axis under 'grid' or 'zip', where every value makes trials; keep one.")]
    [InlineData("evaluate: {eval.knn_k: [5]}\nblocks: [{name: a, zip: [{eval.knn_k: [1, 2], loss.epsilon: [1, 2]}]}]",
        "(3,12): 'eval.knn_k' is listed here, but is also an axis under 'grid' or 'zip', where every value makes trials; keep one.")]
    [InlineData("evaluate: {eval.knn_k: {range: [1, 13], step: 1}, eval.knn_temperature: [0.1, 0.2, 0.3, 0.4, 0.5]}",
        "(3,11): 'evaluate' makes 65 further metrics of 'knn_top1', but may make at most 64.")]
    [InlineData("evaluate: {eval.knn_k: [5]}\nstop: {halving: {metric: embedding/knn_top1@k=6}}",
        "(4,26): 'stop.halving.metric' is 'embedding/knn_top1@k=6', but must be loss/total, loss/variance, embedding/knn_top1, embedding/std_mean or embedding/knn_top1@k=5; did you mean 'embedding/knn_top1@k=5'?")]
    [InlineData("evalute: {eval.knn_k: [5]}", "(3,1): unknown key 'evalute'; did you mean 'evaluate'?")]
    public void What_is_wrong_gets_a_sentence(string rest, string expected) =>
        Assert.Equal("demo.yaml" + expected, Assert.Throws<SweepException>(() => TestCatalogue.Plan(rest)).Message);

    [Fact]
    public void The_schema_takes_it_and_the_names_of_further_metrics()
    {
        var schema = JsonSchema.FromText(SweepFileSchema.Of(TestCatalogue.Instance).ToJsonString());

        Assert.True(Holds("""{"eval.knn_k": [5, 20], "eval": {"knn_temperature": {"log": [0.01, 1], "count": 3}}}""", "embedding/knn_top1@k=5@t=0.01"));
        Assert.True(Holds("""{"eval.knn_k": [5]}""", "embedding/knn_top1@k=5"));
        Assert.False(Holds("""{"loss.epsilon": [5]}""", "embedding/knn_top1"));
        Assert.False(Holds("""{"eval.knn_k": [0]}""", "embedding/knn_top1"));
        Assert.False(Holds("""{"eval.knn_k": [5]}""", "embedding/std_mean@k=5"));

        bool Holds(string evaluate, string metric) => schema.Evaluate(System.Text.Json.JsonSerializer.SerializeToElement(JsonNode.Parse(
            $$$"""{"version": 1, "name": "a", "evaluate": {{{evaluate}}}, "stop": {"halving": {"metric": "{{{metric}}}" } } }"""))).IsValid;
    }

    [Fact]
    public void One_slip_in_a_search_does_not_hide_another() =>
        Assert.Equal(
            """
            demo.yaml(3,18): 'search.method' is 'bayez', but must be sobol or bayes; did you mean 'bayes'?
            demo.yaml(3,59): 'search.metric' is 'embedding/knn_top', but must be loss/total, loss/variance, embedding/knn_top1 or embedding/std_mean; did you mean 'embedding/knn_top1'?
            """,
            Assert.Throws<SweepException>(() => TestCatalogue.Plan(
                "search: {method: bayez, generations: 2, batch: 2, metric: embedding/knn_top}\ngrid: {loss.epsilon: [1, 2]}")).Message);
}
