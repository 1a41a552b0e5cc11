using VicRegSweeps.SweepEngine.Planning;
using static VicRegSweeps.Reports.Tests.ScriptedSweep;

namespace VicRegSweeps.Reports.Tests.Page;

/// <summary>The report says whether the best point stays the best when the same trials are evaluated otherwise.</summary>
public sealed class EvaluationSectionTests
{
    private const string Lists = "evaluate: {eval.knn_k: [5, 200]}";

    [Fact]
    public void It_says_how_often_the_best_stays_the_best_and_its_lowest_place()
    {
        // By k 5 the order of the six points is as by their own, by k 200 it is reversed.
        using var sweep = new ScriptedSweep(trial => ByWeights(trial) with
        {
            KnnAt = new Dictionary<int, double> { [5] = 2 * Score(trial), [200] = 1 - Score(trial) },
            Knn = Score(trial),
        }, Grid(2), file: Lists);

        var page = sweep.Page();

        Assert.Contains("<a href=\"#evaluation\">Evaluated otherwise</a>", page, StringComparison.Ordinal);
        var section = page[page.IndexOf("<section id=\"evaluation\"", StringComparison.Ordinal)..page.IndexOf("<section id=\"trials\"", StringComparison.Ordinal)];
        var text = HtmlText.Visible(section);
        Assert.Contains(
            "The best point, variance_weight 25, covariance_weight 1, stays the best by 1 of 2 further metrics; its lowest place is 6 of 6.", text,
            StringComparison.Ordinal);
        Assert.Equal(2, section.Split("<table>").Length - 1);
        Assert.Equal(["own", "5", "200"], Cells(section, 0));
        Assert.Equal(["1", "1", "6"], Cells(section, 3));
        Assert.Equal(["1", "1", "-1"], Cells(section, 4));
    }

    [Fact]
    public void Without_further_metrics_there_is_no_section()
    {
        using var sweep = new ScriptedSweep(ByWeights, Grid(2));

        Assert.DoesNotContain("#evaluation", sweep.Page(), StringComparison.Ordinal);
    }

    [Fact]
    public void Trials_without_values_of_them_have_none()
    {
        using var sweep = new ScriptedSweep(trial => ByWeights(trial) with
        {
            KnnAt = trial.Settings.Real("loss.variance_weight") < 25 ? new Dictionary<int, double> { [5] = Score(trial) } : new Dictionary<int, double>(),
        }, Grid(2), file: Lists);

        var section = sweep.Page().Split("<section id=\"evaluation\"")[1];

        Assert.Equal(["6", "4"], Cells(section, 5));
        Assert.Equal(["1", "–"], Cells(section, 3));
    }

    private static double Score(Trial trial) =>
        0.1 + (0.004 * trial.Settings.Real("loss.variance_weight")) + (0.05 * trial.Settings.Real("loss.covariance_weight"));

    /// <summary>A column of the first table.</summary>
    private static List<string> Cells(string section, int column) =>
    [
        .. section.Split("<tbody>")[1].Split("</tbody>")[0].Split("<tr>").Skip(1)
            .Select(row => HtmlText.Visible(row.Split('\n', StringSplitOptions.RemoveEmptyEntries)[column])),
    ];
}
