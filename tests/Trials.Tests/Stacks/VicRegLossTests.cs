using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Stacks;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Stacks;

/// <summary>
/// Each term equals a plain double-precision loop; known cases give the numbers that theory says; swapping views and
/// permuting samples or dimensions changes nothing.
/// </summary>
public sealed class VicRegLossTests
{
    private static readonly Tensor View1 = TestTrials.Normal("z1", 3, 12, 5);
    private static readonly Tensor View2 = View1.Add(TestTrials.Normal("z2", 3, 12, 5).Mul(0.3));

    [Theory]
    [InlineData(4, 60)]
    [InlineData(60, 4)]
    public void Covariances_by_samples_are_those_by_dimensions(int batch, int dimension)
    {
        var z = TestTrials.Normal($"by samples/{batch}", 3, batch, dimension).to(float64).Add(5);
        Assert.InRange(TestTrials.Difference(VicRegLoss.CovarianceBySamples(z), VicRegLoss.Covariance(z)), 0, 1e-10);
    }

    [Fact]
    public void Invariance_equals_a_plain_loop()
    {
        var (a, b) = (TestTrials.Doubles(View1), TestTrials.Doubles(View2));
        var expected = Enumerable.Range(0, 3).Select(k => Enumerable.Range(k * 60, 60).Average(i => (a[i] - b[i]) * (a[i] - b[i])));
        AssertClose(expected, VicRegLoss.Invariance(View1, View2));
    }

    [Fact]
    public void Variance_equals_a_plain_loop_with_each_trials_own_gamma_and_epsilon()
    {
        double[] gamma = [1, 0.7, 2], epsilon = [1e-4, 0.5, 1e-2];
        var expected = Enumerable.Range(0, 3).Select(k => Enumerable.Range(0, 5).Average(j =>
            Math.Max(0, gamma[k] - Math.Sqrt(Covariance(k, j, j) + epsilon[k]))));
        AssertClose(expected, VicRegLoss.Variance(View1, tensor(gamma, float32), tensor(epsilon, float32)));
    }

    [Fact]
    public void Covariance_equals_a_plain_loop()
    {
        var pairs = Enumerable.Range(0, 5).SelectMany(i => Enumerable.Range(0, 5).Where(j => j != i).Select(j => (i, j))).ToArray();
        var expected = Enumerable.Range(0, 3).Select(k => pairs.Sum(p => Math.Pow(Covariance(k, p.i, p.j), 2)) / 5);
        AssertClose(expected, VicRegLoss.Covariance(View1));
    }

    [Fact]
    public void Permuting_samples_or_dimensions_changes_no_term()
    {
        long[] samples = [5, 0, 11, 3, 8, 1, 10, 2, 9, 4, 7, 6], dimensions = [2, 4, 0, 3, 1];
        var permuted = View1.index_select(1, tensor(samples)).index_select(2, tensor(dimensions));
        var (one, eps) = (ones(3), TestTrials.Full([3], 1e-4));
        AssertClose(TestTrials.Doubles(VicRegLoss.Variance(View1, one, eps)), VicRegLoss.Variance(permuted, one, eps));
        AssertClose(TestTrials.Doubles(VicRegLoss.Covariance(View1)), VicRegLoss.Covariance(permuted));
    }

    [Theory]
    [InlineData("paper", 49.5)]
    [InlineData("official", 24.75)]
    [InlineData("vicregl", 24.75)]
    [InlineData("eb_jepa", 49.5)]
    public void Constant_representations_cost_what_the_convention_says(string convention, double total)
    {
        using var coefficients = Coefficients.Of([TestTrials.Of(0, ("loss.convention", convention))], 10, CPU);
        var constant = TestTrials.Full([1, 16, 10], 0.37);
        var terms = LossTerms.Of(constant, constant, coefficients);
        Assert.Equal(0.99 * 2, terms.Variance.item<float>(), 1e-5);
        Assert.Equal(total, terms.Total.item<float>(), 1e-3);
    }

    [Theory]
    [InlineData("paper", 25, 25, 1)]
    [InlineData("official", 25, 12.5, 1)]
    [InlineData("vicregl", 25, 12.5, 0.5)]
    [InlineData("eb_jepa", 25, 25, 1 / 9.0)]
    public void Each_convention_weighs_the_raw_terms_its_own_way(string convention, double lambda, double mu, double nu)
    {
        using var coefficients = Coefficients.Of([TestTrials.Of(0, ("loss.convention", convention))], 10, CPU);
        var (z1, z2) = (TestTrials.Normal("a", 1, 16, 10), TestTrials.Normal("b", 1, 16, 10));
        var terms = LossTerms.Of(z1.Mul(0.5), z2.Mul(0.5), coefficients);
        var expected = (lambda * terms.Invariance.item<float>()) + (mu * terms.Variance.item<float>()) + (nu * terms.Covariance.item<float>());
        Assert.Equal(expected, terms.Total.item<float>(), 1e-4 * expected);
    }

    [Fact]
    public void Swapping_the_views_does_not_change_the_loss()
    {
        using var coefficients = Coefficients.Of([.. Enumerable.Range(0, 3).Select(k => TestTrials.Of(k))], 5, CPU);
        AssertClose(
            TestTrials.Doubles(LossTerms.Of(View1, View2, coefficients).Total),
            LossTerms.Of(View2, View1, coefficients).Total);
    }

    [Fact]
    public void Independent_rows_have_the_covariance_term_that_theory_expects()
    {
        const int batch = 64, dimension = 32, trials = 400;
        var mean = VicRegLoss.Covariance(TestTrials.Normal("independent", trials, batch, dimension)).mean().item<float>();
        Assert.Equal((dimension - 1.0) / (batch - 1), mean, 0.01);
    }

    private static double Covariance(int trial, int i, int j)
    {
        var z = TestTrials.Doubles(View1);
        double At(int sample, int d) => z[(trial * 60) + (sample * 5) + d];
        var (meanI, meanJ) = (Enumerable.Range(0, 12).Average(n => At(n, i)), Enumerable.Range(0, 12).Average(n => At(n, j)));
        return Enumerable.Range(0, 12).Sum(n => (At(n, i) - meanI) * (At(n, j) - meanJ)) / 11;
    }

    private static void AssertClose(IEnumerable<double> expected, Tensor actual)
    {
        foreach (var (e, a) in expected.Zip(TestTrials.Doubles(actual)))
        {
            Assert.Equal(e, a, 1e-5 * Math.Max(1, Math.Abs(e)));
        }
    }
}
