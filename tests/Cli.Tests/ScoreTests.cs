using System.Text.Json;
using VicRegSweeps.Trials.Arrays;

namespace VicRegSweeps.Cli.Tests;

/// <summary>Embeddings of other frameworks are judged as the definitions say, on cases worked out by hand.</summary>
public sealed class ScoreTests : IDisposable
{
    private static readonly string[] PanelNames =
    [
        "std_mean", "std_min", "std_median", "dead_dims", "relative_spread", "std_l2", "rankme", "effective_rank", "participation_ratio",
        "stable_rank", "condition_number", "offdiag_corr_rms", "offdiag_corr_mean_abs", "alignment", "uniformity", "knn_top1", "probe_top1",
    ];

    private readonly Workplace place = new();

    public ScoreTests()
    {
        // Variances 4/3 and 16/3, covariance 0; shifted by 1 in the first dimension it is the second view.
        Npy.Write(place.PathOf("cross.npy"), [[1, 2], [-1, 2], [1, -2], [-1, -2]]);
        Npy.Write(place.PathOf("shifted.npy"), [[2, 2], [0, 2], [2, -2], [0, -2]]);
        Npy.Write(place.PathOf("point.npy"), [[3, 1, 2], [3, 1, 2], [3, 1, 2], [3, 1, 2]]);

        // Both variances 2, covariance 2.
        Npy.Write(place.PathOf("line.npy"), [[1, 1], [-1, -1], [1, 1], [-1, -1], [0, 0]]);
        Npy.Write(place.PathOf("labels.npy"), [0, 1, 0, 1]);
    }

    public void Dispose() => place.Dispose();

    [Theory]
    [InlineData("paper", 49.5)]
    [InlineData("official", 24.75)]
    [InlineData("vicregl", 24.75)]
    [InlineData("eb_jepa", 49.5)]
    public void Each_view_of_a_point_has_a_variance_term_of_099(string convention, double total)
    {
        var score = Score("--view1", "point.npy", "--view2", "point.npy", "--convention", convention);
        Assert.Equal(0, Number(score, "invariance"));
        Assert.Equal(1.98, Number(score, "variance"), 1e-12);
        Assert.Equal(0, Number(score, "covariance"));
        Assert.Equal(total, Number(score, "total"), 1e-12);
        Assert.Equal("complete", score.GetProperty("verdict").GetString());
        Assert.Equal(JsonValueKind.Null, score.GetProperty("panel").GetProperty("effective_rank").ValueKind);
    }

    [Theory]
    [InlineData("paper", 4)]
    [InlineData("official", 4)]
    [InlineData("vicregl", 2)]
    [InlineData("eb_jepa", 4)]
    public void A_line_pays_for_its_covariance(string convention, double total)
    {
        var score = Score("--view1", "line.npy", "--view2", "line.npy", "--convention", convention, "--weights", "3,5,2", "--epsilon", "1e-6");
        Assert.Equal(0, Number(score, "variance"));
        Assert.Equal(2, Number(score, "covariance"), 1e-12); // Two views of (1² + 1²) / 2.
        Assert.Equal(total, Number(score, "total"), 1e-12);
        Assert.Equal("dimensional", score.GetProperty("verdict").GetString());
        Assert.Equal(1, Number(score.GetProperty("panel"), "participation_ratio"), 1e-12);
        Assert.Equal(1, Number(score.GetProperty("panel"), "offdiag_corr_rms"), 1e-12);
    }

    [Fact]
    public void Gamma_and_epsilon_are_those_given()
    {
        var score = Score("--view1", "cross.npy", "--view2", "shifted.npy", "--gamma", "3", "--epsilon", "0.5", "--weights", "1,1,0");
        var view = ((3 - Math.Sqrt((4.0 / 3) + 0.5)) + (3 - Math.Sqrt((16.0 / 3) + 0.5))) / 2;
        Assert.Equal(0.5, Number(score, "invariance"), 1e-12);
        Assert.Equal(2 * view, Number(score, "variance"), 1e-12);
        Assert.Equal(0.5 + (2 * view), Number(score, "total"), 1e-12);
    }

    [Fact]
    public void The_panel_has_every_name_in_order_and_is_the_first_view_s()
    {
        var panel = Score("--view1", "cross.npy", "--view2", "point2.npy").GetProperty("panel");
        Assert.Equal(PanelNames, panel.EnumerateObject().Select(p => p.Name));
        Assert.Equal(Math.Sqrt(4.0 / 3), Number(panel, "std_min"), 1e-12);
        Assert.Equal(1.5 * Math.Sqrt(4.0 / 3), Number(panel, "std_mean"), 1e-12);
        Assert.Equal(25.0 / 17, Number(panel, "participation_ratio"), 1e-12); // (1 + 4)² / (1 + 16)
        Assert.Equal(1.25, Number(panel, "stable_rank"), 1e-12);
        Assert.Equal(2, Number(panel, "condition_number"), 1e-12);
        Assert.Equal(0, Number(panel, "offdiag_corr_rms"), 1e-12);
    }

