using VicRegSweeps.Reports.Analysis;
using VicRegSweeps.Reports.Page;
using VicRegSweeps.Reports.Statistics;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine.Planning;
using static VicRegSweeps.Reports.Tests.HtmlText;
using static VicRegSweeps.Reports.Tests.ScriptedSweep;

namespace VicRegSweeps.Reports.Tests.Page;

/// <summary>What the page says of differences, shares and intervals is so.</summary>
public sealed class AnswerTests
{
    [Fact]
    public void After_a_search_axes_are_judged_by_ranks_and_no_grid_is_spoken_of()
    {
        var random = new Random(5);
        var points = Enumerable.Range(0, 12).Select(_ => (Variance: random.NextDouble() * 100, Epsilon: random.NextDouble())).ToList();
        using var sweep = new ScriptedSweep(
            t => new Script { Knn = 0.1 + (0.001 * t.Settings.Real("loss.variance_weight")) },
            from point in points from seed in new[] { 0, 1 } select Trial(seed, ("loss.variance_weight", point.Variance), ("loss.epsilon", point.Epsilon)),
            file: "search: {method: sobol, count: 12, seed: 0}\ngrid:\n  loss.variance_weight: {linear: [0, 100]}\n  loss.epsilon: {linear: [0, 1]}\n");

        var page = sweep.Page();
        var (_, findings) = sweep.Findings();

        Assert.Contains("by itself it goes with <b>100 %</b> of its ranks (Spearman", page, StringComparison.Ordinal);
        Assert.Contains("n = 12 points with 24 trials). That is no exact analysis of variance, since the points were drawn by a search", page, StringComparison.Ordinal);
        Assert.DoesNotContain("grid is not complete", page, StringComparison.Ordinal);
        Assert.DoesNotContain("one-way", page, StringComparison.Ordinal);
        Assert.Equal(1, findings.Score.Alone[0]!.Value, 1e-12);
        Assert.InRange(findings.Score.Alone[1]!.Value, 0, 0.6);
    }

