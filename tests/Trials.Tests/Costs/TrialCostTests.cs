using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Costs;
using VicRegSweeps.Trials.Stacks;

namespace VicRegSweeps.Trials.Tests.Costs;

/// <summary>The costs of docs/performance.md and FACTS of the architecture, computed by hand.</summary>
public class TrialCostTests
{
    [Fact]
    public void The_default_trial_costs_what_its_layers_say()
    {
        var cost = TrialCost.Of(TrialSettings.From(TrialCatalogue.Parameters));

        // 512·128+128 + 128·32+32 + 2·32 + 32·50+50 + 50·80+80 + 2·80 + 80·80+80 + 2·80 + 80·100+100
        Assert.Equal(65_664 + 4_128 + 64 + 1_650 + 4_080 + 160 + 6_480 + 160 + 8_100, cost.Parameters);
        Assert.Equal(cost.Parameters * 4 * 4, cost.StateBytes); // Adam: parameters, gradients and two moments of float32.
        Assert.Equal(10_000 / 256 * 10, cost.Steps);
        Assert.Equal(10, cost.Evaluations);

        // An image forward: 512·128 + 128·32 + 32·50 + 50·80 + 80·80 + 80·100 = 89,632. A step: 512 images, three times
        // that without the first layer's gradient of its input, and the covariance with its gradient.
        Assert.Equal(512 * ((3 * 89_632) - 65_536 + (2 * 100 * 100)), cost.StepMultiplyAdds);
    }

    [Theory]
    [InlineData("sgd", 3)]
    [InlineData("lars", 3)]
    [InlineData("adam", 4)]
    public void The_optimizer_decides_what_a_trial_keeps(string optimizer, int copies)
    {
        var cost = TrialCost.Of(TrialSettings.From(TrialCatalogue.Parameters, ("train.optimizer", optimizer)));

        Assert.Equal(cost.Parameters * 4 * copies, cost.StateBytes);
    }

    [Theory]
    [InlineData(10, 3, 4)] // After epochs 3, 6, 9 and the last.
    [InlineData(9, 3, 3)]
    [InlineData(2, 100, 1)]
    public void The_last_epoch_is_always_evaluated(int epochs, int every, int evaluations) =>
        Assert.Equal(evaluations,
            TrialCost.Of(TrialSettings.From(TrialCatalogue.Parameters, ("train.epochs", epochs), ("eval.every_epochs", every))).Evaluations);

    [Fact]
    public void A_trial_has_the_parameters_that_its_stack_allocates()
    {
        var settings = TrialSettings.From(TrialCatalogue.Parameters, ("model.embedding_dim", 7), ("model.representation_dim", 11),
            ("model.expander_width", 13));

        Assert.Equal(new StackLayout(StackSettings.From(settings).Network).ParameterCount, TrialCost.Of(settings).Parameters);
    }

    [Fact]
    public void A_bank_holds_every_view_and_the_image_itself()
    {
        var cost = BankCost.Of(
            TrialSettings.From(TrialCatalogue.Parameters, ("data.train_images", 50_000), ("data.test_images", 10_000), ("augment.views", 16)));

        Assert.Equal((50_000 * 17) + (10_000 * 3), cost.Passes);
        Assert.Equal(cost.Passes * 2048L, cost.Bytes);
    }

    [Fact]
    public void An_evaluation_counts_the_square_matrices_of_the_dimensions_where_there_are_samples_enough()
    {
        var cost = TrialCost.Of(
            TrialSettings.From(TrialCatalogue.Parameters, ("model.embedding_dim", 900), ("eval.images", 1000), ("eval.reference_images", 2000)));

        // The probe: a covariance, the identity, the ridge, their sum, and two copies for LAPACK, in double precision.
        Assert.InRange(cost.EvaluationBytes, 6L * 900 * 900 * 8, long.MaxValue);
    }

    [Fact]
    public void An_evaluation_of_few_samples_takes_no_matrix_of_the_dimensions()
    {
        var cost = TrialCost.Of(TrialSettings.From(
            TrialCatalogue.Parameters, ("model.embedding_dim", 16_384), ("data.train_images", 64), ("train.batch_size", 32), ("eval.images", 40),
            ("eval.reference_images", 64)));

        Assert.InRange(cost.EvaluationBytes, 14L * 40 * 16_384 * 8, 16_384L * 16_384 * 8 / 4);
    }

    [Fact]
    public void Only_so_many_trials_work_at_once_but_all_keep_their_state()
    {
        var cost = new ShapeCost(0, 0, StateBytes: 10, WorkBytes: 1000);

        Assert.Equal(320 + 2000, cost.Bytes(trials: 32, atOnce: 2));
        Assert.Equal(10 + 1000, cost.Bytes(trials: 1, atOnce: 2));
    }
}
