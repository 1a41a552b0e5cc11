using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Reports.Tests;

public sealed class ReportAxisTests
{
    private static readonly string[] Names = ["loss.variance_weight", "loss.covariance_weight", "model.name"];

    [Fact]
    public void A_zip_that_repeats_values_is_one_axis()
    {
        var (axes, levels) = Of([(0, 0), (25, 25), (0, 1), (1, 25)], ["a", "b"]);

        Assert.Equal(["loss.variance/covariance_weight", "model.name"], axes.Select(a => a.Name));
        Assert.Equal(["0/0", "0/1", "1/25", "25/25"], axes[0].Levels);
        Assert.Equal([[0, 0], [0, 1], [3, 0], [3, 1], [1, 0], [1, 1], [2, 0], [2, 1]], levels);
    }

    [Fact]
    public void A_grid_with_a_hole_stays_a_grid()
    {
        var (axes, _) = Of([(0, 0), (0, 1), (0, 25), (1, 0), (1, 1), (1, 25), (25, 0), (25, 1)], ["a", "b"]);

        Assert.Equal(Names, axes.Select(a => a.Name));
    }

    [Fact]
    public void Parameters_that_move_one_to_one_are_one_axis()
    {
        var (axes, levels) = Of([(1, 2), (0, 8)], ["a"]);

        Assert.Equal(["loss.variance/covariance_weight"], axes.Take(1).Select(a => a.Name));
        Assert.Equal(["0/8", "1/2"], axes[0].Levels);
        Assert.Equal([1, 0], levels.Select(l => l[0]));
    }

    private static (IReadOnlyList<ReportAxis> Axes, IReadOnlyList<int[]> Levels) Of((double Variance, double Covariance)[] weights, string[] names) => ReportAxis.Of(
        Names,
        [
            .. from weight in weights
               from name in names
               select new Dictionary<string, ParameterValue> { [Names[0]] = weight.Variance, [Names[1]] = weight.Covariance, [Names[2]] = name },
        ]);
}
