using System.Text;
using VicRegSweeps.Reports.Analysis;
using VicRegSweeps.Reports.Page;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.SweepFiles;

namespace VicRegSweeps.Reports.Refining;

/// <summary>Writes the sweep file of a refinement.</summary>
/// <param name="settings">Of each point that it goes around.</param>
internal sealed class RefinedFile(ReportData data, RefineOptions options, IReadOnlyList<IReadOnlyDictionary<string, ParameterValue>> settings)
{
    /// <summary>More points are drawn from, and not run all: more than a few stacks.</summary>
    private const int MostPoints = 512;

    // What says how a sweep is run holds for its refinement too.
    private static readonly string[] Kept = ["evaluate", "stop", "retry", "run"];

    private readonly StringBuilder text = new();

    public string Write(Leaders leaders, Findings findings, string name, string command)
    {
        var refined = leaders.Around.Select((point, i) => Refined(point, settings[i])).ToList();
        Heading(leaders, findings, command);
        Line("version: 1");
        Line($"name: {name}");
        if (data.Sweeps.Select(s => s.Question).FirstOrDefault(q => q.Length > 0) is { } question) Line($"question: {YamlText.Of(question)}");
        Line($"seeds: [{string.Join(", ", data.Seeds)}]");
        var moved = refined.SelectMany(Moved).ToHashSet(StringComparer.Ordinal);
        var shared = Named(settings[0], moved).Where(own => settings.All(s => s.TryGetValue(own.Key, out var value) && value == own.Value)).ToList();
        Fixed("", shared, WhyHeld(refined[0]));
        foreach (var (section, value) in data.Sweeps.Count == 0 ? [] : YamlText.Sections(data.Sweeps[^1].FileText, Kept)) Line($"{section}: {value}");
        Drawn(refined);
        if (refined is [var only])
        {
            Axes("", only);
            return text.ToString();
        }

        Line("blocks:");
        foreach (var (number, axes) in refined.Index())
        {
            Line($"  - name: around-{number + 1}    # {Standing(leaders.Around[number])}");
            Fixed("    ", [.. Named(settings[number], Moved(axes).ToHashSet(StringComparer.Ordinal)).Except(shared)], WhyHeld(axes));
            Axes("    ", axes);
        }

        return text.ToString();
    }

