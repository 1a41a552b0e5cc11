using System.Globalization;
using VicRegSweeps.Reports.Analysis;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.Reports.Refining;

/// <summary>The values that an axis takes around one point.</summary>
/// <param name="Parameters">Several where they move together.</param>
/// <param name="Rows">One value for each parameter, null where it is absent; the point's own row is one of them.</param>
/// <param name="Why">Where they come from, in a few words.</param>
internal sealed record RefinedAxis(IReadOnlyList<string> Parameters, IReadOnlyList<IReadOnlyList<ParameterValue?>> Rows, string Why)
{
    /// <summary>Whether it keeps the point's own value.</summary>
    public bool IsHeld => Rows.Count == 1;
}

/// <summary>Chooses the values of an axis around a point: halfway to the neighbours of its level, and beyond the level where it has none.</summary>
/// <param name="scales">Whether the sweep files space a parameter by ratios; those that they list are not there.</param>
internal sealed class AxisRefinement(ReportData data, ParameterCatalogue catalogue, IReadOnlyDictionary<string, bool> scales)
{
    /// <param name="number">Of the axis.</param>
    /// <param name="level">The point's on it.</param>
    /// <param name="isAllowed">Whether the point may have such values of the axis's parameters, all else as it is.</param>
    public RefinedAxis Around(int number, int level, Func<IReadOnlyList<(string Name, ParameterValue Value)>, bool> isAllowed)
    {
        var axis = data.Axes[number];
        var own = axis.Settings[level];
        IReadOnlyList<ParameterValue?> held = [.. own.Zip(axis.Parameters).Select(v => v.First is null ? null : ValueOf(v.Second, v.First))];
        if (Numbers(axis, level) is not { } here) return new RefinedAxis(axis.Parameters, [held], "kept: there is nothing between words");

        var numeric = Enumerable.Range(0, axis.Levels.Count).Where(l => Numbers(axis, l) is not null).ToList();
        var spacings = axis.Parameters.Select((p, column) => Spacing.Of(
            [.. numeric.Select(l => Numbers(axis, l)![column])],
            scales.TryGetValue(p, out var isLogarithmic) ? isLogarithmic : null,
            catalogue[p].Kind == ParameterKind.Integer)).ToList();
        var (place, reach) = (numeric.IndexOf(level), Reach(numeric.Count));
        var below = place >= reach ? Numbers(axis, numeric[place - reach]) : null;
        var above = place + reach < numeric.Count ? Numbers(axis, numeric[place + reach]) : null;
        if (below is null && above is null) return new RefinedAxis(axis.Parameters, [held], "kept: it is the only number");

        var reasons = new List<string>();
        var rows = new[] { Side(below, above, "smallest"), held, Side(above, below, "largest") }.OfType<IReadOnlyList<ParameterValue?>>().ToList();
        var distinct = rows.DistinctBy(row => string.Join('\0', row.Select(v => v?.Text))).ToList();
        return new RefinedAxis(axis.Parameters, distinct, distinct.Count == 1 ? "kept: its neighbours are next to it" : string.Join("; ", reasons));

        IReadOnlyList<ParameterValue?>? Side(double[]? neighbour, double[]? opposite, string end)
        {
            double[] made = neighbour is not null ? [.. spacings.Select((s, i) => s.Between(here[i], neighbour[i]))]
                : [.. spacings.Select((s, i) => Within(catalogue[axis.Parameters[i]], s.Beyond(here[i], opposite![i]), here[i]))];
            var values = axis.Parameters.Zip(made).Select(v => (v.First, ParameterValue.Of(v.Second))).ToList();
            var isNew = values.Zip(held).Any(v => v.First.Item2 != v.Second);
            if (!isNew || values.Any(v => Allowed.BrokenRule(catalogue[v.First], v.Item2) is not null) || !isAllowed(values))
            {
                if (neighbour is null) reasons.Add($"the {end}, and no further value is allowed");
                return null;
            }

            reasons.Add(neighbour is null ? $"beyond {Text(here)}, the {end} so far" : $"halfway to {Text(neighbour)}");
            return [.. values.Select(v => v.Item2)];
        }
    }

    /// <summary>
    /// How many levels away a neighbour is. On a grid it is the next. The points of a search hardly share a level, so that the next level is
    /// one of a point far away: there, as far as points are from each other.
    /// </summary>
    private int Reach(int levels) =>
        data.IsSearch ? Math.Max(1, (int)Math.Round(levels / Math.Pow(data.Points.Count, 1.0 / data.Axes.Count))) : 1;

    /// <summary>The last allowed number on the way to one that is not.</summary>
    private static double Within(Parameter parameter, double number, double from) => Allowed.BrokenBounds(parameter, number) is null ? number
        : number < from ? parameter is { Minimum: { } minimum, ExclusiveMinimum: false } ? Math.Min(minimum, from) : from
        : parameter is { Maximum: { } maximum, ExclusiveMaximum: false } ? Math.Max(maximum, from) : from;

    /// <summary>The numbers of a level; null where one of its parameters has none.</summary>
    private double[]? Numbers(ReportAxis axis, int level)
    {
        var numbers = axis.Settings[level].Zip(axis.Parameters).Select(v => v.First is null ? null : ValueOf(v.Second, v.First).Number).ToList();
        return numbers.TrueForAll(n => n is not null) ? [.. numbers.OfType<double>()] : null;
    }

    private ParameterValue ValueOf(string parameter, string text) => catalogue[parameter].Kind switch
    {
        ParameterKind.Integer or ParameterKind.Real when double.TryParse(
            text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => ParameterValue.Of(number),
        ParameterKind.Truth when text is "true" or "false" => ParameterValue.Of(text == "true"),
        _ => ParameterValue.Of(text),
    };

    private static string Text(double[] numbers) => string.Join('/', numbers.Select(n => Shown.Number(n)));
}
