using System.Globalization;

namespace VicRegSweeps.Cli.Tests;

/// <summary>What is known to make world models useless makes them so here, and shows in the numbers. One sweep has all of it.</summary>
public sealed class PredictorTrapTests(PredictorTrapTests.Traps traps) : IClassFixture<PredictorTrapTests.Traps>
{
    [Fact]
    public void One_frame_of_history_holds_no_velocity()
    {
        var (one, three) = (traps["one-frame"], traps["plain"]);

        Assert.InRange(three["velocity_r2_one"], -1, 0.03);
        Assert.True(three["velocity_r2_two"] > three["velocity_r2_one"] + 0.05);
        Assert.True(three["skill_1"] > one["skill_1"] + 0.05, $"{three["skill_1"]} and {one["skill_1"]}");
        Assert.DoesNotContain("skill_of_line_1", one.Keys); // A straight line needs two frames.
        Assert.Contains("skill_of_line_1", three.Keys);
    }

    [Fact]
    public void Crops_and_flips_as_views_lose_position_and_the_skill_with_it()
    {
        var (neighbours, crops) = (traps["plain"], traps["crops"]);

        Assert.True(neighbours["true_position_r2"] > crops["true_position_r2"] + 0.1);
        Assert.True(neighbours["skill_1"] > 0.05, $"{neighbours["skill_1"]}");
        Assert.True(crops["skill_1"] < 0.03, $"{crops["skill_1"]}"); // Of one seed, whose rounding moves it by a hundredth.
    }

    [Fact]
    public void A_pattern_that_stays_behind_the_dots_defeats_the_embedding()
    {
        var (even, pattern) = (traps["plain"], traps["pattern"]);

        Assert.True(even["true_position_r2"] > pattern["true_position_r2"] + 0.4);
        Assert.True(pattern["skill_1"] < 0.05 && pattern["skill_4"] < 0.05);
    }

    [Fact]
    public void Without_the_two_terms_head_and_predictor_collapse_together_and_the_record_says_why_there_are_no_errors()
    {
        Assert.Empty(traps["joint-bare"]);
        Assert.NotEmpty(traps["joint"]);
        Assert.Equal(("complete", "none"), (traps.Cell("joint-bare", "collapse_prediction"), traps.Cell("joint", "collapse_prediction")));
        Assert.True(double.Parse(traps.Cell("joint", "loss/prediction"), CultureInfo.InvariantCulture) > 0);
        Assert.Equal("", traps.Cell("joint", "loss/invariance"));
        var shown = traps.Place.Run("show", "s.db", traps.Cell("joint-bare", "trial"));
        Assert.Contains("of the embedding that is predicted: ", shown.Output, StringComparison.Ordinal);
        var verified = traps.Place.Run("verify", "s.db", "-n", "12");
        Assert.True(verified.ExitCode == 0, verified.Output + verified.Error);
    }

    [Fact]
    public void Points_have_their_metrics_by_horizon_in_a_table()
    {
        var rows = traps.Place.Lines("csv/horizons.csv").Select(line => line.Split(',')).ToList();
        var point = traps.Cell("plain", "point");
        var skill = rows.Where(r => r[0] == point && r[Array.IndexOf(rows[0], "metric")] == "skill").ToList();

        Assert.Equal(["1", "2", "3", "4", "5", "6", "7", "8", "9"], skill.Select(r => r[Array.IndexOf(rows[0], "horizon")]).Take(9));
        Assert.Equal(traps.Cell("plain", "prediction/skill_3"), skill[2][Array.IndexOf(rows[0], "mean")]);
        Assert.Equal("0", rows.First(r => r[0] == traps.Cell("joint-bare", "point"))[Array.IndexOf(rows[0], "n")]);
        Assert.Contains("skill_of_ridge", rows.Select(r => r[Array.IndexOf(rows[0], "metric")]));

        Assert.Equal(0, traps.Place.Run("report", "s.db", "--out", "report", "--metric", "prediction/skill_1").ExitCode);
        var page = File.ReadAllText(traps.Place.PathOf("report/report.html"));
        Assert.Contains("<figure id=\"horizons-prediction\">", page, StringComparison.Ordinal);
        Assert.Contains("<figure id=\"paths-prediction\">", page, StringComparison.Ordinal);
    }

    /// <summary>The sweep's trials, one a block.</summary>
    public sealed class Traps : IDisposable
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
            blocks:
              - name: plain
                fixed: {predictor.width: 60}
              - name: one-frame
                fixed: {predictor.history: 1}
              - name: crops
                fixed: {augment.recipe: solo-learn, augment.views: 2}
              - name: pattern
                fixed: {video.noise: fixed}
              - name: joint
                fixed: {predictor.joint: true, predictor.epochs: 180, eval.every_epochs: 180, model.dropout: 0}
              - name: joint-bare
                fixed: {predictor.joint: true, predictor.epochs: 180, eval.every_epochs: 180, model.dropout: 0, loss.variance_weight: 0, loss.covariance_weight: 0}
            """;

        private readonly string[] header;
        private readonly List<string[]> trials;

        public Traps()
        {
            Place.Write("s.yaml", Sweep);
            var run = Place.Run("run", "s.yaml", "--store", "s.db", "--quiet");
            Assert.True(run.ExitCode == 0, run.Error);
            Assert.Equal(0, Place.Run("export", "s.db", "--csv", "csv", "--where", "predictor.epochs > 0").ExitCode);
            header = Place.Lines("csv/trials.csv")[0].Split(',');
            trials = [.. Place.Lines("csv/trials.csv").Skip(1).Select(line => line.Split(','))];
        }

        internal Workplace Place { get; } = new();

        /// <summary>The metrics of a block's predictions that are defined.</summary>
        public Dictionary<string, double> this[string block] => header.Zip(Trial(block))
            .Where(c => c.First.StartsWith("prediction/", StringComparison.Ordinal) && c.Second.Length > 0)
            .ToDictionary(c => c.First["prediction/".Length..], c => double.Parse(c.Second, CultureInfo.InvariantCulture));

        public string Cell(string block, string column) => Trial(block)[Array.IndexOf(header, column)];

        public void Dispose() => Place.Dispose();

        private string[] Trial(string block) => Assert.Single(trials, t => t[Array.IndexOf(header, "block")] == block);
    }
}
