using VicRegSweeps.Reports.Analysis;
using VicRegSweeps.Reports.Figures;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.SweepFiles;

namespace VicRegSweeps.Reports.Tests.Analysis;

public sealed class ReportAxisTests
{
    private static readonly string[] Names = ["loss.variance_weight", "loss.covariance_weight", "model.name"];

    [Fact]
    public void A_zip_that_repeats_values_is_one_axis()
    {
        var (axes, levels) = Of([(0, 0), (25, 25), (0, 1), (1, 25)], ["a", "b"]);

        Assert.Equal(["loss.(variance, covariance)_weight", "model.name"], axes.Select(a => a.Name));
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

        Assert.Equal(["loss.(variance, covariance)_weight"], axes.Take(1).Select(a => a.Name));
        Assert.Equal(["0/8", "1/2"], axes[0].Levels);
        Assert.Equal([1, 0], levels.Select(l => l[0]));
    }

    [Fact]
    public void Levels_are_short_and_never_read_as_one_another()
    {
        Assert.Equal(["1e-5", "3.16e-5", "0.0001", "0.000316"], Texts(1e-5, 3.16227766017e-05, 1e-4, 3.16227766017e-4));
        Assert.Equal(["0.333", "0.3333333", "0.33333333333333331"], Texts(0.333, 0.3333333, 1.0 / 3).Take(2).Append("0.33333333333333331"));
        Assert.Equal(["123456", "123457", "9007199254740992", "100000000"], Texts(123456, 123457, 9007199254740992, 1e8));
        Assert.Equal(["0.001", "absent", "a"], LevelTexts.Of([0.001, null, "a"]));
        var close = Texts(0.12345678, 0.123456789, 0.5);
        Assert.Equal(3, close.Distinct().Count());

        static IReadOnlyList<string> Texts(params double[] numbers) => LevelTexts.Of([.. numbers.Select(n => (ParameterValue?)n)]);
    }

    [Theory]
    [InlineData("3.16227766017e-05/0.001", "3.16227766017e-05/0.001")]
    [InlineData("0.0316227766/0.0316227766/0.0316227766", "0.0316227766/…")]
    [InlineData("a/very/long/path/to/some/images/of/cats", "a/very/long/path/to/…")]
    [InlineData("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz", "abcdefghijkl…pqrstuvwxyz")]
    public void A_level_that_is_too_long_loses_no_part_of_a_number(string level, string expected) => Assert.Equal(expected, Plots.Short(level));

    [Fact]
    public void What_another_parameter_decides_to_be_there_is_no_axis()
    {
        string[] names = ["model.head", "model.embedding_dim", "train.optimizer", "train.momentum", "model.expander", "model.expander_width"];
        ParameterValue?[][] points =
        [
            ["none", null, "adam", null, null, 80],
            ["64", 50, "sgd", 0.5, "512", null],
            ["64", 50, "lars", 0.9, null, 80],
            ["128-32", 50, "adam", null, "512", null],
        ];

        Assert.Equal(["model.head", "train.optimizer", "train.momentum", "model.expander"], AxesOf(names, points));

        // With a point in which the head alone does not decide it, the dimension is an axis.
        Assert.Contains("model.embedding_dim", AxesOf(names, [.. points, ["64", null, "adam", null, "512", null]]));

        static IEnumerable<string> AxesOf(string[] names, ParameterValue?[][] points) => ReportAxis
            .Of(names, [.. names.Index().Select(n => points.Select(p => p[n.Index]).ToList())], [new DeclaredAxes([], IsSampled: true)]).Axes.SelectMany(a =>
                a.Parameters);
    }

    [Fact]
    public void Many_levels_are_drawn_in_bins_of_neighbours()
    {
        var axis = new ReportAxis(["a"], [.. Enumerable.Range(0, 1001).Select(i => $"{i}")], true) { Settings = [] };
        var bins = AxisBins.Of(axis);

        Assert.Equal(AxisBins.Most, bins.Count);
        Assert.Equal(Enumerable.Range(0, AxisBins.Most), Enumerable.Range(0, 1001).Select(bins.BinOf).Distinct());
        foreach (var (bin, label) in bins.Labels.Index())
        {
            var ends = label.Split(" … ").Select(int.Parse).ToList();
            Assert.Equal((bin, bin), (bins.BinOf(ends[0]), bins.BinOf(ends[1])));
            Assert.NotEqual(bin, bins.BinOf(Math.Min(1000, ends[1] + 1)) + (ends[1] == 1000 ? 1 : 0));
        }
    }

    private static (IReadOnlyList<ReportAxis> Axes, IReadOnlyList<int[]> Levels) Of((double Variance, double Covariance)[] weights, string[] names)
    {
        var points = (from weight in weights from name in names select new ParameterValue?[] { weight.Variance, weight.Covariance, name }).ToList();
        return ReportAxis.Of(Names, [.. Enumerable.Range(0, Names.Length).Select(i => points.Select(p => p[i]).ToList())], []);
    }
}
