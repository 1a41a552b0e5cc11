using System.Numerics;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.SweepFiles;

namespace VicRegSweeps.SweepEngine.Planning;

/// <summary>The points of one block, each computed from its number alone.</summary>
internal sealed class BlockPoints
{
    private readonly ParameterCatalogue catalogue;
    private readonly PointContents? contents;
    private readonly ParameterValue?[] template;
    private readonly (int Count, (int Parameter, ParameterValue?[] Values)[] Columns)[] axes;
    private readonly int[] absent;
    private readonly bool hasAbsent;

    /// <param name="contents">Says what lies at paths; null where nobody asks.</param>
    public BlockPoints(ParameterCatalogue catalogue, SweepBlock block, PointContents? contents = null)
    {
        (this.catalogue, this.contents) = (catalogue, contents);
        Block = block;
        template = [.. catalogue.Parameters.Select(p => Value(p, block.Fixed.GetValueOrDefault(p.Name)))];
        axes = [.. block.Axes.Select(a => (a.Count, a.Columns.Select(c => (catalogue.IndexOf(c.Parameter.Name), Values(c))).ToArray()))];
        absent = [.. block.Fixed.Where(f => f.Value.IsAbsent).Select(f => catalogue.IndexOf(f.Key))];
        hasAbsent = absent.Length > 0 || block.Axes.SelectMany(a => a.Columns).Any(c => c.Values.Any(v => v.IsAbsent));
    }

    public SweepBlock Block { get; }

    /// <summary>The product of all axes, equal points counted as often as they occur.</summary>
    public BigInteger Count => axes.Aggregate(BigInteger.One, (product, axis) => product * axis.Count);

    /// <summary>What is wrong with a point whose file says <c>null</c> for a parameter that does something there; null when nothing is.</summary>
    public string? Conflict(int number, TrialSettings point)
    {
        if (!hasAbsent) return null;

        var nulls = absent.ToHashSet();
        foreach (var (axis, step) in Steps(number).Index())
        {
            foreach (var column in Block.Axes[axis].Columns.Where(c => c.Values[step].IsAbsent)) nulls.Add(catalogue.IndexOf(column.Parameter.Name));
        }

        var missing = nulls.Where(i => point[i] is not null).Select(i => catalogue.Parameters[i]).FirstOrDefault();
        return missing is null ? null : $"'{missing.Name}' is null, but does something where {missing.ActiveWhenDoc ?? "it stands"}; give it a value.";
    }

    /// <summary>The settings of a point, inactive parameters dropped.</summary>
    /// <param name="number">From 0.</param>
    public TrialSettings this[int number]
    {
        get
        {
            var values = (ParameterValue?[])template.Clone();
            var steps = Steps(number);
            for (var i = 0; i < steps.Length; i++)
            {
                foreach (var (parameter, column) in axes[i].Columns)
                    values[parameter] = column[steps[i]];
            }

            return contents is null ? TrialSettings.Taking(catalogue, values) : contents.Filled(TrialSettings.Taking(catalogue, values));
        }
    }

    /// <summary>How far a point lies along each axis: the mixed-radix digits of its number, the first axis varying slowest.</summary>
    private int[] Steps(int number)
    {
        var steps = new int[axes.Length];
        for (var i = steps.Length - 1; i >= 0; i--) (number, steps[i]) = Math.DivRem(number, axes[i].Count);
        return steps;
    }

    // Where a parameter is null because it does nothing, its default stands in until it is dropped: other parameters may ask for it.
    private static ParameterValue? Value(Parameter parameter, ParameterValue? given) => given is null or { IsAbsent: true } ? parameter.Default : given;

    private static ParameterValue?[] Values(AxisColumn column) => [.. column.Values.Select(v => Value(column.Parameter, v))];
}