    [Fact]
    public void One_view_has_a_panel_and_no_loss()
    {
        var score = Score("--view1", "cross.npy");
        foreach (var term in new[] { "invariance", "variance", "covariance", "total" })
        {
            Assert.Equal(JsonValueKind.Null, score.GetProperty(term).ValueKind);
        }

        var panel = score.GetProperty("panel");
        var undefined = panel.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Null).Select(p => p.Name);
        Assert.Equal(["alignment", "knn_top1", "probe_top1"], undefined);
    }

    [Fact]
    public void Labels_are_asked_of_the_other_rows()
    {
        // Two classes at right angles, three rows each: all others of a row's class are nearer than the rest.
        Npy.Write(place.PathOf("two.npy"), [[1, 0], [0, 1], [1, 0.1], [0.1, 1], [1, -0.1], [-0.1, 1]]);
        Npy.Write(place.PathOf("right.npy"), [7, 900, 7, 900, 7, 900]);
        Npy.Write(place.PathOf("alone.npy"), [0, 1, 2, 3, 4, 5]);

        var right = Score("--view1", "two.npy", "--labels", "right.npy").GetProperty("panel");
        Assert.Equal((1, 1), (Number(right, "knn_top1"), Number(right, "probe_top1")));

        // Nobody else has its label, so a row that were its own neighbour would be found out.
        var alone = Score("--view1", "two.npy", "--labels", "alone.npy").GetProperty("panel");
        Assert.Equal((0, 0), (Number(alone, "knn_top1"), Number(alone, "probe_top1")));
    }

    [Fact]
    public void People_get_a_table()
    {
        var result = place.Run("score", "--view1", "cross.npy");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("participation_ratio    1.47059", result.Output, StringComparison.Ordinal);
        Assert.Contains("alignment              –", result.Output, StringComparison.Ordinal);
        Assert.Contains("Collapse: none, alive (", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_input_gets_a_sentence()
    {
        place.Write("notes.npy", "these are my notes");
        Npy.Write(place.PathOf("nan.npy"), [[1, 2], [3, double.NaN]]);
        Npy.Write(place.PathOf("one.npy"), [[1, 2]]);
        Npy.Write(place.PathOf("negative.npy"), [0, 1, -1, 1]);
        Npy.Write(place.PathOf("three.npy"), [0, 1, 2]);

        Refused("'notes.npy' is no NPY file", "--view1", "notes.npy");
        Refused("There is no file 'absent.npy'.", "--view1", "absent.npy");
        Refused("'nan.npy' holds NaN in row 1, column 1", "--view1", "nan.npy");
        Refused("'one.npy' has 1 row, but must have at least 2", "--view1", "one.npy");
        Refused("'labels.npy' holds elements of type '<i8'", "--view1", "labels.npy");
        Refused("'cross.npy' is 4 × 2 and 'point.npy' is 4 × 3, but the two views must have the same shape.", "--view1", "cross.npy", "--view2", "point.npy");
        Refused("'three.npy' has 3 labels, but must have one for each of the 4 rows of 'cross.npy'.", "--view1", "cross.npy", "--labels", "three.npy");
        Refused("'negative.npy' holds -1 in row 2", "--view1", "cross.npy", "--labels", "negative.npy");
        Refused("'cross.npy' holds elements of type '<f8', but must hold integers.", "--view1", "cross.npy", "--labels", "cross.npy");
    }

    [Theory]
    [InlineData("--weights is '25,25', but must be three numbers", "--weights", "25,25")]
    [InlineData("'loss.variance_weight' is 'much', but must be a number, at least 0.", "--weights", "25,much,1")]
    [InlineData("'loss.variance_weight' is -1, but must be at least 0.", "--weights", "25,-1,1")]
    [InlineData("--epsilon is 0, but must be greater than 0.", "--epsilon", "0")]
    [InlineData("--epsilon is 'NaN', but must be a number, greater than 0.", "--epsilon", "NaN")]
    [InlineData("--gamma is -2, but must be greater than 0.", "--gamma=-2")]
    [InlineData("--convention is 'lightly', but must be paper, official, vicregl or eb_jepa.", "--convention", "lightly")]
    public void A_wrong_option_gets_a_sentence(string message, params string[] options) =>
        Refused(message, ["--view1", "cross.npy", "--view2", "cross.npy", .. options]);

    private JsonElement Score(params string[] arguments)
    {
        Npy.Write(place.PathOf("point2.npy"), [[3, 1], [3, 1], [3, 1], [3, 1]]);
        var result = place.Run(["score", .. arguments, "--json"]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        return JsonDocument.Parse(result.Output).RootElement;
    }

    private void Refused(string message, params string[] arguments)
    {
        var result = place.Run(["score", .. arguments, "--json"]);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    private static double Number(JsonElement element, string name) => element.GetProperty(name).GetDouble();
}
