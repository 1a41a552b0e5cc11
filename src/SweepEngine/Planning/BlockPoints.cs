using System.Numerics;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.SweepFiles;

namespace VicRegSweeps.SweepEngine.Planning;

/// <summary>The points of one block, each computed from its number alone.</summary>
internal sealed class BlockPoints
{
    private readonly ParameterCatalogue catalogue;
    private readonly ParameterValue?[] template;
    private readonly (int Count, (int Parameter, IReadOnlyList<ParameterValue> Values)[] Columns)[] axes;

    public BlockPoints(ParameterCatalogue catalogue, SweepBlock block)
    {
        this.catalogue = catalogue;
        Block = block;
        template = [.. catalogue.Parameters.Select(p => block.Fixed.GetValueOrDefault(p.Name) ?? p.Default)];
        axes = [.. block.Axes.Select(a => (a.Count, a.Columns.Select(c => (catalogue.IndexOf(c.Parameter.Name), c.Values)).ToArray()))];
    }

    public SweepBlock Block { get; }

    /// <summary>The product of all axes, equal points counted as often as they occur.</summary>
    public BigInteger Count => axes.Aggregate(BigInteger.One, (product, axis) => product * axis.Count);

    /// <summary>The settings of a point, inactive parameters dropped.</summary>
    /// <param name="number">From 0; its mixed-radix digits are the steps along the axes, the first axis varying slowest.</param>
    public TrialSettings this[int number]
    {
        get
        {
            var values = (ParameterValue?[])template.Clone();
            for (var i = axes.Length - 1; i >= 0; i--)
            {
                (number, var step) = Math.DivRem(number, axes[i].Count);
                foreach (var (parameter, column) in axes[i].Columns)
                    values[parameter] = column[step];
            }

            return TrialSettings.Taking(catalogue, values);
        }
    }
}
