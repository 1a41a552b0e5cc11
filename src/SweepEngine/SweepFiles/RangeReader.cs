using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Searching;

namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>Reads an axis that is written as a range: <c>log</c> or <c>linear</c> with a <c>count</c>, or <c>range</c> with a <c>step</c>.</summary>
/// <param name="mayBeContinuous">Whether a range may do without its count, since a search takes values from it.</param>
internal sealed class RangeReader(Complaints complaints, ValueReader values, Parameter parameter, YamlMap map, bool mayBeContinuous)
{
    private static readonly string[] Kinds = ["log", "linear", "range"];
    private static readonly string[] Keys = [.. Kinds, "count", "step"];

    private string Name => parameter.Name;

    /// <param name="mostValues">More are refused before they are generated.</param>
    /// <returns>Null when the range is not valid, which has been complained about.</returns>
    public AxisColumn? Read(int mostValues)
    {
        if (!IsNumber)
            return Refuse(map.At, $"the axis of '{Name}' is a range, but its values are {Allowed.Values(parameter)}; list them.");

        var known = KeysAreKnown();
        if (TheKind() is not { } kind || !known) return null;
        if (mayBeContinuous && kind.Key.Text != "range" && map["count"] is null && map["step"] is null) return Continuous(kind);

        var (spacing, ends) = (Spacing(kind), Ends(kind));
        if (spacing is null || ends is null) return null;
        return kind.Key.Text == "range" ? Stepped(ends.Value, spacing.Value, mostValues) : Counted(kind, ends.Value, spacing.Value, mostValues);
    }

    private bool IsNumber => parameter.Kind is ParameterKind.Integer or ParameterKind.Real;

    private bool KeysAreKnown()
    {
        var unknown = map.Entries.Where(e => !Keys.Contains(e.Key.Text)).ToList();
        foreach (var (key, _) in unknown)
        {
            var end = Wording.DidYouMean(key.Text, Keys, $"an axis is {AxisReader.Forms}.");
            complaints.Add(key.At, $"unknown key {Wording.Quoted(key.Text)} in the axis of '{Name}'{end}");
        }

        return unknown.Count == 0;
    }

    /// <summary>The entry that says which kind of range it is.</summary>
    private YamlEntry? TheKind()
    {
        var kinds = map.Entries.Where(e => Kinds.Contains(e.Key.Text)).DistinctBy(e => e.Key.Text).ToList();
        if (kinds.Count == 1)
            return kinds[0];

        var has = kinds.Count == 0 ? "has none of log, linear and range" : $"has {Wording.AllOf(kinds.Select(k => k.Key.Text))}";
        complaints.Add(map.At, $"the axis of '{Name}' {has}, but must be {AxisReader.Forms}.");
        return null;
    }

    /// <summary>The <c>count</c> or the <c>step</c>, whichever the kind of range asks for.</summary>
    private double? Spacing(YamlEntry kind)
    {
        var (wanted, other) = kind.Key.Text == "range" ? ("step", "count") : ("count", "step");
        if (map[other] is { } misplaced)
            complaints.Add(misplaced.Key.At, $"'{other}' does not go with '{kind.Key.Text}', which takes '{wanted}'.");
        if (map[wanted] is not { } entry)
        {
            complaints.Add(map.At, $"the axis of '{Name}' has no '{wanted}'; write {{{kind.Key.Text}: [a, b], {wanted}: {(wanted == "count" ? "n" : "s")}}}.");
            return null;
        }

        return wanted == "count" ? values.Read(CountRule, entry.Value)?.Number : values.Read(StepRule, entry.Value)?.Number;
    }

    private AxisColumn? Continuous(YamlEntry kind) => Ends(kind) is var (first, last)
        ? new AxisColumn(parameter, []) { Range = new ContinuousRange(first, last, kind.Key.Text == "log", parameter.Kind == ParameterKind.Integer) }
        : null;

