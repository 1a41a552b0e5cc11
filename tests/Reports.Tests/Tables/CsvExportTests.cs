using System.Globalization;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.Tests.Running;

namespace VicRegSweeps.Reports.Tests.Tables;

public sealed class CsvExportTests
{
    private static readonly string[] FinalMetricNames =
    [
        "loss/total", "loss/invariance", "loss/variance", "loss/covariance",
        "embedding/spread", "embedding/rank", "embedding/knn", "representation/spread", "representation/rank", "representation/knn",
    ];

    [Fact]
    public void The_columns_are_those_that_people_script_against()
    {
        using var sweep = new FormulaSweep();
        sweep.Register(FormulaRunner.Grid(2, seeds: 2));
        sweep.Run();
        var folder = Exported(sweep);

        Assert.Equal(
            [
                "trial", "point", "block", "seed", "state", "reason", "collapse_embedding", "collapse_representation", "epochs", "steps", "seconds",
                "formula.slope", .. FinalMetricNames, "censored",
            ],
            CsvText.Read($"{folder}/trials.csv")[0]);
        Assert.Equal(
            ["trial", "seed", "epoch", "step", "batches", "loss/total", "loss/invariance", "loss/variance", "loss/covariance"],
            CsvText.Read($"{folder}/curves.csv")[0]);
        Assert.Equal(["trial", "epoch", "step", "space", "metric", "value"], CsvText.Read($"{folder}/metrics.csv")[0]);
        Assert.Equal(
            [
                "point", "formula.slope", "n",
                .. FinalMetricNames.SelectMany(name => new[] { $"{name}:mean", $"{name}:sd", $"{name}:ci_low", $"{name}:ci_high" }),
                .. new[] { "embedding", "representation" }
                    .SelectMany(space => new[] { "none", "dimensional", "complete" }.Select(verdict => $"collapse_{space}:{verdict}")),
                "censored",
            ],
            CsvText.Read($"{folder}/summary.csv")[0]);
        Assert.Equal(["parameter", "value", "default", "meaning"], CsvText.Read($"{folder}/settings.csv")[0]);
        Assert.Equal(["name", "metric", "value"], CsvText.Read($"{folder}/baseline.csv")[0]);
    }

    [Fact]
    public void The_baseline_says_whose_it_is_where_that_is_known()
    {
        using var sweep = new FormulaSweep();
        sweep.Register(FormulaRunner.Grid(2));
        sweep.Run();
        using var reader = sweep.Read();
        var folder = sweep["said"];
        var reading = new VicRegSweeps.Reports.Page.InputReading(
            name => name == "formula.shape", (settings, _) => [new KnownPanel("formula", "formula", $"shape {settings["formula.shape"].Text}")], _ => "", _ => []);
        Export.Csv(reader, folder, ExportChoice.All with { Inputs = reading });

        Assert.Equal(["name", "metric", "value", "formula.shape"], CsvText.Read($"{folder}/baseline.csv")[0]);
        Assert.All(CsvText.ReadNamed($"{folder}/baseline.csv"), row => Assert.Equal(("formula", "1"), (row["name"], row["formula.shape"])));

        Export.Csv(reader, folder, ExportChoice.All with { Inputs = reading with { PanelsOf = (_, _) => [new KnownPanel("another", "another", "")] } });
        Assert.Equal(["name", "metric", "value"], CsvText.Read($"{folder}/baseline.csv")[0]);
    }

    [Fact]
    public void Every_row_is_there_in_the_order_of_the_trials()
    {
        using var sweep = new FormulaSweep();
        var trials = FormulaRunner.Grid(3, seeds: 2).ToList();
        sweep.Register(trials);
        sweep.Run();
        var folder = Exported(sweep);

        Assert.Equal(trials.Select(t => t.Id), CsvText.ReadNamed($"{folder}/trials.csv").Select(r => r["trial"]));
        Assert.Equal(
            trials.SelectMany(t => new[] { "5", "10", "15", "20", "25", "30" }.Select(step => (t.Id, step))),
            CsvText.ReadNamed($"{folder}/curves.csv").Select(r => (r["trial"], r["step"])));
        var metrics = CsvText.ReadNamed($"{folder}/metrics.csv");
        Assert.Equal(6 * 3 * 2 * 3, metrics.Count);
        Assert.Equal(["spread", "rank", "knn", "spread", "rank", "knn"], metrics.Take(6).Select(r => r["metric"]));
        Assert.Equal(["embedding", "embedding", "embedding", "representation"], metrics.Take(4).Select(r => r["space"]));
        Assert.Equal(["spread", "rank", "knn"], CsvText.ReadNamed($"{folder}/baseline.csv").Select(r => r["metric"]));
    }

