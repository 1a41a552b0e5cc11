using System.Diagnostics;

namespace VicRegSweeps.Cli.Tests;

/// <summary>Predictors of the next frame through the command: planned, killed, resumed, reported.</summary>
public sealed class PredictorTests : IDisposable
{
    private const string Sweep = """
        version: 1
        name: next-frame
        question: Which embeddings can be predicted?
        seeds: 2
        fixed:
          data.source: dots
          video.sequences: 24
          video.frames: 12
          augment.recipe: neighbours
          train.batch_size: 32
          train.epochs: 3
          eval.images: 24
          model.embedding_dim: 4
        grid:
          predictor.epochs: [40]
          predictor.width: [8, 16]
          loss.variance_weight: [0, 25]

        """;

    private const string Joint = $"{Sweep}  predictor.joint: [true]\n";

    private readonly Workplace place = new();

    public PredictorTests() => File.WriteAllText(place.PathOf("p.yaml"), Sweep);

    public void Dispose() => place.Dispose();

    [Fact]
    public void A_plan_counts_the_embeddings_that_predictors_share()
    {
        var plan = place.Run("plan", "p.yaml");

        Assert.Equal(0, plan.ExitCode);
        Assert.Contains("4 points × 2 seeds = 8 trials\n4 more trials that they are built on, trained first and once: stages\n", plan.Output,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 12)]
    [InlineData(true, 8)]
    public void Killed_and_run_again_it_ends_with_the_same_bits_and_every_embedding_is_trained_once(bool isJoint, int trials)
    {
        if (isJoint) File.WriteAllText(place.PathOf("p.yaml"), Joint);
        Assert.Equal(0, place.Run("run", "p.yaml", "--store", "through.db").ExitCode);
        for (var kills = 0; kills < 3; kills++)
        {
            using var running = place.Start("run", "p.yaml", "--store", "killed.db", "--checkpoint-every", "0.2");
            for (var watch = Stopwatch.StartNew(); watch.Elapsed < TimeSpan.FromMinutes(1) && !HasRows(1 + kills); Thread.Sleep(20))
            {
            }

            running.Signal("KILL");
            running.Finish(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(0, place.Run("run", "p.yaml", "--store", "killed.db").ExitCode);

        foreach (var store in new[] { "through", "killed" }) Assert.Equal(0, place.Run("export", $"{store}.db", "--csv", store).ExitCode);
        Assert.Equal(place.Lines("through/curves.csv"), place.Lines("killed/curves.csv"));
        Assert.Equal(place.Lines("through/metrics.csv"), place.Lines("killed/metrics.csv"));
        var header = place.Lines("killed/trials.csv")[0].Split(',');
        Assert.Equal(1 + trials, place.Lines("killed/trials.csv").Length);
        Assert.Contains("prediction/skill_1", header);
        Assert.Contains("prediction/position_r2_5", header);

        var report = place.Run("report", "through.db", "--out", "report");
        Assert.Equal(0, report.ExitCode);
        var page = File.ReadAllText(place.PathOf("report/report.html"));
        Assert.Contains("<h1>Which embeddings can be predicted?</h1>", page, StringComparison.Ordinal);
        Assert.Contains("best point</b> by prediction/skill_1", page, StringComparison.Ordinal);
        Assert.DoesNotContain("predictor.epochs 0", page, StringComparison.Ordinal);
        Assert.Equal(!isJoint, page.Contains("These trials have no embeddings of their own: they are built on other trials", StringComparison.Ordinal));
        Assert.Equal(0, place.Run("verify", "killed.db", "-n", "3").ExitCode);
    }

    [Fact]
    public void Two_halves_that_are_merged_are_the_whole()
    {
        var whole = Joint.Replace("[0, 25]", "[5, 25]", StringComparison.Ordinal);
        foreach (var (store, seeds) in new[] { ("whole", "2"), ("first", "[0]"), ("second", "[1]") })
        {
            place.Write($"{store}.yaml", whole.Replace("seeds: 2", $"seeds: {seeds}", StringComparison.Ordinal));
            Assert.Equal(0, place.Run("run", $"{store}.yaml", "--store", $"{store}.db", "--quiet").ExitCode);
        }

        Assert.Equal(0, place.Run("merge", "both.db", "first.db", "second.db").ExitCode);

        foreach (var store in new[] { "whole", "both" })
        {
            Assert.Equal(0, place.Run("export", $"{store}.db", "--csv", store).ExitCode);
            Assert.Equal(0, place.Run("embed", $"{store}.db", "best", "--space", "prediction", "--out", $"{store}.npy").ExitCode);
        }

        foreach (var table in new[] { "curves.csv", "metrics.csv", "horizons.csv" })
            Assert.Equal(place.Lines($"whole/{table}").Order(), place.Lines($"both/{table}").Order());
        Assert.Equal(File.ReadAllBytes(place.PathOf("whole.npy")), File.ReadAllBytes(place.PathOf("both.npy")));
        Assert.Equal(0, place.Run("verify", "both.db", "-n", "4").ExitCode);
    }

    [Fact]
    public void Video_of_a_file_has_skill_and_no_positions_and_the_report_says_so()
    {
        WriteGratings("gratings.npy", 60);
        WriteGratings("moved.npy", 60);
        place.Write("video.yaml", """
            version: 1
            name: gratings
            fixed:
              data.source: video
              data.path: gratings.npy
              augment.recipe: neighbours
              train.batch_size: 64
              train.epochs: 20
              eval.images: 120
              model.embedding_dim: 8
              predictor.epochs: 100
              predictor.history: 2
            grid: {predictor.width: [16, 32]}
            """);
        var run = place.Run("run", "video.yaml", "--store", "video.db", "--quiet");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(0, place.Run("export", "video.db", "--csv", "csv", "--where", "predictor.epochs > 0").ExitCode);
        var rows = place.Lines("csv/trials.csv").Select(line => line.Split(',')).ToList();
        Assert.All(rows.Skip(1), row => Assert.InRange(double.Parse(Of(row, "prediction/skill_1"), System.Globalization.CultureInfo.InvariantCulture), 0.3, 1));
        Assert.All(rows[0].Where(name => name.Contains("position", StringComparison.Ordinal) || name.Contains("velocity", StringComparison.Ordinal)),
            name => Assert.All(rows.Skip(1), row => Assert.Equal("", Of(row, name))));

        Assert.Equal(0, place.Run("report", "video.db", "--out", "report").ExitCode);
        var page = File.ReadAllText(place.PathOf("report/report.html"));
        Assert.Contains("No point that is drawn has a value of position_r2_h or position_rmse_h, so there is no panel of it.", page, StringComparison.Ordinal);
        Assert.Contains("The data of source video have no labels and no positions", page, StringComparison.Ordinal);
        Assert.False(File.Exists(place.PathOf("report/figures/paths-prediction.png")));

        // What lies in the file counts, and not where it lies.
        var moved = File.ReadAllText(place.PathOf("video.yaml")).Replace("gratings.npy", "moved.npy", StringComparison.Ordinal);
        place.Write("video.yaml", moved);
        File.Delete(place.PathOf("gratings.npy"));
        Assert.Contains("\"completed\":3", place.Run("run", "video.yaml", "--store", "video.db", "--quiet").ExitCode == 0
            ? place.Run("status", "video.db", "--json").Output.Replace(" ", "", StringComparison.Ordinal) : "", StringComparison.Ordinal);

        // Of other video the predictor makes something too.
        WriteGratings("others.npy", 4, seed: 1);
        var embedded = place.Run("embed", "video.db", "best", "--images", "others.npy", "--space", "prediction", "--out", "P.npy");
        Assert.Contains("the prediction of 40 samples × 8", embedded.Error, StringComparison.Ordinal);
        Assert.Contains("Rows of the first 2 of each 10 frames are NaN", embedded.Error, StringComparison.Ordinal);
        Assert.Equal("8", Python.Run($"import numpy as np; print(np.isnan(np.load(r'{place.PathOf("P.npy")}')[:, 0]).sum())").Trim());

        string Of(string[] row, string column) => row[Array.IndexOf(rows[0], column)];
    }

    /// <summary>Sine gratings that move to the left or to the right, from a random phase, 10 frames of 32 × 32 pixels.</summary>
    private void WriteGratings(string name, int sequences, int seed = 0) => Python.Run($"""
        import numpy as np
        random = np.random.default_rng({seed})
        x, t = np.arange(32), np.arange(10)[:, None]
        def grating(): return 127 + 100 * np.sin(2 * np.pi * x / 16 + random.uniform(0, 2 * np.pi) + random.choice([-0.6, 0.6]) * t)
        video = np.stack([grating() for _ in range({sequences})])[:, :, None, :, None] * np.ones((1, 1, 32, 1, 3))
        np.save(r'{place.PathOf(name)}', video.round().astype(np.uint8))
        """);

    [Fact]
    public void A_sweep_without_predictors_has_no_columns_of_them()
    {
        place.Run("run", "p.yaml", "--store", "p.db", "--dry-run");
        File.WriteAllText(place.PathOf("plain.yaml"), Workplace.TinySweep);
        place.Run("run", "plain.yaml", "--store", "plain.db");
        place.Run("export", "plain.db", "--csv", "plain");

        Assert.DoesNotContain("prediction", File.ReadAllText(place.PathOf("plain/trials.csv")), StringComparison.Ordinal);
    }

    /// <summary>Whether so many trials have ended in the store that is killed.</summary>
    private bool HasRows(int trials)
    {
        if (!File.Exists(place.PathOf("killed.db"))) return false;

        var status = place.Run("status", "killed.db", "--json");
        return status.ExitCode == 0 && System.Text.Json.JsonDocument.Parse(status.Output).RootElement.GetProperty("completed").GetInt32() >= trials * 2;
    }
}
