using VicRegSweeps.Reports.Analysis;
using VicRegSweeps.Reports.Tables;
using static System.FormattableString;

namespace VicRegSweeps.Reports.Page;

/// <summary>Whether the best point is the best whatever evaluations are told, such as how many neighbours vote.</summary>
internal static class EvaluationSection
{
    public const string Id = "evaluation", Title = "Evaluated otherwise";

    public static void Write(HtmlWriter page, ReportData data, IReadOnlyList<EvaluationRanking> rankings)
    {
        page.Element(
            "p",
            "The same trials, evaluated with other values than their own: the file's evaluate says with which. "
            + "ρ is Spearman's, of the points' means with those by the trials' own values: at 1 the ranking is the same. "
            + "The place is that of the point which is best by the trials' own values; 1 says that it stays the best.",
            "class=\"note\"");
        foreach (var ranking in rankings)
        {
            page.Element("h3", ranking.Name).Element("p", Finding(data, ranking));
            page.Table(
                $"The ranking by {ranking.Name} and by its further metrics; n = {Shown.Count(ranking.Points, "point")}",
                [.. ranking.Symbols, "best mean", $"of the point{(data.LabelHeader is { } header ? $" ({header})" : "")}", "place", "ρ", "points"],
                ranking.Readings.Select(reading => (IReadOnlyList<string>)
                [
                    .. ranking.Symbols.Select(symbol => reading.Values.GetValueOrDefault(symbol, "own")),
                    Shown.Number(reading.Mean, 3),
                    data.Label(reading.Best.Levels),
                    reading.PlaceOfBest is { } place ? Invariant($"{place:#,0}") : "–",
                    reading.Correlation is { } correlation ? Shown.Number(Math.Round(correlation, 2), 2) : "–",
                    Invariant($"{reading.Points:#,0}"),
                ]),
                [.. Enumerable.Range(0, ranking.Symbols.Count + 1), .. Enumerable.Range(ranking.Symbols.Count + 2, 3)]);
        }
    }

    private static string Finding(ReportData data, EvaluationRanking ranking)
    {
        if (ranking.Points == 1) return "There is one point, so there is no ranking.";

        var (further, agreeing) = (ranking.Readings.Count - 1, ranking.Agreeing);
        var best = $"The best point, {data.Describe(ranking.Best.Levels)},";
        if (agreeing == further) return $"{best} stays the best {(further == 1 ? "by the further metric" : $"by all {further} further metrics")}.";

        var worst = ranking.Readings.Max(r => r.PlaceOfBest ?? 1);
        return $"{best} stays the best by {agreeing} of {Shown.Count(further, "further metric")}; its lowest place is {worst:#,0} of {ranking.Points:#,0}.";
    }
}
