using VicRegSweeps.Reports.Analysis;
using VicRegSweeps.Reports.Figures;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Reports.Page;

/// <summary>Curves, kept vectors and spectra.</summary>
internal static class PictureSections
{
    public static void Curves(HtmlWriter page, ReportData data, Courses courses, Album album)
    {
        if (courses.Rows == 0) page.Element("p", "No loss has been recorded yet.");
        var figures = CurveFigures.Of(data, courses).ToList();
        if (figures.Count == 0) return;

        page.Markup("<div id=\"courses\" class=\"live\"></div>\n<noscript><p>Without scripts, the figures below show the curves.</p></noscript>\n")
            .Markup("<details><summary>The curves as figures</summary>\n");
        foreach (var figure in figures) album.Show(page, figure);
        page.Markup("</details>\n");
    }

    public static void Vectors(HtmlWriter page, ReportData data, ReportSpace space, Findings findings, Album album, ReportOptions options)
    {
        var walls = EmbeddingGallery.Of(data, space, findings, out var left);
        if (walls.Count == 0)
        {
            page.Element("p", HaveStages(data, space)
                ? $"These trials have no {space.Name}s of their own: they are built on other trials, which this page leaves out. The store keeps the {space.Name}s of those."
                : $"No {space.Name}s are kept: trials keep them when they end, unless {space.Space.KeptBy} is 0.");
            return;
        }

        if (left > 0) page.Element("p", $"{Shown.Count(left, "further point")} not shown: the store has their {space.Name}s too.", "class=\"note\"");
        var classes = data.Trials.Count > 0 ? options.ClassNames?.Invoke(data.FirstSettings, data.Store.Inputs()) : null;
        foreach (var (number, wall) in walls.Index())
        {
            foreach (var figure in EmbeddingFigures.Of(data, space, wall, number + 1, options.Perplexity, classes)) album.Show(page, figure);
        }
    }

    public static void Spectra(HtmlWriter page, ReportData data, Findings findings, Courses courses, Album album)
    {
        var figures = SpectrumFigures.Of(data, courses).ToList();
        if (figures.Count == 0)
        {
            page.Element("p", "No spectrum has been recorded yet.");
            return;
        }

        page.Markup("<div id=\"spectra-live\" class=\"live\"></div>\n<details><summary>The spectra as a figure</summary>\n");
        foreach (var figure in figures) album.Show(page, figure);
        page.Markup("</details>\n");
        if (data.PicturedSpace is not { } space) return;
        if (SpectrumFigures.Correlations(space.Name, Telling(data, space, findings, least: 3)) is { } correlations) album.Show(page, correlations);
    }

    /// <summary>Spaces with metrics at several horizons, and these.</summary>
    public static IReadOnlyList<(ReportSpace Space, IReadOnlyList<HorizonSeries> Series)> Horizons(ReportData data) =>
        [.. data.Spaces.Select(space => (space, HorizonSeries.In(data.Words.MetricsOf(space.Space)))).Where(s => s.Item2.Count > 0)];

    public static void Horizons(
        HtmlWriter page, ReportData data, Findings findings, Courses courses, Album album, IReadOnlyList<(ReportSpace Space, IReadOnlyList<HorizonSeries> Series)> spaces)
    {
        foreach (var (space, series) in spaces)
        {
            var drawn = series.Where(s => s.Metrics.Any(m => courses.Points.Any(p => courses.Last(p.Point, space, m).N > 0))).ToList();
            if (drawn.Count == 0)
            {
                page.Element("p", $"Nothing of {space.Name} has been recorded yet, or it is defined for no point that is drawn.");
                continue;
            }

            if (drawn.Count < series.Count)
                page.Element("p", $"No point that is drawn has a value of {string.Join(" or ", series.Except(drawn).Select(s => $"{s.Name}_h"))}, so there is no panel of it.");
            album.Show(page, HorizonFigures.Metrics(data, courses, space, drawn));
            if (Telling(data, space, findings, least: 2) is { Count: > 0 } paths) album.Show(page, HorizonFigures.Paths(space, paths));
            page.Table(
                "What the panels show, at a horizon of 1",
                ["metric", "what it is"],
                drawn.SelectMany(s => s.Baselines.Prepend(s)).Select(s => (IReadOnlyList<string>)[s.Metrics[0].Name, s.Metrics[0].Doc]),
                []);
        }
    }

    /// <summary>Whether vectors of a space are kept of trials that others are built on.</summary>
    private static bool HaveStages(ReportData data, ReportSpace space) =>
        data.Store.Stages() is { Count: > 0 } stages && data.Store.Vectors().Any(v => v.Space == space.Name && stages.Contains(v.Trial));

    /// <summary>Broken in two where it is long.</summary>
    private static string Folded(string text) =>
        text.Length > 44 && text.IndexOf(", ", text.Length / 3, StringComparison.Ordinal) is var comma and > 0
            ? $"{text[..(comma + 1)]}\n{text[(comma + 2)..]}" : text;

    /// <summary>The best, the middling and the worst of the points whose vectors are kept.</summary>
    /// <param name="least">Dimensions that the vectors must have.</param>
    private static List<(string Title, VectorSample Sample)> Telling(ReportData data, ReportSpace space, Findings findings, int least)
    {
        var kept = data.Store.Vectors().Where(e => e.Space == space.Name && e.Dimension >= least).ToLookup(e => e.Trial, StringComparer.Ordinal);
        var ranked = findings.Ranking
            .Select(p => (Point: p, Kept: p.Trials.SelectMany(t => kept[t.Id]).FirstOrDefault())).Where(p => p.Kept is not null).ToList();
        if (ranked.Count == 0) return [];

        var places = new (string Name, int At)[] { ("best", 0), ("middle", ranked.Count / 2), ("worst", ranked.Count - 1) }.DistinctBy(p => p.At);
        return
        [
            .. places.Select(p => (
                $"{p.Name} by {data.Objective.Name}:\n{Folded(data.Label(ranked[p.At].Point.Levels))}",
                data.Store.Sample(ranked[p.At].Kept!.Number))),
        ];
    }
}