    [Fact]
    public void One_axis_with_one_seed_has_no_share_of_the_variance()
    {
        using var sweep = new ScriptedSweep(t => new Script { Knn = 0.1 + (t.Settings.Real("loss.variance_weight") / 100) }, new[] { 0.0, 1, 25 }.Select(v => Trial(0, ("loss.variance_weight", v))));

        var page = Visible(sweep.Page());

        Assert.Contains("Whether anything matters for embedding/knn_top1 cannot be told", page, StringComparison.Ordinal);
        Assert.DoesNotContain("of the variance of", page, StringComparison.Ordinal);
        Assert.DoesNotContain("matters most", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Points_of_which_every_level_is_another_have_no_share_either()
    {
        using var sweep = new ScriptedSweep(
            t => new Script { Knn = 0.1 + (t.Settings.Real("loss.variance_weight") / 100) },
            [Trial(0, ("loss.variance_weight", 1), ("loss.covariance_weight", 2)), Trial(0, ("loss.variance_weight", 2), ("loss.covariance_weight", 1)), Trial(0, ("loss.variance_weight", 3), ("loss.covariance_weight", 3))]);

        Assert.DoesNotContain("matters most", Visible(sweep.Page()), StringComparison.Ordinal);
    }

    [Fact]
    public void An_effect_that_is_no_larger_than_the_noise_is_said_to_be_so()
    {
        using var sweep = new ScriptedSweep(t => new Script { Knn = 0.2 + (0.1 * new Random(Convert.ToInt32(t.Id[..7], 16)).NextDouble()) }, Grid(5));

        var page = Visible(sweep.Page());

        Assert.Matches("Nothing stands out of the noise for embedding/knn_top1: .* comes first with [0-9]+ % of the variance", page);
        Assert.DoesNotContain("matters most for embedding/knn_top1", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Points_that_tie_are_said_to()
    {
        // The same three numbers in another order have means that differ by rounding.
        double[][] scores = [[0.1, 0.2, 0.3], [0.3, 0.1, 0.2], [0.05, 0.1, 0.05]];
        using var sweep = new ScriptedSweep(t => new Script { Knn = scores[(int)t.Settings.Real("loss.variance_weight")][t.Seed] }, Points(3, 3));

        var page = Visible(sweep.Page());

        Assert.Contains("2 points tie for the best embedding/knn_top1, 0.2: variance_weight 0; variance_weight 1. The next, variance_weight 2, differs by", page, StringComparison.Ordinal);
        Assert.DoesNotContain("e-1", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_all_points_tie_none_is_best_and_nothing_matters()
    {
        using var sweep = new ScriptedSweep(_ => new Script { Knn = 0.1 + 0.2 }, Points(3, 2));

        var page = Visible(sweep.Page());

        Assert.Contains("By embedding/knn_top1 no point is best: all 3 have the same mean, 0.3.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("matters most", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Nothing stands out", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_says_what_its_intervals_are_of_and_over()
    {
        using var sweep = new ScriptedSweep(t => ByWeights(t) with { Knn = 0.2 + (0.01 * t.Settings.Real("loss.covariance_weight")) + (0.01 * (((t.Seed * 5) + (int)t.Settings.Real("loss.variance_weight")) % 7)) }, Grid(6));

        var page = Visible(sweep.Page());

        Assert.Matches(@"The seeds' correlation between points is -?0\.[0-9]+\. All points have the same seeds and scatter alike \(Bartlett's p [0-9.]+\), so differences take the residual of all", page);
        Assert.Contains("25 degrees of freedom. The intervals of all differences hold at once (Dunnett).", page, StringComparison.Ordinal);
        Assert.Contains("Tukey's for any two of 6 points, from the noise of all", page, StringComparison.Ordinal);
        Assert.Contains("Intervals are over 6 seeds, given one set of images and one draw of the backbone (backbone.seed 0; a sweep over it tells of others).", page, StringComparison.Ordinal);
        Assert.Contains("on 500 test images has a binomial standard error of 0.01", page, StringComparison.Ordinal);
        Assert.Contains("That is an expectation without any difference, not a correction", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Points_that_do_not_scatter_alike_are_compared_by_themselves()
    {
        using var sweep = new ScriptedSweep(
            t => new Script { Knn = 0.3 + ((t.Settings.Real("loss.variance_weight") < 2 ? 0.05 : 1e-5) * (((t.Seed * 5) + (int)t.Settings.Real("loss.variance_weight")) % 7 / 7.0)) }, Points(4, 7));

        var page = Visible(sweep.Page());

        Assert.Contains("The points do not scatter alike (Bartlett's p < 0.0001), so each difference is of its two points alone: Welch's, not seed by seed", page, StringComparison.Ordinal);
        Assert.Contains("These intervals are not corrected for their number: of 3 about one in twenty misses by chance.", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Digits_are_those_that_the_interval_bears_and_an_accuracy_stays_between_0_and_1()
    {
        var knn = new Objective("embedding/knn_top1", 0, true, null) { IsShare = true };
        var wide = SampleStatistics.Of([0.02, 0.35]);

        Assert.Equal(("0.325", "0.297 … 0.352"), (Spans.Mean(Statistics(0.3247, 0.2972, 0.3521)), Spans.Of(Statistics(0.3247, 0.2972, 0.3521), knn)));
        Assert.Equal("0.0 … 1.0", Spans.Of(wide, knn));
        Assert.StartsWith("-1.9", Spans.Of(wide, knn with { Name = "loss/total", IsShare = false }), StringComparison.Ordinal);
        Assert.Equal("0.3500 to 0.3600", Spans.Of(Statistics(0.355, 0.35, 0.36), knn, " to "));
        Assert.Equal("12346", Shown.Borne(12345.6, 20));

        static SampleStatistics Statistics(double mean, double low, double high) => new(3, mean, 0.01, low, high);
    }

    private static IEnumerable<Trial> Points(int count, int seeds) =>
        from point in Enumerable.Range(0, count) from seed in Enumerable.Range(0, seeds) select Trial(seed, ("loss.variance_weight", (double)point));
}
