namespace VicRegSweeps.Cli.Tests;

/// <summary>Further values of what evaluations are told, by the real command: more metrics of the same trials.</summary>
public sealed class EvaluateTests : IDisposable
{
    private const string Lists = "evaluate: {eval.knn_k: [5, 20], eval.knn_temperature: [0.07, 0.2], eval.probe_ridge: [1e-4, 1e-3, 1e-2]}\n";

    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void Further_metrics_are_those_of_trials_that_have_these_values_themselves()
    {
        place.Write("tiny.yaml", Workplace.TinySweep + Lists);
        place.Write("other.yaml", Workplace.TinySweep.Replace("log.every_batches: 5", "log.every_batches: 5\n  eval.knn_k: 5\n  eval.knn_temperature: 0.2\n  eval.probe_ridge: 0.01",
            StringComparison.Ordinal));
        place.Write("plain.yaml", Workplace.TinySweep);
        var plan = place.Run("plan", "tiny.yaml").Output;
        Assert.Contains("2 points × 2 seeds = 4 trials\n  each evaluated with 4 further knn_top1 and 3 further probe_top1: more metrics, no more trials\n", plan, StringComparison.Ordinal);
        foreach (var name in new[] { "tiny", "other", "plain" })
        {
            Assert.Equal(0, place.Run("run", $"{name}.yaml", "--store", $"{name}.db", "--quiet").ExitCode);
            Assert.Equal(0, place.Run("export", $"{name}.db", "--csv", name).ExitCode);
        }

        foreach (var space in new[] { "embedding", "representation" })
        {
            // The same training, so that what is read from it is the same to the last bit.
            Assert.Equal(Column("other", $"{space}/knn_top1"), Column("tiny", $"{space}/knn_top1@k=5@t=0.2"));
            Assert.Equal(Column("other", $"{space}/probe_top1"), Column("tiny", $"{space}/probe_top1@ridge=0.01"));
            Assert.Equal(Column("tiny", $"{space}/knn_top1"), Column("tiny", $"{space}/knn_top1@k=20@t=0.07"));
            Assert.Equal(Column("tiny", $"{space}/probe_top1"), Column("tiny", $"{space}/probe_top1@ridge=0.001"));
        }

        // What is not about evaluation is as without it, ids of trials too.
        Assert.Equal(Column("plain", "trial"), Column("tiny", "trial"));
        Assert.Equal(place.Lines("plain/curves.csv"), place.Lines("tiny/curves.csv"));
        Assert.Equal(place.Lines("plain/metrics.csv"), place.Lines("tiny/metrics.csv").Where(line => !line.Contains('@', StringComparison.Ordinal)));
        Assert.Contains("embedding/knn_top1@k=5@t=0.2:mean", place.Lines("tiny/summary.csv")[0], StringComparison.Ordinal);

        Assert.Equal(4, place.Run("verify", "tiny.db", "-n", "4").Output.Split("the same to the last bit").Length - 1);
        Assert.Contains("<h3>embedding/knn_top1</h3>", Report("tiny.db"), StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"evaluation\"", Report("plain.db"), StringComparison.Ordinal);
        Assert.Equal(0, place.Run("export", "tiny.db", "--where", "embedding/knn_top1@k=5@t=0.2 >= 0 and embedding/probe_top1@ridge=0.0001 < 2", "--csv", "some").ExitCode);
        Assert.Equal(5, place.Lines("some/trials.csv").Length);
        Assert.Contains("by embedding/knn_top1@k=5@t=0.2", place.Run("refine", "tiny.db", "--by", "embedding/knn_top1@k=5@t=0.2").Output, StringComparison.Ordinal);
        Assert.Contains("Evaluated with these too: eval.knn_k: 5, 20; eval.knn_temperature: 0.07, 0.2; eval.probe_ridge: 0.0001, 0.001, 0.01",
            place.Run("show", "tiny.db", Column("tiny", "trial")[0]).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_list_leaves_what_is_finished_and_the_hint_has_it_trained_again()
    {
        place.Write("tiny.yaml", Workplace.TinySweep);
        Assert.Equal(0, place.Run("run", "tiny.yaml", "--store", "s.db", "--quiet").ExitCode);
        place.Write("tiny.yaml", Workplace.TinySweep + "evaluate: {eval.knn_k: [5]}\n");

        var changed = place.Run("run", "tiny.yaml", "--store", "s.db");

        Assert.Contains(
            "4 kept (4 of them finished). 'evaluate' changed: 4 finished trials keep the metrics that they have; to train what is completed again: vicreg-sweep resume s.db --states completed",
            changed.Error, StringComparison.Ordinal);
        place.Run("export", "s.db", "--csv", "kept");
        Assert.All(Column("kept", "embedding/knn_top1@k=5"), value => Assert.Equal("", value));
        Assert.DoesNotContain("'evaluate' changed", place.Run("run", "tiny.yaml", "--store", "s.db").Error, StringComparison.Ordinal);

        Assert.Equal(0, place.Run("resume", "s.db", "--states", "completed").ExitCode);
        place.Run("export", "s.db", "--csv", "again");
        Assert.All(Column("again", "embedding/knn_top1@k=5"), value => Assert.NotEqual("", value));
        Assert.Equal(Column("kept", "embedding/knn_top1"), Column("again", "embedding/knn_top1"));
    }

    private string Report(string store)
    {
        Assert.Equal(0, place.Run("report", store, "--out", $"report-{store}").ExitCode);
        return File.ReadAllText(place.PathOf($"report-{store}/report.html"));
    }

    private string[] Column(string folder, string name)
    {
        var lines = place.Lines($"{folder}/trials.csv").Select(line => line.Split(',')).ToList();
        var column = Array.IndexOf(lines[0], name);
        Assert.True(column >= 0, $"There is no column {name}.");
        return [.. lines.Skip(1).Select(cells => cells[column])];
    }
}
