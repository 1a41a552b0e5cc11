using System.Globalization;
using Parquet;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine;
using static VicRegSweeps.Reports.Tests.ScriptedSweep;

namespace VicRegSweeps.Reports.Tests.Tables;

/// <summary>Exports of some trials and columns, and in other formats, read back by others.</summary>
public sealed class ChoiceTests
{
    [Theory]
    [InlineData("loss.variance_weight == 25", 4)]
    [InlineData("loss.variance_weight > 0 and loss.covariance_weight == 0", 4)]
    [InlineData("embedding.knn_top1 > 0.2 or seed == 1", 7)]
    [InlineData("collapse_representation == dimensional", 2)]
    [InlineData("state == failed", 0)]
    [InlineData("not (state == completed)", 0)]
    public void A_condition_chooses_the_trials_of_every_table(string condition, int expected)
    {
        using var sweep = new ScriptedSweep(ByWeights, Grid(2));
        using var reader = sweep.Read();
        Export.Csv(reader, sweep["csv"], new ExportChoice(WhereExpression.Of(reader, condition)));

        var trials = CsvText.ReadNamed(sweep["csv/trials.csv"]).Select(r => r["trial"]).ToHashSet();

        Assert.Equal(expected, trials.Count);
        Assert.Equal(trials, CsvText.ReadNamed(sweep["csv/curves.csv"]).Select(r => r["trial"]).ToHashSet());
        Assert.Equal(trials, CsvText.ReadNamed(sweep["csv/metrics.csv"]).Select(r => r["trial"]).ToHashSet());
        Assert.Equal(expected, CsvText.ReadNamed(sweep["csv/summary.csv"]).Sum(r => int.Parse(r["n"], CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("a text may have a slash: embedding/knn_top1 > 0.3", "model.name == 'embedding/knn_top1'", 1)]
    [InlineData("division stays", "loss.variance_weight/loss.covariance_weight > 20", 1)]
    public void A_slash_is_that_of_a_metric_before_its_name_alone(string _, string condition, int expected)
    {
        using var sweep = new ScriptedSweep(
            ByWeights, [Trial(0, ("model.name", "embedding/knn_top1")), Trial(0, ("model.name", "embedding.knn_top1"), ("loss.variance_weight", 1))]);
        using var reader = sweep.Read();

        Assert.Equal(expected, reader.Trials().Count(WhereExpression.Of(reader, condition)));
    }

    [Fact]
    public void Every_spelling_of_a_metric_chooses_the_same_trials()
    {
        using var sweep = new ScriptedSweep(ByWeights, Grid(2));
        using var reader = sweep.Read();

        var chosen = new[] { "embedding.knn_top1", "embedding/knn_top1" }
            .Select(name => reader.Trials().Where(WhereExpression.Of(reader, $"({name}) > 0.2 and {name} * 2 < 0.6")).Select(t => t.Id).ToList()).ToList();

        Assert.InRange(chosen[0].Count, 1, 5);
        Assert.Equal(chosen[0], chosen[1]);
        Assert.Contains(
            "--where(1,1): unknown name 'embedding.knn_top'; did you mean 'embedding.knn_top1'?",
            Assert.Throws<SweepException>(() => WhereExpression.Of(reader, "embedding/knn_top > 1")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_condition_that_makes_no_sense_says_where()
    {
        using var sweep = new ScriptedSweep(ByWeights, Grid(1));
        using var reader = sweep.Read();

        Assert.Contains("--where(1,1): unknown name 'loss.varience_weight'; did you mean 'loss.variance_weight'?",
            Assert.Throws<SweepException>(() => WhereExpression.Of(reader, "loss.varience_weight > 1")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_come_in_the_order_that_was_asked_for()
    {
        using var sweep = new ScriptedSweep(ByWeights, Grid(1));
        using var reader = sweep.Read();
        Export.Csv(reader, sweep["csv"], new ExportChoice(null, ["embedding/knn_top1", "trial", "loss.variance_weight"]));

        Assert.Equal(["embedding/knn_top1", "trial", "loss.variance_weight"], CsvText.Read(sweep["csv/trials.csv"])[0]);
        Assert.Equal(
            ["embedding/knn_top1:mean", "embedding/knn_top1:sd", "embedding/knn_top1:ci_low", "embedding/knn_top1:ci_high", "loss.variance_weight"],
            CsvText.Read(sweep["csv/summary.csv"])[0]);
        var first = reader.Trials().First();
        Assert.Equal([first.Panels[0]!.Values[2]!.Value.ToString("R", CultureInfo.InvariantCulture), first.Id, "0"], CsvText.Read(sweep["csv/trials.csv"])[1]);
        Assert.Contains("--columns names 'embeding/knn_top1', which trials does not have; did you mean 'embedding/knn_top1'?",
            Assert.Throws<SweepException>(() => Export.Csv(reader, sweep["csv"], new ExportChoice(null, ["embeding/knn_top1"]))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parquet_holds_what_the_CSV_holds()
    {
        using var sweep = new ScriptedSweep(t => ByWeights(t) with { Knn = t.Seed == 0 ? null : 0.25, Reason = "a, \"b\"" }, Grid(2));
        using var reader = sweep.Read();
        Export.Csv(reader, sweep["csv"]);
        Export.Parquet(reader, sweep["parquet"]);

        foreach (var table in new[] { "trials", "curves", "metrics", "summary", "settings", "baseline" })
        {
            var csv = CsvText.Read(sweep[$"csv/{table}.csv"]);
            await using var parquet = await ParquetReader.CreateAsync(sweep[$"parquet/{table}.parquet"],
                cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal(csv[0], parquet.Schema.DataFields.Select(f => f.Name));
            Assert.Equal(csv.Count - 1, Enumerable.Range(0, parquet.RowGroupCount)
                .Sum(i => { using var group = parquet.OpenRowGroupReader(i); return (int)group.RowCount; }));
        }
    }

    [Fact]
    public void Arrow_reads_the_Parquet_files()
    {
        using var sweep = new ScriptedSweep(ByWeights, Grid(2));
        using var reader = sweep.Read();
        Export.Parquet(reader, sweep["parquet"]);

        var knn = Python.Numbers("pyarrow.parquet", $"""
            import pyarrow.parquet as pq
            t = pq.read_table('{sweep["parquet/trials.parquet"]}')
            print(*t['embedding/knn_top1'].to_pylist(), *t['loss.variance_weight'].to_pylist())
            """);

        var trials = reader.Trials().ToList();
        Assert.Equal(trials.Select(t => t.Panels[0]!.Values[2]!.Value).Concat(trials.Select(t => t.Settings["loss.variance_weight"].Number!.Value)), knn);
    }

    [Fact]
    public void Pandas_reads_the_CSV_files_to_the_last_bit()
    {
        using var sweep = new ScriptedSweep(t => ByWeights(t) with { Knn = 1.0 / 3 }, Grid(2));
        using var reader = sweep.Read();
        Export.Csv(reader, sweep["csv"]);

        var found = Python.Run("pandas", $"""
            import pandas as pd
            t = pd.read_csv('{sweep["csv/trials.csv"]}', float_precision='round_trip')
            s = pd.read_csv('{sweep["csv/summary.csv"]}', float_precision='round_trip')
            print((t['embedding/knn_top1'] == 1 / 3).all(), list(t['loss.variance_weight']) == [0, 0, 0, 0, 1, 1, 1, 1, 25, 25, 25, 25],
                  s['n'].tolist() == [2] * 6, s['censored'].sum() == 0, (s['embedding/knn_top1:sd'].abs() < 1e-15).all())
            """);

        Assert.Equal("True True True True True", found.Trim());
    }

    [Fact]
    public void Markdown_is_a_table_that_text_cannot_break()
    {
        using var sweep = new ScriptedSweep(ByWeights, [Trial(0, ("model.name", "a|b\n<i>*c*")), Trial(0)]);
        using var reader = sweep.Read();
        using var writer = new StringWriter();
        Export.Markdown(reader, writer, new ExportChoice(null, ["trial", "model.name", "embedding/knn_top1"]));

        var lines = writer.ToString().TrimEnd('\n').Split('\n');
        Assert.Equal("| trial | model.name | embedding/knn\\_top1 |".Replace("\\_", "_", StringComparison.Ordinal), lines[0]);
        Assert.Equal("| --- | --- | ---: |", lines[1]);
        Assert.Matches(@"\| a\\\|b &lt;i&gt;\\\*c\\\* \| 0\.\d{4} \|$", lines[2]);
        Assert.Equal(4, lines.Length);
    }
}
