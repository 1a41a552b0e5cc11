using System.Security.Cryptography;
using System.Text;
using VicRegSweeps.Reports.Analysis;
using VicRegSweeps.Reports.Figures;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Stores;
using static System.FormattableString;

namespace VicRegSweeps.Reports.Page;

/// <summary>One page that answers a sweep's question, and its figures as files.</summary>
public static class Report
{
    /// <summary>The largest page, in bytes: a browser opens it in a moment, whatever the size of the store.</summary>
    internal const int MostBytes = 20_000_000;

    private const string Figures = "figures";

    /// <summary>Of the list of trials, in bytes. With the figures, which have 10 MB at most, it leaves room for all else.</summary>
    private const int MostListed = 8_000_000;

    /// <summary>Of names and questions of sweeps, in letters.</summary>
    private const int LongestHeading = 2_000;

    /// <summary>Writes <c>report.html</c>, which needs nothing else and no network, and <c>figures/*.svg</c> and <c>.png</c>.</summary>
    /// <param name="folder">Made where it is missing.</param>
    /// <returns>The paths of the files, the page first.</returns>
    /// <exception cref="SweepException">The options name what the store does not have, or the folder cannot be written; the files in it are as they were.</exception>
    public static IReadOnlyList<string> Write(IStoreReader store, string folder, ReportOptions? options = null)
    {
        options ??= new ReportOptions();
        var data = ReportData.Of(store, options);
        var findings = Findings.Of(data, options.Baseline);
        return WholeFolder.Write(folder, "the report", temporary =>
        {
            var album = new Album(Path.Combine(temporary, Figures));
            File.WriteAllText(Path.Combine(temporary, "report.html"), Page(data, findings, album, options));
            return ["report.html", .. album.Files.Select(file => Path.Combine(Figures, file))];
        });
    }

    private static string Page(ReportData data, Findings findings, Album album, ReportOptions options)
    {
        var list = PageData.Of(data, findings);
        for (; list.Length > MostListed && data.Listed.Sampled > 1; list = PageData.Of(data, findings))
            data = data with { Listed = data.Listed.Halved(data.Objective.Maximize) };
        var courses = Courses.Of(data, findings);
        var course = PageCourses.Of(data, courses);

        var page = new HtmlWriter();
        var name = data.Sweeps.Count == 0 ? "Sweep" : Shown.Cut(string.Join(", ", data.Sweeps.Select(s => s.Name)), LongestHeading);
        var script = Resource("report.js");
        // Nothing is fetched, and no script runs but ours: even markup that slipped through could do nothing.
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)));
        page.Markup("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .Markup($"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{hash}'\">\n")
            .Element("title", $"{name} – sweep report").Markup($"<style>\n{Resource("report.css")}</style>\n</head>\n<body>\n");
        Head(page, data, findings, name);
        var end = $"</main>\n<script type=\"application/json\" id=\"data\">{list}</script>\n<script type=\"application/json\" id=\"course\">{course}</script>\n"
            + $"<script>{script}</script>\n</body>\n</html>\n";

        // The script draws into those that may not go: what they hold beside figures is a few sentences.
        var sections = new PageSections();
        sections.Add(Slug.Of(data.Words.Defect.Noun), MapTitle(data), section => CollapseSection.Write(section, data, findings, album), mayGo: false);
        sections.Add("matters", "What matters", section => EffectsSection.Write(section, data, findings, album));
        sections.Add("trials", "The trials", section => TrialsSection.Write(section, data, findings, album), mayGo: false);
        sections.Add("curves", "Curves", section => PictureSections.Curves(section, data, courses, album), mayGo: false);
        if (data.PicturedSpace is { } space)
            sections.Add(Slug.Of($"{space.Name}s"), $"{Shown.Capital(space.Name)}s", section => PictureSections.Vectors(section, data, space, findings, album, options));
        sections.Add("spectra", "Spectra and correlations", section => PictureSections.Spectra(section, data, findings, courses, album));
        sections.Add("health", "Health", section => HealthSection.Write(section, data, options));
        page.Markup("<main>\n");
        var room = MostBytes - Encoding.UTF8.GetByteCount(page.ToString()) - Encoding.UTF8.GetByteCount(end);
        return page.Markup(sections.Within(room)).Markup(end).ToString();
    }

    private static void Head(HtmlWriter page, ReportData data, Findings findings, string name)
    {
        page.Markup($"<a class=\"skip\" href=\"#{Slug.Of(data.Words.Defect.Noun)}\">Skip to the results</a>\n<header>\n").Element("p", $"Sweep {name}", "class=\"kicker\"");
        var questions = data.Sweeps.Select(s => s.Question).Where(q => q.Length > 0).Distinct().ToList();
        var heading = questions.Count > 0 ? Shown.Cut(string.Join(" ", questions), LongestHeading) : $"What did {name} find?";
        page.Markup("<h1>").Markup(Unbroken(heading)).Markup("</h1>\n");
        AnswerSection.Write(page, data, findings);
        page.Element("p", Facts(data), "class=\"facts\"").Markup("<nav aria-label=\"Sections\"><ul>");
        (string Id, string Title)[] sections =
        [
            (Slug.Of(data.Words.Defect.Noun), MapTitle(data)), ("matters", "What matters"), ("trials", "Trials"), ("curves", "Curves"),
            .. data.PicturedSpace is { } space ? [(Slug.Of($"{space.Name}s"), $"{Shown.Capital(space.Name)}s")] : Array.Empty<(string, string)>(),
            ("spectra", "Spectra"), ("health", "Health"),
        ];
        foreach (var (id, title) in sections)
        {
            page.Markup($"<li><a href=\"#{id}\">{Html.Text(title)}</a></li>");
        }

        page.Markup("</ul></nav>\n</header>\n");
    }

    private static string MapTitle(ReportData data) => $"{Shown.Capital(data.Words.Defect.Noun)} map";

    /// <summary>Markup whose short words with hyphens, such as 50-d, stay in one line.</summary>
    private static string Unbroken(string text) => string.Join(' ', text.Split(' ').Select(word =>
        word.Contains('-', StringComparison.Ordinal) && word.Length < 16 ? $"<span class=\"nb\">{Html.Text(word)}</span>" : Html.Text(word)));

    private static string Facts(ReportData data)
    {
        var status = data.Status;
        var states = new (int Count, string Name)[]
        {
            (status.Completed, "completed"), (status.Stopped, "stopped"), (status.Failed, "failed"), (status.Running, "running"), (status.Pending, "pending"),
        };
        return Invariant($"{Shown.Count(data.Points.Count, "point")} × {Shown.Count(data.Seeds.Count, "seed")}, {Shown.Count(data.Trials.Count, "trial")}: ")
            + string.Join(", ", states.Where(s => s.Count > 0).Select(s => Invariant($"{s.Count:#,0} {s.Name}")))
            + (data.Trials.Count == 0 ? "none yet" : "")
            + $". Ranked by {data.Objective.Name}, {(data.Objective.Maximize ? "more" : "less")} is better.";
    }

    private static string Resource(string name)
    {
        using var stream = typeof(Report).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
