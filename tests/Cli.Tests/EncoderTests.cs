using System.Diagnostics;

namespace VicRegSweeps.Cli.Tests;

/// <summary>Trials whose backbone is trained through the command: killed, resumed, verified, merged, exported and applied.</summary>
public sealed class EncoderTests : IDisposable
{
    private const string Sweep = """
        version: 1
        name: encoders
        question: Does a trained backbone survive what every trial survives?
        seeds: 2
        fixed:
          data.train_images: 96
          data.test_images: 24
          backbone.arch: conv4
          backbone.train: true
          backbone.widths: 4-4-6-8
          model.head: none
          model.expander: "12"
          model.representation_dim: 10
          train.batch_size: 16
          train.epochs: 12
          train.optimizer: lars
          train.learning_rate: 0.3
          train.lars_eta: 0.02
          train.lars_clip: true
          eval.images: 24
          eval.every_epochs: 6
          keep.weights: all
        grid:
          loss.variance_weight: [0, 25]
        """;

    private readonly Workplace place = new();

    public EncoderTests() => File.WriteAllText(place.PathOf("e.yaml"), Sweep);

    public void Dispose() => place.Dispose();

    [Fact]
    public void Killed_and_run_again_it_ends_with_the_same_bits_and_is_verified_exported_and_applied()
    {
        Assert.Equal(0, place.Run("run", "e.yaml", "--store", "through.db", "--stack", "2").ExitCode);
        for (var kills = 0; kills < 2; kills++)
        {
            using var running = place.Start("run", "e.yaml", "--store", "killed.db", "--stack", "2", "--checkpoint-every", "0.2");
            for (var watch = Stopwatch.StartNew(); watch.Elapsed < TimeSpan.FromMinutes(1) && !HasCurves(); Thread.Sleep(20))
            {
            }

            running.Signal("KILL");
            running.Finish(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(0, place.Run("run", "e.yaml", "--store", "killed.db", "--stack", "2").ExitCode);

        foreach (var store in new[] { "through", "killed" }) Assert.Equal(0, place.Run("export", $"{store}.db", "--csv", store).ExitCode);
        Assert.Equal(place.Lines("through/curves.csv"), place.Lines("killed/curves.csv"));
        Assert.Equal(place.Lines("through/metrics.csv"), place.Lines("killed/metrics.csv"));
        Assert.Equal(place.Lines("through/baseline.csv"), place.Lines("killed/baseline.csv"));
        Assert.Contains(place.Lines("killed/baseline.csv"), line => line.Contains("knn_top1", StringComparison.Ordinal) && line.Contains("4-4-6-8", StringComparison.Ordinal));

        Assert.Equal(0, place.Run("verify", "killed.db", "-n", "2").ExitCode);
        Assert.Equal(0, place.Run("merge", "merged.db", "killed.db").ExitCode);
        Assert.Equal(0, place.Run("report", "killed.db", "--out", "report").ExitCode);
        Assert.Equal(0, place.Run("export", "killed.db", "--weights", "best", "--out", "best").ExitCode);
        Assert.True(File.Exists(place.PathOf("best/backbone.safetensors")));
        Assert.Equal(0, place.Run("embed", "killed.db", "best", "--out", "z.npy").ExitCode);
        Assert.Contains("8)", File.ReadAllText(place.PathOf("z.npy"))[..80], StringComparison.Ordinal);

        var refused = place.Run("embed", "killed.db", "best", "--features", "z.npy", "--out", "y.npy");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("takes images and no features", refused.Error, StringComparison.Ordinal);
    }

    private bool HasCurves() => File.Exists(place.PathOf("killed.db"))
        && place.Run("status", "killed.db", "--json") is { ExitCode: 0 } status && status.Output.Contains("\"running\": 2", StringComparison.Ordinal);
}
