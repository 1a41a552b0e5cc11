using System.Globalization;
using System.Text.Json;
using VicRegSweeps.Reports.Analysis;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Reports.Page;

/// <summary>Whether the numbers can be trusted, and how to get them again.</summary>
internal static class HealthSection
{
    private const int MostFailures = 30;
    private const int MostInputs = 30;

    /// <summary>Of a sweep file, in letters.</summary>
    private const int LongestFile = 200_000;

    public static void Write(HtmlWriter page, ReportData data, ReportOptions options)
    {
        States(page, data);
        Failures(page, data);
        Verdicts(page, data, options);
        Times(page, data);
        Machines(page, data);
        Inputs(page, data);
        Settings(page, data);
        Files(page, data, options);
    }

    private static void States(HtmlWriter page, ReportData data) => page.Table(
        "Trials by state",
        ["state", "trials", ""],
        [
            ["completed", Number(data.Status.Completed), ""],
            ["stopped", Number(data.Status.Stopped), "by a stop rule: censored, their values are those of an earlier step"],
            ["failed", Number(data.Status.Failed), "count nowhere"],
            ["running", Number(data.Status.Running), ""],
            ["pending", Number(data.Status.Pending), ""],
        ],
        1);

    private static void Failures(HtmlWriter page, ReportData data)
    {
        var ended = data.Trials.Where(t => t.State is TrialState.Failed or TrialState.Stopped).ToList();
        if (ended.Count == 0) return;

        var groups = ended.GroupBy(t => (t.State, Reason: t.Reason ?? "")).OrderByDescending(g => g.Count()).ToList();
        page.Table(
            groups.Count > MostFailures ? $"Failed and stopped trials: the {MostFailures} most frequent of {groups.Count} reasons"
            : "Failed and stopped trials",
            ["reason", "state", "trials", "such as"],
            groups.Take(MostFailures).Select(g => (IReadOnlyList<string>)
                [g.Key.Reason, TrialStates.Text(g.Key.State), Number(g.Count()), string.Join(", ", g.Take(3).Select(t => t.Id))]),
            2);
        page.Element("p", "vicreg-sweep show STORE TRIAL compares one with its nearest healthy neighbour.", "class=\"note\"");
    }

    private static void Verdicts(HtmlWriter page, ReportData data, ReportOptions options)
    {
        page.Markup("<details><summary>What verdicts and metrics mean</summary>\n");
        foreach (var rule in options.VerdictRules) page.Element("p", rule);
        page.Table("Metrics", ["metric", "meaning", "unit", "better"], data.Words.Metrics.Select(m => (IReadOnlyList<string>)
            [m.Name, m.Doc, m.Unit, m.Better switch { Better.More => "more", Better.Less => "less", _ => "" }]));
        page.Markup("</details>\n");
    }

    private static void Times(HtmlWriter page, ReportData data)
    {
        var stages = data.Store.StageTimes();
        if (stages.Count == 0) return;

        var total = stages.Values.Aggregate(TimeSpan.Zero, (sum, time) => sum + time);
        page.Table(
            "Where the time went (wall time of all stacks; those trained side by side count each)",
            ["stage", "seconds", "share"],
            stages.OrderByDescending(s => s.Value).Select(s => (IReadOnlyList<string>)
                [s.Key, s.Value.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture), Shown.Percent(total > TimeSpan.Zero ? s.Value / total : 0)]),
            1,
            2);
    }

    private static void Machines(HtmlWriter page, ReportData data)
    {
        var known = data.Store.Environments().Where(e => e.Json is not null).ToList();
        if (known.Count == 0) return;

        var facts = known.Select(e => (e.Stacks, Facts: JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(e.Json!)!)).ToList();
        var names = facts.SelectMany(f => f.Facts.Keys).Distinct().ToList();
        page.Table(
            "Machines and versions",
            [.. names, "stacks"],
            facts.Select(f => (IReadOnlyList<string>)
                [.. names.Select(name => f.Facts.TryGetValue(name, out var value) ? value.ToString() : ""), Number(f.Stacks)]),
            names.Count);
    }

    /// <summary>Which features belong to which trials, where there are several.</summary>
    private static void Inputs(HtmlWriter page, ReportData data)
    {
        var inputs = data.Inputs;
        if (inputs.Panels.Count < 2) return;

        var space = data.Words.SpaceOf(inputs.Panels[0].Row.Space);
        var what = space?.Doc is { Length: > 0 } doc ? doc : inputs.Panels[0].Row.Space;
        List<string> metrics = space is null ? [] : [.. Headlines.Of(data.Words, space).Select(m => m.Name)];

        var rows = inputs.Groups.SelectMany(g => g.Panels.Select(p => (Group: (InputGroup?)g, p.Panel, p.Computed)))
            .Concat(inputs.Unknown.Select(panel => (Group: (InputGroup?)null, Panel: panel, Computed: "")))
            .ToList();
        page.Table(
            rows.Count > MostInputs
                ? $"{what}, the first {MostInputs} of {rows.Count} kinds; baseline.csv has them all"
                : $"{what}, by the settings that decide them",
            [.. inputs.Parameters, "computed in", "trials", .. metrics, "name"],
            rows.Take(MostInputs).Select(row => (IReadOnlyList<string>)
            [
                .. inputs.Parameters.Select(name => row.Group is null ? "not known" : row.Group.Values[name] ?? "absent"),
                row.Computed.Length > 0 ? row.Computed : "not known",
                row.Group is null ? "–" : Number(row.Group.Trials),
                .. metrics.Select(name => row.Panel.Row.Metrics.FirstOrDefault(m => m.Key == name).Value is { } value ? Shown.Number(value, 3) : "–"),
                row.Panel.Of,
            ]),
            [.. Enumerable.Range(inputs.Parameters.Count + 1, 1 + metrics.Count)]);
    }

    private static void Settings(HtmlWriter page, ReportData data)
    {
        if (data.Trials.Count == 0) return;

        var varying = data.Axes.SelectMany(a => a.Parameters).ToHashSet(StringComparer.Ordinal);
        var settings = data.FirstSettings;
        var fixedOnes = data.Store.Parameters.Where(p => !varying.Contains(p.Name) && settings.ContainsKey(p.Name)).ToList();
        page.Markup("<details><summary>Settings that all trials share</summary>\n");
        page.Table("Fixed settings", ["parameter", "value", "default", "meaning"], fixedOnes.Select(p => (IReadOnlyList<string>)
        [
            p.Name,
            settings[p.Name].Number is { } number ? Shown.Exact(number) : settings[p.Name].Text,
            settings[p.Name].Text == p.Default ? "same" : p.Default ?? "none",
            p.Doc,
        ]));
        page.Markup("</details>\n");
    }

    private static void Files(HtmlWriter page, ReportData data, ReportOptions options)
    {
        foreach (var sweep in data.Sweeps)
        {
            page.Element("h3", $"To run {sweep.Name} again").Element("p", $"Save this as {sweep.Name}.yaml, then:")
                .Element("pre", $"vicreg-sweep run {sweep.Name}.yaml", "tabindex=\"0\"")
                .Element("pre", Shown.Cut(sweep.FileText, LongestFile), "tabindex=\"0\" class=\"file\"");
            if (sweep.FileText.Length > LongestFile)
            {
                page.Element("p", "The rest of the file is left out; the store has it in its table sweep_file.", "class=\"note\"");
            }
        }

        if (options.Command.Length > 0) page.Element("p", $"This page: {options.Command}", "class=\"note\"");
    }

    private static string Number(int number) => number.ToString("#,0", CultureInfo.InvariantCulture);
}