    private List<RefinedAxis> Refined(ReportPoint point, IReadOnlyDictionary<string, ParameterValue> own)
    {
        foreach (var name in own.Keys.Where(name => name != Evaluation.Key && !options.Catalogue.TryGet(name, out _)))
            throw new SweepException($"{data.Store.Address} names the parameter '{name}', which this version does not have.");

        var scales = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var (parameter, isLogarithmic) in data.Sweeps.SelectMany(s => DeclaredScales.Of(s.FileText))) scales.TryAdd(parameter, isLogarithmic);
        var axes = new AxisRefinement(data, options.Catalogue, scales);
        return [.. point.Levels.Select((level, axis) => axes.Around(axis, level, values => IsAllowed(own, values)))];
    }

    /// <summary>Whether the point may have these values: its settings would not contradict each other.</summary>
    private bool IsAllowed(IReadOnlyDictionary<string, ParameterValue> own, IReadOnlyList<(string Name, ParameterValue Value)> values)
    {
        var changed = own.ToDictionary(StringComparer.Ordinal);
        foreach (var (parameter, value) in values) changed[parameter] = value;
        return options.Catalogue.Conflict(TrialSettings.Recorded(options.Catalogue, changed.Select(c => (c.Key, c.Value)))) is null;
    }

    private void Heading(Leaders leaders, Findings findings, string command)
    {
        var (count, objective) = (leaders.Around.Count, data.Objective);
        Comment($"Around the best {(count == 1 ? "point" : Shown.Count(count, "point"))} of {findings.Ranking.Count:#,0} by {objective.Name}, "
            + $"of which {(objective.Maximize ? "more" : "less")} is better. Written by:");
        Comment($"  {command}");
        var commands = Refinement.CommandsToRun(data.Store.Address, "THIS-FILE.yaml");
        Comment(commands.Count == 1
            ? "Read it, change what you know better, and run it on the same store, where what has been trained is not trained again:"
            : "Read it, change what you know better, unite the shards, and run it on what comes of them, where what has been trained is not trained again:");
        foreach (var line in commands) Comment($"  {line}");
        foreach (var (number, point) in leaders.Around.Index()) Comment($"{number + 1}. {data.Describe(point.Levels)}: {Standing(point)}");
        if (leaders.Around.All(p => p.Statistics().Low is null))
            Comment("One seed tells no points apart, so these are the best as they came out; with more seeds fewer may be worth a look.");
        else if (count + leaders.Alike == 1 && findings.Ranking.Count > 1)
            Comment("The seeds tell it apart from every other point.");
        else if (count > 1)
            Comment("The seeds do not tell these apart, but tell the first from all others" + (leaders.Alike > 0 ? $" but {leaders.Alike:#,0} more." : "."));
        else if (leaders.Alike > 0)
            Comment($"The seeds do not tell it apart from {Shown.Count(leaders.Alike, "other point")}: --top goes around more, and more seeds would tell.");
    }

    private string Standing(ReportPoint point)
    {
        var statistics = point.Statistics();
        return statistics.Low is null
            ? $"{Spans.Mean(statistics)} (n = {statistics.N}, no interval)"
            : $"{Spans.Mean(statistics)} (95 % interval {Spans.Of(statistics, data.Objective, " to ")}, n = {statistics.N})";
    }

    private void Drawn(IReadOnlyList<IReadOnlyList<RefinedAxis>> refined)
    {
        var points = refined.Sum(axes => axes.Aggregate(1.0, (product, axis) => product * axis.Rows.Count));
        if (points <= MostPoints) return;

        Comment($"All combinations would be {points:#,0} points; these are drawn from them.");
        Line($"sample: {{count: {MostPoints}, seed: 0}}");
    }

    private static IEnumerable<string> Moved(IEnumerable<RefinedAxis> axes) => axes.Where(a => !a.IsHeld).SelectMany(a => a.Parameters);

    private static Dictionary<string, string> WhyHeld(IEnumerable<RefinedAxis> axes) =>
        axes.Where(a => a.IsHeld).SelectMany(a => a.Parameters.Select(p => (p, a.Why))).ToDictionary(StringComparer.Ordinal);

    private void Axes(string indent, IReadOnlyList<RefinedAxis> axes)
    {
        var swept = axes.Where(a => !a.IsHeld).ToList();
        var (alone, together) = (swept.Where(a => a.Parameters.Count == 1).ToList(), swept.Where(a => a.Parameters.Count > 1).ToList());
        if (alone.Count > 0) Line($"{indent}grid:");
        foreach (var axis in alone)
            Line($"{indent}  {axis.Parameters[0]}: [{string.Join(", ", axis.Rows.Select(row => YamlText.Of(row[0]!)))}]    # {axis.Why}");
        if (together.Count > 0) Line($"{indent}zip:");
        foreach (var axis in together)
        {
            Line($"{indent}  - rows:    # {axis.Why}");
            foreach (var row in axis.Rows)
                Line($"{indent}    - {{{string.Join(", ", axis.Parameters.Zip(row).Select(v => $"{v.First}: {YamlText.Of(v.Second!)}"))}}}");
        }
    }

    /// <summary>The settings that differ from the defaults, in the order of the catalogue.</summary>
    /// <param name="moved">Parameters that are left out.</param>
    private List<KeyValuePair<string, ParameterValue>> Named(IReadOnlyDictionary<string, ParameterValue> point, HashSet<string> moved) =>
    [
        .. from parameter in options.Catalogue.Parameters
           where !moved.Contains(parameter.Name) && point.ContainsKey(parameter.Name)
           let value = point[parameter.Name]
           where value.Text != parameter.Default?.Text
           select KeyValuePair.Create(parameter.Name, value),
    ];

    private void Fixed(string indent, List<KeyValuePair<string, ParameterValue>> values, Dictionary<string, string> why)
    {
        if (values.Count > 0) Line($"{indent}fixed:");
        foreach (var (name, value) in values)
            Line($"{indent}  {name}: {YamlText.Of(value)}{(why.TryGetValue(name, out var reason) ? $"    # {reason}" : "")}");
    }

    private void Comment(string words) => Line($"# {words}");

    // What a store says may hold anything; it stays in its line.
    private void Line(string words) => text.Append(Visible.Line(words)).Append('\n');
}
