using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.SweepFiles;

namespace VicRegSweeps.SweepEngine.Catalogue;

/// <summary>
/// With which further values trials are evaluated, beside those of their own settings: a sweep file's <c>evaluate</c>. They give more metrics
/// of the same trials and never more trials, so they are no part of a trial's identity.
/// </summary>
public sealed class Evaluation : IEquatable<Evaluation>
{
    /// <summary>What settings call it where they are written down.</summary>
    public const string Key = "evaluate";

    /// <summary>The most further metrics that one metric may have: a store has a column for each in every space.</summary>
    internal const int MostOfOne = 64;

    private const char Before = '@', Is = '=';

    private Evaluation(IReadOnlyList<EvaluationAxis> axes) =>
        (Axes, Text) = (axes, string.Join("; ", axes.Select(a => $"{a.Parameter}: {string.Join(", ", a.Values)}")));

    /// <summary>Nothing beside a trial's own settings.</summary>
    public static Evaluation None { get; } = new([]);

    /// <summary>In the order of the catalogue; parameters that are not listed have a trial's own value alone.</summary>
    public IReadOnlyList<EvaluationAxis> Axes { get; }

    /// <summary>Such as <c>eval.knn_k: 5, 20; eval.probe_ridge: 0.1</c>; empty for none.</summary>
    public string Text { get; }

    public bool IsNone => Axes.Count == 0;

    /// <param name="axes">Each with a parameter that has a <see cref="Parameter.EvaluatedAs"/>, in the order of the catalogue.</param>
    public static Evaluation Of(params IReadOnlyList<EvaluationAxis> axes) => axes.Count == 0 ? None : new Evaluation(axes);

    /// <summary>The <see cref="Text"/> in a trial's recorded settings; empty where it is evaluated with its own values alone.</summary>
    internal static string TextIn(string settings) => !settings.Contains($"\"{Key}\"", StringComparison.Ordinal) ? ""
        : SettingsText.Parse(settings).GetValueOrDefault(Key)?.Text ?? "";

    /// <summary>Reads what <see cref="Text"/> says.</summary>
    /// <exception cref="SweepException">The catalogue does not have a parameter, or does not allow a value.</exception>
    internal static Evaluation Parse(string text, ParameterCatalogue catalogue) => text.Length == 0 ? None : new Evaluation(
    [
        .. text.Split("; ").Select(part => part.Split(": ", 2)).Select(part =>
        {
            if (part is not [var name, var values] || !catalogue.TryGet(name, out var parameter) || parameter.EvaluatedAs is null)
                throw new SweepException($"the store has trials evaluated with {Wording.Quoted(part[0])}, which this version does not know.");

            return new EvaluationAxis(name, [.. values.Split(", ").Take(MostOfOne).Select(value => Value(parameter, value))]);
        }),
    ]);

    /// <summary>The further metrics of a metric, with the values that each is of; the first axis varies slowest. None where it depends on no axis.</summary>
    public IEnumerable<FurtherMetric> Of(Metric metric, ParameterCatalogue catalogue)
    {
        var axes = Axes.Where(a => metric.DependsOn.Contains(a.Parameter)).ToList();
        return axes.Count == 0 ? [] : axes.Aggregate(
            (IEnumerable<FurtherMetric>)[new FurtherMetric(metric.Name, metric, new Dictionary<string, ParameterValue>())],
            (before, axis) =>
                from further in before
                from value in axis.Values
                select new FurtherMetric(
                    $"{further.Name}{Before}{catalogue[axis.Parameter].EvaluatedAs}{Is}{value.Text}", metric,
                    new Dictionary<string, ParameterValue>(further.Values) { [axis.Parameter] = value }));
    }

    /// <summary>The name of the metric that one is a further one of; the name itself where it is none.</summary>
    /// <param name="metric">Such as <c>knn_top1@k=5@t=0.1</c>, with or without its space.</param>
    public static string OwnNameOf(string metric) => metric.IndexOf(Before, StringComparison.Ordinal) is > 0 and var end ? metric[..end] : metric;

    /// <summary>Whether a name is that of a further metric, with or without its space.</summary>
    public static bool IsFurther(string metric) => metric.Contains(Before, StringComparison.Ordinal);

    /// <summary>The values that a further metric's name says, by what it calls their parameters; empty where it is none.</summary>
    public static IReadOnlyList<(string Symbol, string Value)> ValuesOf(string metric) =>
        [.. metric.Split(Before).Skip(1).Select(part => part.Split(Is, 2)).Select(part => (part[0], part is [_, var value] ? value : ""))];

    public bool Equals(Evaluation? other) => Text == other?.Text;

    public override bool Equals(object? obj) => Equals(obj as Evaluation);

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Text;

    private static ParameterValue Value(Parameter parameter, string text)
    {
        var value = YamlNumber.Parse(text) is { } number && double.IsFinite(number) ? ParameterValue.Of(number) : ParameterValue.Of(text);
        return Allowed.BrokenRule(parameter, value) is { } rule
            ? throw new SweepException($"the store has trials evaluated with {Wording.Quoted(text)} for '{parameter.Name}', which must be {rule}.")
            : value;
    }
}

/// <summary>The further values of one parameter.</summary>
/// <param name="Parameter">Its name.</param>
/// <param name="Values">At least one, no two equal, in the order of the file.</param>
public sealed record EvaluationAxis(string Parameter, IReadOnlyList<ParameterValue> Values);

/// <summary>A metric as it is with other values than a trial's own.</summary>
/// <param name="Name">Such as <c>knn_top1@k=5@t=0.1</c>.</param>
/// <param name="Metric">What it is with a trial's own values.</param>
/// <param name="Values">By the names of the parameters; those that are not there have the trial's own value.</param>
public sealed record FurtherMetric(string Name, Metric Metric, IReadOnlyDictionary<string, ParameterValue> Values)
{
    /// <summary>What a store says of it: all but its name, its label and what it is of is as with a trial's own values.</summary>
    internal Metric Declared => Metric with
    {
        Name = Name,
        Label = Metric.Label + Name[Metric.Name.Length..],
        Doc = $"As {Metric.Name}, with {string.Join(" and ", Values.Select(v => $"{v.Key} {v.Value}"))} instead of the trial's own. {Metric.Doc}",
        DependsOn = [],
    };
}
