using System.Globalization;
using VicRegSweeps.Reports.Statistics;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine.Tests.Running;

namespace VicRegSweeps.Reports.Tests.Tables;

public sealed class SummaryCsvTests
{
    /// <summary>Two-sided 95 % quantiles from a printed table of Student's t.</summary>
    [Theory]
    [InlineData(2, 12.706)]
    [InlineData(3, 4.303)]
    [InlineData(5, 2.776)]
    [InlineData(31, 2.042)]
    public void The_interval_is_the_one_of_the_table(int n, double quantile)
    {
        var values = Enumerable.Range(0, n).Select(i => i * 1.5 - 2).ToList();

        var statistics = SampleStatistics.Of(values);

        var half = (statistics.High - statistics.Low)!.Value / 2;
        Assert.Equal(quantile, half * Math.Sqrt(n) / statistics.StandardDeviation!.Value, 3);
        Assert.Equal(statistics.Mean!.Value, (statistics.High + statistics.Low)!.Value / 2, 12);
    }

    [Fact]
    public void Mean_and_deviation_are_those_worked_by_hand()
    {
        var statistics = SampleStatistics.Of([2, 4, 4, 4, 5, 5, 7, 9]);

        Assert.Equal(5, statistics.Mean);
        Assert.Equal(Math.Sqrt(32.0 / 7), statistics.StandardDeviation!.Value, 15);
    }

    [Fact]
    public void A_single_value_has_no_spread_and_none_has_no_mean()
    {
        Assert.Equal(new SampleStatistics(1, 3, null, null, null), SampleStatistics.Of([3]));
        Assert.Equal(new SampleStatistics(0, null, null, null, null), SampleStatistics.Of([]));
    }

    [Fact]
    public void A_point_is_a_row_over_its_seeds()
    {
        using var sweep = new FormulaSweep();
        sweep.Register(FormulaRunner.Grid(2, seeds: 3));
        sweep.Run();

        var rows = Rows(sweep);

        Assert.Equal([("0.1", "3"), ("1.1", "3")], rows.Select(r => (r["formula.slope"], r["n"])));
        var totals = sweep.Trials().Take(3).Select(t => t.Loss!.Terms[0]!.Value).ToList();
        Assert.Equal(totals.Average(), double.Parse(rows[0]["loss/total:mean"], CultureInfo.InvariantCulture), 12);
        Assert.Equal(["1.5", "1.5"], rows.Select(r => r["loss/variance:mean"]));
        Assert.Equal(["1", "1"], rows.Select(r => r["loss/variance:sd"]));
        Assert.Equal(["", ""], rows.Select(r => r["loss/covariance:mean"]));
    }

    [Fact]
    public void Stopped_trials_count_and_failed_ones_do_not()
    {
        using var sweep = new FormulaSweep();
        sweep.Register(new[] { "complete", "stop", "diverge" }.Select(e => FormulaRunner.Trial(0, ("formula.ending", e))));
        sweep.Run();

        var rows = Rows(sweep);

        Assert.Equal(["1", "1", "0"], rows.Select(r => r["n"]));
        Assert.Equal(["0", "1", "0"], rows.Select(r => r["censored"]));
        Assert.Equal(["0.5", "0.5", ""], rows.Select(r => r["loss/variance:mean"]));
        Assert.Equal(["", "", ""], rows.Select(r => r["loss/variance:sd"]));
    }

    [Fact]
    public void Verdicts_are_counted_and_a_point_has_the_name_that_its_trials_say()
    {
        using var sweep = new ScriptedSweep(t => ScriptedSweep.ByWeights(t) with { Verdict = t.Seed == 2 ? "complete" : "dimensional" }, ScriptedSweep.Grid(3));
        using var reader = sweep.Read();
        Export.Csv(reader, sweep["csv"]);

        var (rows, trials) = (CsvText.ReadNamed(sweep["csv/summary.csv"]), CsvText.ReadNamed(sweep["csv/trials.csv"]));

        Assert.All(rows, row => Assert.Equal(
            ("0", "2", "1"), (row["collapse_representation:none"], row["collapse_representation:dimensional"], row["collapse_representation:complete"])));
        Assert.Equal(trials.Select(t => t["point"]).Distinct(), rows.Select(r => r["point"]));
        Assert.All(rows, row => Assert.Equal(3, trials.Count(t => t["point"] == row["point"] && t["loss.variance_weight"] == row["loss.variance_weight"])));
    }

    [Fact]
    public void Settings_that_all_trials_share_are_a_file_of_their_own()
    {
        using var sweep = new ScriptedSweep(ScriptedSweep.ByWeights, ScriptedSweep.Grid(1));
        using var reader = sweep.Read();
        Export.Csv(reader, sweep["csv"]);

        var settings = CsvText.ReadNamed(sweep["csv/settings.csv"]).ToDictionary(r => r["parameter"]);

        Assert.Equal(("25", "25"), (settings["loss.invariance_weight"]["value"], settings["loss.invariance_weight"]["default"]));
        Assert.Equal("plain", settings["model.name"]["value"]);
        Assert.DoesNotContain("loss.variance_weight", settings.Keys);
    }

    private static List<Dictionary<string, string>> Rows(FormulaSweep sweep)
    {
        using var reader = sweep.Read();
        Export.Csv(reader, sweep["csv"]);
        return CsvText.ReadNamed(sweep["csv"] + "/summary.csv");
    }
}
