using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Tests.Catalogue;

namespace VicRegSweeps.SweepEngine.Tests.Planning;

public class SweepPlanTests
{
    [Fact]
    public void The_first_axis_varies_slowest_and_seeds_fastest()
    {
        var plan = TestCatalogue.Plan(
            """
            seeds: [4, 2]
            grid:
              train.epochs: [5, 1]
              loss.variance_weight: [0, 25, 1]
            """);

        var expected =
            from epochs in new[] { 5, 1 }
            from weight in new double[] { 0, 25, 1 }
            from seed in new long[] { 4, 2 }
            select (epochs, weight, seed);
        Assert.Equal(expected, plan.Trials().Select(t => (t.Settings.Integer("train.epochs"), t.Settings.Real("loss.variance_weight"), t.Seed)));
        Assert.Equal((6, 12), (plan.Points, plan.TrialCount));
        Assert.Equal(["train.epochs", "loss.variance_weight"], plan.Varying);
    }

    [Fact]
    public void A_file_without_axes_is_one_point_with_the_defaults_and_what_is_fixed()
    {
        var plan = TestCatalogue.Plan("fixed: {train.epochs: 3}");

        var trial = Assert.Single(plan.Trials());
        Assert.Equal(TrialSettings.From(TestCatalogue.Instance, ("train.epochs", 3)).Id(0), trial.Id);
        Assert.Empty(plan.Varying);
    }

    [Fact]
    public void A_parameter_that_does_nothing_cannot_multiply_trials()
    {
        var plan = TestCatalogue.Plan(
            """
            grid:
              train.momentum: [0.8, 0.9, 0.95]
              train.optimizer: [sgd, adam]
            """);

        Assert.Equal((4, 4, 2), (plan.Points, plan.TrialCount, plan.Merged));
        Assert.Equal(
            ["sgd 0.8", "adam ", "sgd 0.9", "sgd 0.95"],
            plan.Trials().Select(t => $"{t.Settings["train.optimizer"]} {t.Settings["train.momentum"]}"));
    }

    [Fact]
    public void An_axis_that_does_nothing_anywhere_does_not_vary()
    {
        var plan = TestCatalogue.Plan("grid: {train.momentum: [0.1, 0.2], train.epochs: [1, 2]}");

        Assert.Equal(2, plan.Points);
        Assert.Equal(["train.epochs"], plan.Varying);
    }

    [Fact]
    public void An_axis_of_one_value_does_not_vary() =>
        Assert.Equal(["train.epochs"], TestCatalogue.Plan("grid: {loss.epsilon: [1e-3], train.epochs: [1, 2]}").Varying);

    [Fact]
    public void All_ids_of_a_plan_differ()
    {
        var plan = TestCatalogue.Plan(
            """
            seeds: 2
            grid:
              train.optimizer: [adam, sgd, lars]
              train.momentum: {linear: [0.1, 0.9], count: 9}
              augment.views: [2, stream]
              backbone.standardize: [true, false]
              loss.epsilon: {log: [1e-6, 1e-2], count: 5}
            """);

        Assert.Equal((1 + 9 + 9) * 2 * 2 * 5 * 2, plan.TrialCount);
        Assert.Equal(plan.TrialCount, plan.Trials().Select(t => t.Id).Distinct().Count());
    }

    [Fact]
    public void Trials_are_the_same_every_time_they_are_asked_for()
    {
        var plan = TestCatalogue.Plan("grid: {train.optimizer: [adam, sgd], train.momentum: [0.1, 0.2]}");

        Assert.Equal(plan.Trials().Select(t => t.Id), plan.Trials().Select(t => t.Id));
    }

    [Fact]
    public void Settings_that_contradict_each_other_are_refused_with_how_many_and_which()
    {
        var refusal = Assert.Throws<SweepException>(() => TestCatalogue.Plan(
            """
            fixed:
              loss.epsilon: 1e-3
            grid:
              train.epochs: [50, 101, 200]
              model.embedding_dim: [10, 1001]
            """));

        Assert.Equal(
            "demo.yaml(5,1): 2 of 6 points cannot be trained, the first of them train.epochs 101, model.embedding_dim 1001: "
            + "an embedding of more than 1000 dimensions cannot be trained for more than 100 epochs.",
            refusal.Message);
    }

    [Fact]
    public void More_trials_than_the_limit_are_refused_before_anything_is_expanded()
    {
        var file = TestCatalogue.Read(
            """
            seeds: 1000
            grid:
              loss.variance_weight: {linear: [1, 10000], count: 10000}
              loss.covariance_weight: {linear: [1, 10000], count: 10000}
              loss.epsilon: {linear: [1, 10000], count: 10000}
              train.shift: {linear: [1, 10000], count: 10000}
              train.learning_rate: {linear: [1, 10000], count: 10000}
            """);

        var refusal = Assert.Throws<SweepException>(() => SweepPlan.Of(file, TestCatalogue.Instance));

        Assert.Equal("demo.yaml(4,1): the sweep has 100000000000000000000000 trials, but may have at most 10000000.", refusal.Message);
    }

    [Fact]
    public void As_many_trials_as_the_limit_are_planned()
    {
        var file = TestCatalogue.Read("seeds: 5\ngrid: {train.epochs: [1, 2]}");

        Assert.Equal(10, SweepPlan.Of(file, TestCatalogue.Instance, mostTrials: 10).TrialCount);
        Assert.Throws<SweepException>(() => SweepPlan.Of(file, TestCatalogue.Instance, mostTrials: 9));
    }
}
