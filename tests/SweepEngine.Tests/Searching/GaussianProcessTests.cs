using System.Text.Json;
using CsCheck;
using VicRegSweeps.SweepEngine.Searching;

namespace VicRegSweeps.SweepEngine.Tests.Searching;

/// <summary>What scikit-learn finds is in gaussian_process.json, which gaussian_process.py beside this test printed.</summary>
public class GaussianProcessTests
{
    private static readonly JsonElement Expected =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "gaussian_process.json"))).RootElement;

    private static readonly SearchAxis[] Axes = [.. Enumerable.Repeat(new SearchAxis(null, IsOrdered: true), 3)];

    [Fact]
    public void Means_and_covariances_are_those_of_scikit_learn()
    {
        var (mean, covariance) = Process().At(Points("asked"));

        Close(Numbers("mean"), mean);
        foreach (var (i, row) in covariance.Index()) Close(Row(Expected.GetProperty("covariance")[i]).Take(i + 1), row);
        Assert.Equal(mean[3], Process().Mean(Points("asked")[3]), 12);
    }

    [Fact]
    public void The_likelihood_and_its_slopes_are_those_of_scikit_learn()
    {
        var process = Process();

        Close([Expected.GetProperty("likelihood").GetDouble()], [process.LogLikelihood]);
        Close(Numbers("gradient"), process.Gradient(Numbers("noise")).Take(4));
    }

    [Fact]
    public void The_slope_by_the_noise_is_that_of_finite_differences()
    {
        const double Step = 1e-5;
        var noise = Numbers("noise");

        var (more, less) = (Process(noise.Select(n => n * Math.Exp(Step))), Process(noise.Select(n => n * Math.Exp(-Step))));

        Assert.Equal((more.LogLikelihood - less.LogLikelihood) / (2 * Step), Process().Gradient(noise)[^1], 4);
    }

    // Rasmussen and Williams 2006, equation 4.17, at r = 0 and r = 1.
    [Fact]
    public void A_Matern_kernel_is_its_variance_at_no_distance_and_falls_to_half_at_about_one_length()
    {
        var kernel = new Matern(2, [1, 1, 1]);

        Assert.Equal(2, kernel.Of(0));
        Assert.Equal(2 * 0.5239941088318203, kernel.Of(1), 12);
    }

    [Fact]
    public void The_slope_of_a_kernel_is_that_of_finite_differences() => Gen.Double[0.05, 4].Sample(length =>
    {
        const double Step = 1e-6;
        double[] a = [0.1, 0.2, 0.3], b = [0.4, 0.2, 0.35];
        double At(double ofLength) => new Matern(1.3, [ofLength, 1, 1]).Of(Axes, a, b);
        var kernel = new Matern(1.3, [length, 1, 1]);

        var slope = kernel.Slope(kernel.Distance(Axes, a, b)) * Math.Pow(0.3 / length, 2);

        Assert.Equal((At(length * Math.Exp(Step)) - At(length * Math.Exp(-Step))) / (2 * Step), slope, 6);
    });

    [Fact]
    public void Words_are_all_equally_far_from_each_other()
    {
        var axis = new SearchAxis(3, IsOrdered: false);

        Assert.Equal([0, 1, 1], Enumerable.Range(0, 3).Select(level => axis.Distance(axis.Middle(0), axis.Middle(level))));
    }

    [Fact]
    public void A_factor_times_its_transpose_is_the_matrix_and_its_inverse_undoes_it() => Gen.Int[1, 19].Sample(count =>
    {
        var chance = new Random(count);
        var factors = Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, count + 2).Select(_ => chance.NextDouble() - 0.5).ToArray()).ToArray();
        double Entry(int i, int j) => factors[i].Zip(factors[j], (a, b) => a * b).Sum() + (i == j ? 0.1 : 0);
        var matrix = Enumerable.Range(0, count).Select(i => Enumerable.Range(0, i + 1).Select(j => Entry(i, j)).ToArray()).ToArray();

        var factor = LowerFactor.Of(matrix)!;
        var inverse = factor.Inverse();
        var unit = Enumerable.Range(0, count).Select(j => j == count / 2 ? 1.0 : 0).ToArray();

        // The columns of L are L times the unit vectors.
        var columns = Enumerable.Range(0, count).Select(k => factor.Times([.. Enumerable.Range(0, count).Select(j => j == k ? 1.0 : 0)])).ToList();
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                Assert.Equal(Entry(i, j), columns.Sum(c => c[i] * c[j]), 10);
                Assert.Equal(
                    i == j ? 1 : 0,
                    Enumerable.Range(0, count).Sum(k => Entry(i, k) * (k >= j ? inverse[k][j] : inverse[j][k])), 7);
            }

            Assert.Equal(i >= count / 2 ? inverse[i][count / 2] : inverse[count / 2][i], factor.Solve(unit)[i], 7);
        }
    });

    [Fact]
    public void A_matrix_that_is_not_positive_definite_has_no_factor() => Assert.Null(LowerFactor.Of([[1], [2, 1]]));

    private static GaussianProcess Process(IEnumerable<double>? noise = null) => new(
        Axes,
        new Matern(Expected.GetProperty("variance").GetDouble(), Numbers("lengths")),
        Points("points"),
        Numbers("values"),
        [.. noise ?? Numbers("noise")]);

    private static double[] Numbers(string name) => Row(Expected.GetProperty(name));

    private static double[][] Points(string name) => [.. Expected.GetProperty(name).EnumerateArray().Select(Row)];

    private static double[] Row(JsonElement row) => [.. row.EnumerateArray().Select(n => n.GetDouble())];

    private static void Close(IEnumerable<double> expected, IEnumerable<double> found) =>
        Assert.All(expected.Zip(found), pair => Assert.InRange(pair.Second - pair.First, -1e-6, 1e-6));
}
