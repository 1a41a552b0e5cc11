using System.Globalization;
using System.IO.Compression;

namespace VicRegSweeps.Bench;

/// <summary>A map that was measured once on a grid, and stands for the function that searches look for the best of.</summary>
/// <remarks>
/// Between grid points it is interpolated multilinearly, along axes that are positions on the grid. Its true value is the mean of the seeds,
/// smoothed by ¼, ½, ¼ along every axis, so that its best point is no accident of one seed; what is seen of it has normal noise with the
/// variance between the seeds.
/// </remarks>
internal sealed class RecordedMap
{
    private readonly int[] counts;
    private readonly double[] values;
    private readonly double[] alive;

    private RecordedMap(int[] counts, double[] values, double[] alive, double noise) => (this.counts, this.values, this.alive, Noise) = (counts, values, alive, noise);

    public int Axes => counts.Length;

    /// <summary>The standard deviation of what is seen of one seed.</summary>
    public double Noise { get; }

    public double Best => values.Max();

    public double Median => values.Order().ElementAt(values.Length / 2);

    /// <param name="path">CSV, compressed: a column for each axis, in the order in which the last varies fastest, then <c>alive</c> and one column a seed.</param>
    public static RecordedMap Read(string path)
    {
        using var text = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        var axes = text.ReadLine()!.Split(',').TakeWhile(name => name != "alive").Count();
        var rows = new List<double[]>();
        while (text.ReadLine() is { } line) rows.Add([.. line.Split(',').Select(n => double.Parse(n, CultureInfo.InvariantCulture))]);
        int[] counts = [.. Enumerable.Range(0, axes).Select(axis => rows.Select(r => r[axis]).Distinct().Count())];
        var seeds = rows[0].Length - axes - 1;
        var within = rows.Sum(r => r.Skip(axes + 1).Sum(v => Math.Pow(v - r.Skip(axes + 1).Average(), 2))) / (rows.Count * (seeds - 1));
        var values = rows.Select(r => r.Skip(axes + 1).Average()).ToArray();
        for (var axis = 0; axis < axes; axis++) values = Smoothed(values, counts, axis);
        return new RecordedMap(counts, values, [.. rows.Select(r => r[axes])], Math.Sqrt(within));
    }

    /// <summary>The true value.</summary>
    /// <param name="at">A coordinate from 0 to 1 for each axis.</param>
    public double At(IReadOnlyList<double> at) => Interpolated(values, at);

    /// <summary>The share of the seeds that are alive.</summary>
    public double AliveAt(IReadOnlyList<double> at) => Interpolated(alive, at);

    private static double[] Smoothed(double[] values, int[] counts, int axis)
    {
        var stride = counts.Skip(axis + 1).Aggregate(1, (product, n) => product * n);
        return [.. values.Select((value, i) =>
        {
            var level = i / stride % counts[axis];
            var (below, above) = (level > 0 ? values[i - stride] : value, level < counts[axis] - 1 ? values[i + stride] : value);
            return (below + (2 * value) + above) / 4;
        })];
    }

    private double Interpolated(double[] of, IReadOnlyList<double> at)
    {
        var sum = 0.0;
        for (var corner = 0; corner < 1 << counts.Length; corner++)
        {
            var (place, weight) = (0, 1.0);
            for (var axis = 0; axis < counts.Length; axis++)
            {
                var along = at[axis] * (counts[axis] - 1);
                var low = Math.Min((int)along, counts[axis] - 2);
                var isHigh = ((corner >> axis) & 1) == 1;
                weight *= isHigh ? along - low : 1 - (along - low);
                place = (place * counts[axis]) + low + (isHigh ? 1 : 0);
            }

            sum += weight * of[place];
        }

        return sum;
    }
}