    [Fact]
    public void Numbers_read_back_to_the_last_bit_and_what_is_undefined_is_empty()
    {
        using var sweep = new FormulaSweep();
        sweep.Register(FormulaRunner.Trial(0, ("formula.slope", 1e-6)), FormulaRunner.Trial(0, ("formula.slope", 1.0 / 3)));
        sweep.Run();
        var folder = Exported(sweep);

        foreach (var (trial, row) in sweep.Trials().Zip(CsvText.ReadNamed($"{folder}/trials.csv")))
        {
            Assert.Equal(trial.Settings["formula.slope"].Number, Number(row["formula.slope"]));
            Assert.Equal(trial.Loss!.Terms[0], Number(row["loss/total"]));
            Assert.Equal("", row["loss/covariance"]);
            Assert.Equal(trial.Panels[0]!.Values[0], Number(row["embedding/spread"]));
        }

        Assert.Equal("1E-06", CsvText.ReadNamed($"{folder}/trials.csv")[0]["formula.slope"]);
        var knn = CsvText.ReadNamed($"{folder}/metrics.csv").Where(r => r["metric"] == "knn").Select(r => (r["epoch"], r["value"])).Distinct();
        Assert.Equal([("1", "0.25"), ("2", ""), ("3", "0.25")], knn.Order());
    }

    [Theory]
    [InlineData("=1+1")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("@SUM(A1)")]
    [InlineData("\t=1")]
    [InlineData("\r=1")]
    [InlineData("\n=1")]
    [InlineData("＝1+1")]
    [InlineData("＋1")]
    [InlineData("－1")]
    [InlineData("＠SUM(A1)")]
    [InlineData("﹦1+1")]
    [InlineData("=HYPERLINK(\"http://x\",\"y\")")]
    public void Text_cannot_become_a_formula(string text)
    {
        using var sweep = new FormulaSweep();
        var trials = new[] { FormulaRunner.Trial(0, ("formula.word", text)), FormulaRunner.Trial(0, ("formula.slope", -1)) };
        sweep.Register(trials.Select(t => t with { Block = text }));

        var rows = CsvText.ReadNamed($"{Exported(sweep)}/trials.csv");

        Assert.Equal(("'" + text, "'" + text), (rows[0]["block"], rows[0]["formula.word"]));
        Assert.Equal("-1", rows[1]["formula.slope"]);
    }

    [Fact]
    public void Separators_quotes_and_line_ends_survive()
    {
        const string text = "a,\"b\"\r\nc;d 'e'";
        using var sweep = new FormulaSweep();
        sweep.Register(FormulaRunner.Trial(0, ("formula.word", text)), FormulaRunner.Trial());

        Assert.Equal([text, "plain"], CsvText.ReadNamed($"{Exported(sweep)}/trials.csv").Select(r => r["formula.word"]));
    }

    [Fact]
    public void States_and_reasons_say_how_trials_ended()
    {
        using var sweep = new FormulaSweep();
        sweep.Register(new[] { "complete", "stop", "diverge", "throw" }.Select(e => FormulaRunner.Trial(0, ("formula.ending", e))));
        sweep.Run();

        Assert.Equal(
            [
                ("completed", ""), ("stopped", "enough"), ("failed", "diverged: loss/total is not finite at step 7"),
                ("failed", "error: the formula broke"),
            ],
            CsvText.ReadNamed($"{Exported(sweep)}/trials.csv").Select(r => (r["state"], r["reason"])));
    }

    [Fact]
    public void An_empty_sweep_has_headers_alone()
    {
        using var sweep = new FormulaSweep();
        sweep.Register();
        var folder = Exported(sweep);

        Assert.All(Directory.GetFiles(folder), file => Assert.Single(CsvText.Read(file)));
    }

    [Fact]
    public void A_failed_export_leaves_the_files_as_they_were()
    {
        using var sweep = new FormulaSweep();
        sweep.Register(FormulaRunner.Grid(1));
        var folder = Exported(sweep);
        var before = File.ReadAllText($"{folder}/trials.csv");
        using (var reader = sweep.Read())
        {
            reader.Dispose();
            Assert.ThrowsAny<Exception>(() => Export.Csv(reader, folder));
        }

        Assert.Equal(before, File.ReadAllText($"{folder}/trials.csv"));
        Assert.Equal(6, Directory.GetFileSystemEntries(folder).Length);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_a_sentence()
    {
        using var sweep = new FormulaSweep(onDisk: true);
        sweep.Register(FormulaRunner.Grid(1));
        using var reader = sweep.Read();

        Assert.Contains("cannot be written", Assert.Throws<SweepException>(() => Export.Csv(reader, $"{sweep.Database}/csv")).Message);
    }

    [Fact]
    public void A_running_sweep_exports_what_is_there()
    {
        var rows = new List<int>();
        FormulaSweep sweep = null!;
        var runner = new FormulaRunner
        {
            BeforeStep = (_, step) =>
            {
                sweep.Time.Advance(TimeSpan.FromSeconds(2));
                if (step % 10 != 9) return;

                var folder = Exported(sweep);
                rows.Add(CsvText.Read($"{folder}/curves.csv").Count - 1);
                Assert.All(CsvText.ReadNamed($"{folder}/trials.csv"), r => Assert.Equal("running", r["state"]));
            },
        };
        using (sweep = new FormulaSweep(runner))
        {
            sweep.Register(FormulaRunner.Grid(2));
            sweep.Run();
        }

        Assert.Equal([2, 6, 10], rows);
    }

    private static string Exported(FormulaSweep sweep)
    {
        using var reader = sweep.Read();
        Export.Csv(reader, sweep["csv"]);
        return sweep["csv"];
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
