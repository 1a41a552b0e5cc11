using System.Globalization;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Searching;

namespace VicRegSweeps.Bench;

/// <summary>
/// How far from the best of a recorded map searches end after one, two and three generations of 128 points of one seed, over 50 repetitions:
/// chance, Sobol's points, Optuna's TPE (where a Python has it) and the search by a model.
/// </summary>
internal static class SearchBenchmark
{
    private const int Repetitions = 50, Generations = 3, Batch = 128;
    private const double Quantile = 2.0096;    // Student's t, 97.5 %, 49 degrees of freedom.

    public static void Run()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "shapes-map.csv.gz");
        var map = RecordedMap.Read(path);
        Figures.Add("search/map/best", map.Best);
        Figures.Add("search/map/median", map.Median);
        Figures.Add("search/map/noise of a seed", map.Noise);
        var sobol = All(rep => Drawn(map, rep, new SobolSequence(map.Axes, rep) is var sequence ? number => sequence[(uint)number] : null!));
        Show("sobol", sobol, sobol);
        Show("bayes", All(rep => ByModel(map, rep)), sobol);
        Show("random", All(rep => Drawn(map, rep, number => Chance(rep, number, map.Axes))), sobol);
        foreach (var kind in new[] { "generations", "one-by-one" })
        {
            if (Python.Output("optuna_search.py", path, kind, $"{Repetitions}", $"{Generations}", $"{Batch}") is { } output) Show($"tpe {kind}", Parsed(output), sobol);
            else Console.WriteLine($"search/tpe {kind}: no Python has optuna");
        }
    }

    private static void Show(string name, IReadOnlyList<double[]> regrets, IReadOnlyList<double[]> sobol)
    {
        for (var generation = 0; generation < Generations; generation++)
        {
            var (mean, half) = Interval([.. regrets.Select(r => r[generation])]);
            Figures.Add($"search/{name}/regret after {(generation + 1) * Batch}", mean);
            Figures.Add($"search/{name}/half of its 95 % interval", half);
        }

        // The same repetition begins with the same points where both begin with Sobol's.
        var (gain, margin) = Interval([.. regrets.Zip(sobol, (mine, other) => other[^1] - mine[^1])]);
        Figures.Add($"search/{name}/below sobol after {Generations * Batch}", gain);
        Figures.Add($"search/{name}/half of its 95 % interval", margin);
    }

    private static List<double[]> All(Func<int, double[]> repetition) => [.. Enumerable.Range(0, Repetitions).AsParallel().AsOrdered().Select(repetition)];

    /// <summary>The regret after every generation of points that nothing is learnt from.</summary>
    private static double[] Drawn(RecordedMap map, int repetition, Func<int, double[]> point) =>
        Regrets(map, repetition, [.. Enumerable.Range(0, Generations * Batch).Select(point)]);

    private static double[] ByModel(RecordedMap map, int repetition)
    {
        var axes = Enumerable.Repeat(new SearchAxis(null, IsOrdered: true), map.Axes).ToList();
        var sequence = new SobolSequence(map.Axes, repetition);
        var points = Enumerable.Range(0, Batch).Select(number => sequence[(uint)number]).ToList();
        for (var generation = 2; generation <= Generations; generation++)
        {
            var tried = points.Select((at, number) => new Tried(at, Seen(map, repetition, number, at), 1, map.AliveAt(at) >= 0.5 ? 1 : 0)).ToList();
            points.AddRange(new Thompson(axes, repetition, variance: null).Propose(
                tried, generation, Batch, share => (share, string.Join(' ', share.Select(x => x.ToString("R", CultureInfo.InvariantCulture))))));
        }

        return Regrets(map, repetition, points);
    }

    /// <summary>How much better the best of the map is than the point that looked best so far.</summary>
    private static double[] Regrets(RecordedMap map, int repetition, List<double[]> points)
    {
        var seen = points.Select((at, number) => Seen(map, repetition, number, at)).ToList();
        return [.. Enumerable.Range(1, Generations).Select(generation =>
        {
            var best = Enumerable.Range(0, generation * Batch).MaxBy(i => seen[i]);
            return map.Best - map.At(points[best]);
        })];
    }

    private static double Seen(RecordedMap map, int repetition, int number, double[] at)
    {
        var (u, v) = (Uniform(repetition, number, 1000), Uniform(repetition, number, 1001));
        return map.At(at) + (map.Noise * Math.Sqrt(-2 * Math.Log(u)) * Math.Cos(2 * Math.PI * v));
    }

    private static double[] Chance(int repetition, int number, int axes) => [.. Enumerable.Range(0, axes).Select(axis => Uniform(repetition, number, axis))];

    private static double Uniform(int repetition, int number, int what) =>
        ((SplitMix64.After(SplitMix64.After(((ulong)repetition << 32) + (ulong)number) + (ulong)what) >> 11) + 0.5) / (1L << 53);

    private static (double Mean, double Half) Interval(IReadOnlyList<double> values)
    {
        var mean = values.Average();
        return (mean, Quantile * Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1) / values.Count));
    }

    private static List<double[]> Parsed(string output) =>
        [.. output.Trim().Split('\n').Select(line => line.Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray())];
}