    private (double First, double Last)? Ends(YamlEntry kind)
    {
        if (kind.Value is not YamlList { Items: [var firstNode, var lastNode] })
        {
            complaints.Add(kind.Value.At, $"'{kind.Key.Text}' must be the two ends of the range, such as [1, 10].");
            return null;
        }

        var (first, last) = (End(kind, firstNode), End(kind, lastNode));
        if (first is null || last is null)
            return null;
        if (first == last)
        {
            complaints.Add(kind.Value.At, $"the range of '{Name}' begins and ends at {Text(first.Value)}, but its ends must differ.");
            return null;
        }

        return (first.Value, last.Value);
    }

    private double? End(YamlEntry kind, YamlNode node)
    {
        if (values.Read(parameter, node) is not { } value)
            return null;
        if (value.Number is not { } number)
            complaints.Add(node.At, $"an end of the range of '{Name}' is '{value}', but must be a number.");
        else if (kind.Key.Text == "log" && number <= 0)
            complaints.Add(node.At, $"an end of the range of '{Name}' is {value}, but the ends of 'log' must be greater than 0.");
        else
            return number;
        return null;
    }

    private AxisColumn? Stepped((double First, double Last) ends, double step, int mostValues)
    {
        var (first, last) = ends;
        if (first > last)
            return Refuse(map.At, $"the range of '{Name}' goes down from {Text(first)} to {Text(last)}, but must go up.");

        var (steps, exactly) = GridValues.StepsBetween(first, last, step);
        if (steps >= mostValues)
            return RefuseTooMany();
        if (!exactly)
        {
            var near = GridValues.Range(first, step, (int)steps + 1).TakeLast(2).Select(Text);
            return Refuse(map.At,
                $"the range of '{Name}' does not reach {Text(last)}: steps of {Text(step)} from {Text(first)} lead to {Wording.AllOf(near)}.");
        }

        return Generated(GridValues.Range(first, step, (int)steps), "range");
    }

    private AxisColumn? Counted(YamlEntry kind, (double First, double Last) ends, double count, int mostValues)
    {
        if (count > mostValues)
            return RefuseTooMany();
        var numbers = kind.Key.Text == "log"
            ? GridValues.Log(ends.First, ends.Last, (int)count)
            : GridValues.Linear(ends.First, ends.Last, (int)count);
        return Generated(numbers, kind.Key.Text);
    }

    /// <summary>The numbers as values, if they are what the parameter takes and no two are equal.</summary>
    /// <remarks>
    /// A geometric axis of whole numbers is rounded, since it hardly ever meets them; an equally spaced one is not,
    /// since rounding would make its distances unequal.
    /// </remarks>
    private AxisColumn? Generated(IEnumerable<double> numbers, string kind)
    {
        var whole = parameter.Kind == ParameterKind.Integer;
        var read = new List<ParameterValue>();
        foreach (var number in numbers)
        {
            if (whole && kind != "log" && !double.IsInteger(number))
                return Refuse(map.At, $"the range of '{Name}' has the value {Text(number)}, but must have whole numbers only.");
            read.Add(whole ? Math.Round(number, MidpointRounding.AwayFromZero) : number);
        }

        var distinct = read.Distinct().Count();
        if (distinct < read.Count)
            return Refuse(map.At,
                $"the range of '{Name}' has only {distinct} different {(whole ? "whole numbers" : "numbers")} where 'count' is {read.Count}; lower it.");
        return new AxisColumn(parameter, read);
    }

    private AxisColumn? RefuseTooMany() =>
        Refuse(map.At, $"the axes have more than {AxisReader.MostValues} values together.");

    private AxisColumn? Refuse(Place at, string sentence)
    {
        complaints.Add(at, sentence);
        return null;
    }

    private static string Text(double number) => ParameterValue.Shortest(number);

    private static Parameter CountRule => new()
    {
        Name = "count",
        Kind = ParameterKind.Integer,
        Default = null,
        Doc = "How many values to take from the range, both ends included.",
        Minimum = 2,
    };

    private static Parameter StepRule => new()
    {
        Name = "step",
        Kind = ParameterKind.Real,
        Default = null,
        Doc = "The distance between the values of the range.",
        Minimum = 0,
        ExclusiveMinimum = true,
    };
}
