using VicRegSweeps.Reports.Analysis;
using VicRegSweeps.Reports.Figures;
using VicRegSweeps.Reports.Tables;
using static System.FormattableString;

namespace VicRegSweeps.Reports.Page;

/// <summary>What the page of a report is put together from, whether it is a file or is served while the sweep runs.</summary>
internal sealed class ReportParts
{
    /// <summary>Of the list of trials, in bytes. With the figures, which have 10 MB at most, it leaves room for all else.</summary>
    private const int MostListed = 8_000_000;

    /// <summary>Of names and questions of sweeps, in letters.</summary>
    private const int LongestHeading = 2_000;

    private const string HorizonsTitle = "Horizons";

    private ReportParts(string name, string head, PageSections sections, string list, string course) =>
        (Name, Head, Sections, List, Course) = (name, head, sections, list, course);

    /// <summary>Of the sweep, or of several.</summary>
    public string Name { get; }

    /// <summary>The question, its answer and the way to the sections, as markup.</summary>
    public string Head { get; }

    public PageSections Sections { get; }

    /// <summary>The trials for the page's script, as JSON.</summary>
    public string List { get; }

    /// <summary>Courses of points and trials for the page's script, as JSON.</summary>
    public string Course { get; }

    /// <param name="before">Sections that come before those of the report, by id and title, for the way to them.</param>
    public static ReportParts Of(ReportData data, Findings findings, Album album, ReportOptions options, params IReadOnlyList<(string Id, string Title)> before)
    {
        var list = PageData.Of(data, findings);
        for (; list.Length > MostListed && data.Listed.Sampled > 1; list = PageData.Of(data, findings))
            data = data with { Listed = data.Listed.Halved(data.Objective.Maximize) };
        var courses = Courses.Of(data, findings);
        var course = PageCourses.Of(data, courses);

        var name = data.Sweeps.Count == 0 ? "Sweep" : Shown.Cut(string.Join(", ", data.Sweeps.Select(s => s.Name)), LongestHeading);
        var head = new HtmlWriter();
        var rankings = EvaluationRanking.Of(data);
        WriteHead(head, data, findings, name, before, rankings.Count > 0);

        // The script draws into those that may not go: what they hold beside figures is a few sentences.
        var sections = new PageSections();
        sections.Add(Slug.Of(data.Words.Defect.Noun), MapTitle(data), section => CollapseSection.Write(section, data, findings, album), mayGo: false);
        if (SearchCourse.Of(data) is { } search)
            sections.Add(SearchSection.Id, SearchSection.Title, section => SearchSection.Write(section, search, findings, album));
        sections.Add("matters", "What matters", section => EffectsSection.Write(section, data, findings, album));
        if (rankings.Count > 0)
            sections.Add(EvaluationSection.Id, EvaluationSection.Title, section => EvaluationSection.Write(section, data, rankings));
        sections.Add("trials", "The trials", section => TrialsSection.Write(section, data, findings, album), mayGo: false);
        sections.Add("curves", "Curves", section => PictureSections.Curves(section, data, courses, album), mayGo: false);
        if (data.PicturedSpace is { } space)
        {
            sections.Add(VectorsId(space), $"{Shown.Capital(space.Name)}s", section =>
                album.Later(section, VectorsId(space), later => PictureSections.Vectors(later, data, space, findings, album, options)));
        }

        if (PictureSections.Horizons(data) is { Count: > 0 } horizons)
            sections.Add("horizons", HorizonsTitle, section => PictureSections.Horizons(section, data, findings, courses, album, horizons));
        sections.Add("spectra", "Spectra and correlations", section => PictureSections.Spectra(section, data, findings, courses, album));
        sections.Add("health", "Health", section => HealthSection.Write(section, data, options));
        return new ReportParts(name, head.ToString(), sections, list, course);
    }

    /// <summary>Writes what an album has put off, see <see cref="Album.Later"/>; nothing where there is no such part.</summary>
    public static void WriteLater(string name, HtmlWriter page, ReportData data, Findings findings, Album album, ReportOptions options)
    {
        if (data.PicturedSpace is { } space && name == VectorsId(space)) PictureSections.Vectors(page, data, space, findings, album, options);
    }

    /// <summary>Of the section that shows kept vectors.</summary>
    private static string VectorsId(ReportSpace space) => Slug.Of($"{space.Name}s");

    private static void WriteHead(HtmlWriter page, ReportData data, Findings findings, string name, IReadOnlyList<(string Id, string Title)> before,
        bool isEvaluatedFurther)
    {
        page.Markup($"<a class=\"skip\" href=\"#{Slug.Of(data.Words.Defect.Noun)}\">Skip to the results</a>\n<header>\n")
            .Element("p", $"Sweep {name}", "class=\"kicker\"");
        var questions = data.Sweeps.Select(s => s.Question).Where(q => q.Length > 0).Distinct().ToList();
        var heading = questions.Count > 0 ? Shown.Cut(string.Join(" ", questions), LongestHeading) : $"What did {name} find?";
        page.Markup("<h1>").Markup(Unbroken(heading)).Markup("</h1>\n");
        AnswerSection.Write(page, data, findings);
        page.Element("p", Facts(data), "class=\"facts\"").Markup("<nav aria-label=\"Sections\"><ul>");
        (string Id, string Title)[] sections =
        [
            .. before, (Slug.Of(data.Words.Defect.Noun), MapTitle(data)),
            .. SearchCourse.Of(data) is null ? Array.Empty<(string, string)>() : [(SearchSection.Id, SearchSection.Title)],
            ("matters", "What matters"),
            .. isEvaluatedFurther ? [(EvaluationSection.Id, EvaluationSection.Title)] : Array.Empty<(string, string)>(),
            ("trials", "Trials"), ("curves", "Curves"),
            .. data.PicturedSpace is { } space ? [(Slug.Of($"{space.Name}s"), $"{Shown.Capital(space.Name)}s")] : Array.Empty<(string, string)>(),
            .. PictureSections.Horizons(data).Count > 0 ? [("horizons", HorizonsTitle)] : Array.Empty<(string, string)>(),
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
}
