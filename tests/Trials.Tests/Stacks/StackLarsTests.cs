using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Stacks;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Stacks;

/// <summary>LARS against a plain loop over layers and numbers, for two trials of different rate, momentum and decay.</summary>
public sealed class StackLarsTests
{
    private static readonly double[] Rates = [0.5, 0.1];
    private static readonly double[] Momenta = [0.9, 0.5];
    private static readonly double[] Decays = [1e-2, 0];

    [Fact]
    public void Every_step_is_that_of_a_plain_loop()
    {
        var layout = new StackLayout(StackSettings.From(TestTrials.Of(0).Settings).Network);
        var parameters = TestTrials.Normal("parameters", 2, layout.ParameterCount).to(float64);
        using var lars = new StackLars(layout, zeros_like(parameters), Column(Momenta), Column(Decays));
        var plain = TestTrials.Doubles(parameters);
        var velocity = new double[plain.Length];

        for (var step = 1; step <= 20; step++)
        {
            var gradients = TestTrials.Normal($"gradients/{step}", 2, layout.ParameterCount).to(float64);
            PlainStep(layout, plain, TestTrials.Doubles(gradients), velocity);
            lars.Step(parameters, gradients, Column(Rates), step);
        }

        Assert.InRange(TestTrials.Difference(parameters, tensor(plain, parameters.shape)), 0, 1e-12);
    }

    [Fact]
    public void A_layer_of_zeros_or_without_gradient_is_neither_scaled_nor_NaN()
    {
        var layout = new StackLayout(StackSettings.From(TestTrials.Of(0).Settings).Network);
        var parameters = zeros(1, layout.ParameterCount);
        using var lars = new StackLars(layout, zeros_like(parameters), TestTrials.Full([1, 1], 0.9f), null);
        lars.Step(parameters, ones(1, layout.ParameterCount), TestTrials.Full([1, 1], 0.25f), 1);
        Assert.True(parameters.Eq(-0.25).all().item<bool>());

        lars.Step(ones_like(parameters), zeros_like(parameters), TestTrials.Full([1, 1], 0.25f), 2);
        Assert.True(lars.State["velocity"].isfinite().all().item<bool>());
    }

    private static void PlainStep(StackLayout layout, double[] parameters, double[] gradients, double[] velocity)
    {
        for (var k = 0; k < 2; k++)
        {
            foreach (var segment in layout.Parameters)
            {
                var places = Enumerable.Range((int)(k * layout.ParameterCount) + (int)segment.Offset, (int)segment.Length).ToArray();
                var isVector = segment.Shape.Length == 1;
                var update = places.Select(i => gradients[i] + (isVector ? 0 : Decays[k] * parameters[i])).ToArray();
                var trust = isVector ? 1 : 0.001 * Norm(places.Select(i => parameters[i])) / Norm(update);
                foreach (var (j, i) in places.Index())
                {
                    velocity[i] = (Momenta[k] * velocity[i]) + (trust * update[j]);
                    parameters[i] -= Rates[k] * velocity[i];
                }
            }
        }
    }

    private static double Norm(IEnumerable<double> values) => Math.Sqrt(values.Sum(v => v * v));

    private static Tensor Column(double[] values) => tensor(values, values.Length, 1);
}
