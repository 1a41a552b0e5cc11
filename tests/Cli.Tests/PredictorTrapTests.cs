using System.Globalization;

namespace VicRegSweeps.Cli.Tests;

/// <summary>What is known to make world models useless makes them so here, and shows in the numbers.</summary>
public sealed class PredictorTrapTests : IDisposable
{
    private const string Sweep = """
        version: 1
        name: traps
        fixed:
          data.source: dots
          video.sequences: 80
          video.frames: 12
          video.speed: 0.04
          augment.recipe: neighbours
          model.embedding_dim: 16
          train.batch_size: 64
          train.epochs: 30
          eval.every_epochs: 40
          eval.images: 96
          predictor.epochs: 40
        """;

    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void One_frame_of_history_holds_no_velocity()
    {
        var of = Run("grid: {predictor.history: [1, 3]}", "predictor.history");

        Assert.All(of.Values, m => Assert.InRange(m["velocity_r2_one"], -1, 0.03));
        Assert.All(of.Values, m => Assert.True(m["velocity_r2_two"] > m["velocity_r2_one"] + 0.05));
        Assert.True(of["3"]["skill_1"] > of["1"]["skill_1"] + 0.05, $"{of["3"]["skill_1"]} and {of["1"]["skill_1"]}");
        Assert.DoesNotContain("skill_of_line_1", of["1"].Keys); // A straight line needs two frames.
        Assert.Contains("skill_of_line_1", of["3"].Keys);
    }

    [Fact]
    public void Crops_and_flips_as_views_lose_position_and_the_skill_with_it()
    {
        var of = Run("grid: {augment.recipe: [neighbours, solo-learn]}", "augment.recipe", "augment.views: 2");

        Assert.True(of["neighbours"]["true_position_r2"] > of["solo-learn"]["true_position_r2"] + 0.1);
        Assert.True(of["neighbours"]["skill_1"] > 0.05, $"{of["neighbours"]["skill_1"]}");
        Assert.True(of["solo-learn"]["skill_1"] < 0, $"{of["solo-learn"]["skill_1"]}");
    }

    [Fact]
    public void A_pattern_that_stays_behind_the_dots_defeats_the_embedding()
    {
        var of = Run("grid: {video.noise: [none, fixed]}", "video.noise");

        Assert.True(of["none"]["true_position_r2"] > of["fixed"]["true_position_r2"] + 0.4);
        Assert.True(of["fixed"]["skill_1"] < 0.05 && of["fixed"]["skill_4"] < 0.05);
    }

    [Fact]
    public void Without_the_two_terms_head_and_predictor_collapse_together_and_the_record_says_why_there_are_no_errors()
    {
        // A collapse by 25/0/0 takes few steps; without dropout nothing else moves the embedding.
        var of = Run(
            "zip:\n  - loss.variance_weight: [0, 25]\n    loss.covariance_weight: [0, 1]", "loss.variance_weight", "predictor.joint: true", "model.dropout: 0");

        Assert.Empty(of["0"]);
        Assert.NotEmpty(of["25"]);
        var header = place.Lines("csv/trials.csv")[0].Split(',');
        var verdict = Array.IndexOf(header, "collapse_prediction");
        Assert.Equal(["complete", "none"], place.Lines("csv/trials.csv").Skip(1).Select(line => line.Split(',')[verdict]).Order());
        Assert.Contains("loss/prediction", header);
        var trial = place.Lines("csv/trials.csv").Skip(1).First(line => line.Contains(",complete,", StringComparison.Ordinal)).Split(',')[0];
        Assert.Contains("of the embedding that is predicted: ", place.Run("show", "s.db", trial).Output, StringComparison.Ordinal);
        Assert.Equal(0, place.Run("verify", "s.db", "-n", "2").ExitCode);
    }

    /// <summary>The metrics of predictions that are defined, by the value of the parameter that varies.</summary>
    private Dictionary<string, Dictionary<string, double>> Run(string axes, string varying, params string[] more)
    {
        var fixedOnes = Sweep.Split('\n').Where(line => !axes.Contains(line.Trim().Split(':')[0] + ":", StringComparison.Ordinal) || line.StartsWith("name", StringComparison.Ordinal));
        place.Write("s.yaml", string.Join('\n', fixedOnes.Concat(more.Select(m => $"  {m}")).Append(axes)) + "\n");
        var run = place.Run("run", "s.yaml", "--store", "s.db", "--quiet");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(0, place.Run("export", "s.db", "--csv", "csv").ExitCode);
        var rows = place.Lines("csv/horizons.csv").Select(line => line.Split(',')).ToList();
        Assert.Contains("skill_of_ridge", rows.Select(r => r[Array.IndexOf(rows[0], "metric")]));
        return place.Lines("csv/trials.csv").Select(line => line.Split(',')).ToList() is [var header, .. var trials]
            ? trials.Where(t => t[Array.IndexOf(header, "predictor.epochs")] is not "0").ToDictionary(
                t => t[Array.IndexOf(header, varying)],
                t => header.Zip(t).Where(c => c.First.StartsWith("prediction/", StringComparison.Ordinal) && c.Second.Length > 0)
                    .ToDictionary(c => c.First["prediction/".Length..], c => double.Parse(c.Second, CultureInfo.InvariantCulture)))
            : throw new InvalidOperationException("No trials.");
    }
}
