using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Stacks;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Stacks;

/// <summary>Gradients of the three terms against central differences, and float32 against double precision.</summary>
public sealed class GradientTests
{
    private const double Step = 1e-6;

    public static TheoryData<string> Terms => new("invariance", "variance", "covariance");

    [Theory]
    [MemberData(nameof(Terms))]
    public void A_term_has_the_gradient_that_central_differences_give(string term)
    {
        var z = TestTrials.Normal("gradient", 2, 6, 4).to(float64).requires_grad_();
        Value(term, z).sum().backward();
        var gradient = TestTrials.Doubles(z.grad!);

        var values = TestTrials.Doubles(z.detach());
        for (var i = 0; i < values.Length; i++)
        {
            var difference = (At(i, Step) - At(i, -Step)) / (2 * Step);
            Assert.Equal(difference, gradient[i], 1e-7);
        }

        double At(int index, double by)
        {
            var moved = (double[])values.Clone();
            moved[index] += by;
            return Value(term, tensor(moved, 2, 6, 4)).sum().item<double>();
        }
    }

    [Theory]
    [MemberData(nameof(Terms))]
    public void Float32_stays_within_a_millionth_of_double(string term)
    {
        var z = TestTrials.Normal("precision", 3, 256, 100);
        Assert.InRange(TestTrials.Difference(Value(term, z), Value(term, z.to(float64))), 0, 1e-6);
    }

    [Fact]
    public void Float32_is_right_for_a_cloud_far_from_the_origin_too()
    {
        // A mean of 30 standard deviations costs five of float32's twenty-four bits.
        var z = TestTrials.Normal("far", 1, 256, 100).Add(30);
        Assert.InRange(TestTrials.Difference(VicRegLoss.Variance(z, TestTrials.Full([1], 2), TestTrials.Full([1], 1e-4)),
            VicRegLoss.Variance(z.to(float64), TestTrials.Full([1], 2, float64), TestTrials.Full([1], 1e-4, float64))), 0, 1e-4);
        Assert.InRange(TestTrials.Difference(VicRegLoss.Covariance(z), VicRegLoss.Covariance(z.to(float64))), 0, 1e-4);
    }

    [Fact]
    public void The_gradient_of_a_stack_after_one_step_is_each_trials_own()
    {
        // SGD without momentum and decay at rate 1 moves every parameter by exactly its gradient.
        (string, ParameterValue)[] plainly = [("train.optimizer", "sgd"), ("train.momentum", 0), ("train.learning_rate", 1)];
        Trial[] trials = [.. Enumerable.Range(0, 5)
            .Select(i => TestTrials.Of(i % 2, [.. plainly, ("loss.variance_weight", i + 1), ("loss.epsilon", 1e-4 * (i + 1))]))];
        using var together = new Stack(trials, 1, CPU);
        var before = together.State["parameters"].clone();
        together.Step([.. together.Seeds.Select(seed => TestTrials.Batches(seed, 1)[0])]);
        var gradients = before - together.State["parameters"];

        foreach (var (k, trial) in together.Trials.Index())
        {
            using var alone = new Stack([trial], 1, CPU);
            alone.Step([TestTrials.Batches(trial.Seed, 1)[0]]);
            var gradient = before[k] - alone.State["parameters"][0];
            Assert.InRange(TestTrials.Difference(gradients[k], gradient), 0, 1e-6);
        }
    }

    private static Tensor Value(string term, Tensor z) => term switch
    {
        "invariance" => VicRegLoss.Invariance(z, z.roll(1, 1)),
        "variance" => VicRegLoss.Variance(z, TestTrials.Full([z.shape[0]], 2.5, z.dtype), TestTrials.Full([z.shape[0]], 1e-4, z.dtype)),
        _ => VicRegLoss.Covariance(z),
    };
}
