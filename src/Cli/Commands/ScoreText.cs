using System.Text.Json;
using System.Text.Json.Nodes;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.Trials.Metrics;

namespace VicRegSweeps.Cli.Commands;

/// <summary>A score for programs and for people.</summary>
internal static class ScoreText
{
    private const int Digits = 6;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Undefined values are null; numbers read back to the same double. What is a judgement stands beside the panel.</summary>
    public static string Json(Score score) => new JsonObject
    {
        ["invariance"] = score.Invariance,
        ["variance"] = score.Variance,
        ["covariance"] = score.Covariance,
        ["total"] = score.Total,
        ["panel"] = new JsonObject(score.Panel.Values
            .Where(v => v.Key != PanelMetrics.KnnInformative)
            .Select(v => KeyValuePair.Create(v.Key, (JsonNode?)v.Value))),
        ["knn_informative"] = score.Panel[PanelMetrics.KnnInformative],
        ["verdict"] = score.Verdict.Collapse,
        ["evidence"] = score.Verdict.Evidence,
    }.ToJsonString(Indented);

    /// <summary>A line a number, undefined ones as a dash.</summary>
    public static IEnumerable<string> Table(Score score)
    {
        KeyValuePair<string, double?>[] terms =
        [
            new("invariance", score.Invariance),
            new("variance", score.Variance),
            new("covariance", score.Covariance),
            new("total", score.Total),
        ];
        var width = score.Panel.Values.Max(v => v.Key.Length);
        return
        [
            "Loss of both views",
            .. terms.Select(Line),
            "Panel of view 1",
            .. score.Panel.Values.Select(Line),
            $"Collapse: {(score.Verdict.Collapse == "none" ? "none, alive" : score.Verdict.Collapse)} ({score.Verdict.Evidence})",
        ];

        string Line(KeyValuePair<string, double?> value) =>
            $"  {value.Key.PadRight(width)}  {(value.Value is { } number ? Shown.Number(number, Digits) : "–")}";
    }
}
