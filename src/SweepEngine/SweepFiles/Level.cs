using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Exclusions;

namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>What one level of a file, its top or one of its blocks, says of the points by itself.</summary>
/// <param name="Fixed">In the order of the file.</param>
/// <param name="Axes">The first varies slowest.</param>
internal sealed record Level(
    OrderedDictionary<string, ParameterValue> Fixed, IReadOnlyList<Axis> Axes, IReadOnlyList<Exclusion> Exclusions)
{
    /// <summary>The parameters that follow others, by their names, in the order of the file.</summary>
    public OrderedDictionary<string, Follow> Follows { get; init; } = [];

    private IEnumerable<AxisColumn> Columns => Axes.SelectMany(a => a.Columns);

    /// <summary>Whether this level is about the parameter.</summary>
    public bool Names(string parameter) => Fixed.ContainsKey(parameter) || Follows.ContainsKey(parameter) || Columns.Any(c => c.Parameter.Name == parameter);

    /// <summary>Whether this level, put below another, says anything that the other does not.</summary>
    public bool Overrides(Level above) =>
        Fixed.Any(f => above.Fixed.GetValueOrDefault(f.Key) != f.Value)
        || Follows.Any(f => above.Follows.GetValueOrDefault(f.Key) is not { } other || (other.Leader, other.Times) != (f.Value.Leader, f.Value.Times))
        || Axes.Any(axis => !above.Axes.Any(a => a.Columns.Count == axis.Columns.Count
            && a.Columns.Zip(axis.Columns).All(c => c.First.Parameter == c.Second.Parameter && c.First.Values.SequenceEqual(c.Second.Values))));

    /// <summary>This level with what it inherits: what it names is as it says, all else as it is above. Exclusions add up.</summary>
    /// <remarks>
    /// An axis takes the place of the one that it overrides, so that the order of trials stays; new axes vary fastest.
    /// Where one parameter of a zip is overridden, the others go on moving together.
    /// </remarks>
    public Level Below(Level above)
    {
        var values = new OrderedDictionary<string, ParameterValue>(above.Fixed.Where(f => !Names(f.Key)), StringComparer.Ordinal);
        foreach (var (name, value) in Fixed)
            values.Add(name, value);
        var follows = new OrderedDictionary<string, Follow>(above.Follows.Where(f => !Names(f.Key)), StringComparer.Ordinal);
        foreach (var (name, follow) in Follows) follows.Add(name, follow);

        var axes = new List<Axis>();
        foreach (var axis in above.Axes)
        {
            var rest = axis.Columns.Where(c => !Names(c.Parameter.Name)).ToList();
            if (rest.Count > 0)
                axes.Add(rest.Count == axis.Columns.Count ? axis : WithoutRepeats(rest));
            else
                axes.AddRange(Axes.Where(own => !axes.Contains(own) && own.Columns.Any(c => axis.Columns.Any(a => a.Parameter == c.Parameter))));
        }

        return new Level(values, [.. axes, .. Axes.Where(own => !axes.Contains(own))], [.. above.Exclusions, .. Exclusions]) { Follows = follows };
    }

    private static Axis WithoutRepeats(List<AxisColumn> columns)
    {
        var rows = Axis.DistinctRows(columns);
        return new Axis([.. columns.Select(c => c with { Values = [.. rows.Select(row => c.Values[row])] })]);
    }
}
