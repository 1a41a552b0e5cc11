using VicRegSweeps.Reports.Page;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine;
using static VicRegSweeps.Reports.Tests.ScriptedSweep;

namespace VicRegSweeps.Reports.Tests.Tables;

/// <summary>A store of two sweeps: one over μ, and one over ε that shares its first point.</summary>
public sealed class SweepChoiceTests : IDisposable
{
    private readonly ScriptedSweep store = new(
        ByWeights, new[] { 0.0, 1, 25 }.Select(w => Trial(0, ("loss.variance_weight", w))), question: "Which weight?", name: "weights");

    public SweepChoiceTests() => store.Add(
        ByWeights, new[] { 1e-4, 1e-3 }.Select(e => Trial(0, ("loss.epsilon", e))), question: "Which epsilon?", name: "epsilons");

    public void Dispose() => store.Dispose();

    [Fact]
    public void A_report_asks_which_sweep_is_meant()
    {
        using var reader = store.Read();

        Assert.Equal(
            $"{store.Database} has 2 sweeps: weights, epsilons. Each asks a question of its own, so say which one is meant: --sweep weights. "
            + "--sweep all takes all of them together.",
            Assert.Throws<SweepException>(() => Report.Write(reader, store["report"])).Message);
        Assert.False(Directory.Exists(store["report"]));
        Assert.Equal(
            $"--sweep is 'weigths', but {store.Database} has no sweep of that name; did you mean 'weights'? It has weights, epsilons.",
            Assert.Throws<SweepException>(() => store.Findings(new ReportOptions { Sweep = "weigths" })).Message);
    }

    [Fact]
    public void A_report_of_one_sweep_knows_its_trials_alone()
    {
        var (data, _) = store.Findings(new ReportOptions { Sweep = "epsilons" });
        var page = HtmlText.Visible(store.Page(new ReportOptions { Sweep = "epsilons" }));

        Assert.Equal(["loss.epsilon"], data.Axes.Select(a => a.Name));
        Assert.Equal((2, 2), (data.Trials.Count, data.Status.Completed));
        Assert.Contains("Which epsilon?", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Which weight?", page, StringComparison.Ordinal);
        Assert.Equal(4, store.Findings(new ReportOptions { Sweep = "all" }).Data.Trials.Count);
    }

    [Fact]
    public void Exports_say_of_which_sweeps_a_trial_is()
    {
        using var reader = store.Read();
        Export.Csv(reader, store["both"]);
        Export.Csv(reader, store["one"], new ExportChoice(Sweep: "epsilons"));

        var sweeps = CsvText.ReadNamed(store["both/trials.csv"]).Select(r => r["sweep"]);
        Assert.Equal(["weights", "weights", "weights epsilons", "epsilons"], sweeps);
        Assert.Equal(sweeps, CsvText.ReadNamed(store["both/summary.csv"]).Select(r => r["sweep"]));
        Assert.Equal(["0.0001", "0.001"], CsvText.ReadNamed(store["one/trials.csv"]).Select(r => r["loss.epsilon"]));
        Assert.DoesNotContain("loss.variance_weight", CsvText.Read(store["one/trials.csv"])[0]);
        Assert.Contains(CsvText.ReadNamed(store["one/settings.csv"]), r => r["parameter"] == "loss.variance_weight" && r["value"] == "25");
    }

    [Fact]
    public void A_single_sweep_is_named_where_the_column_is_asked_for()
    {
        using var sweep = new ScriptedSweep(ByWeights, Grid(1));
        using var reader = sweep.Read();
        Export.Csv(reader, sweep["plain"]);
        Export.Csv(reader, sweep["named"], new ExportChoice(null, ["sweep", "trial"]));

        Assert.DoesNotContain("sweep", CsvText.Read(sweep["plain/trials.csv"])[0]);
        Assert.All(CsvText.ReadNamed(sweep["named/trials.csv"]), r => Assert.Equal("scripted", r["sweep"]));
    }
}
