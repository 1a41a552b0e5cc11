using System.Diagnostics;
using static System.FormattableString;

namespace VicRegSweeps.Bench;

/// <summary>What it costs that trials leave their weights: runs that keep none, the best and all, compared within each round.</summary>
internal static class WeightsBenchmark
{
    private const int Rounds = 15;

    private static readonly string[] Ways = ["none", "best", "all"];

    public static void Run()
    {
        var cache = Directory.CreateTempSubdirectory("weights-benchmark-");
        try
        {
            Once("none", cache.FullName); // It builds the bank, and warms up.
            var rounds = Enumerable.Range(0, Rounds).Select(round => Round(round, cache.FullName)).ToList();
            var (wall, processor) = (Middle(rounds.Select(r => r["none"].Wall)), Middle(rounds.Select(r => r["none"].Processor)));
            Console.WriteLine(Invariant(
                $"weights: 24 trials of 10 epochs of 2,000 images in one stack, {Rounds} rounds; keeping none takes {wall:0.00} s, {processor:0.00} s of processors"));
            foreach (var way in Ways.Skip(1))
            {
                Console.WriteLine($"  keeping {way}: {Shares(rounds.Select(r => r[way].Wall / r["none"].Wall))} wall, "
                    + $"{Shares(rounds.Select(r => r[way].Processor / r["none"].Processor))} processors");
            }
        }
        finally
        {
            cache.Delete(recursive: true);
        }
    }

    private static (double Wall, double Processor) Once(string way, string cache)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var (wall, _) = Sweep.Run($$"""
            version: 1
            name: weights
            seeds: 3
            fixed: {data.train_images: 2000, augment.views: 2, train.epochs: 10, eval.every_epochs: 5, keep.weights: {{way}}}
            grid: {loss.variance_weight: [1, 25], loss.covariance_weight: [0.1, 1, 10, 100]}
            """, cache);
        process.Refresh();
        return (wall, (process.TotalProcessorTime - before).TotalSeconds);
    }

    /// <summary>Each way once, and each first in its turn, since whoever comes later finds the machine warmer.</summary>
    private static Dictionary<string, (double Wall, double Processor)> Round(int round, string cache) =>
        Enumerable.Range(0, Ways.Length).Select(i => Ways[(i + round) % Ways.Length]).ToDictionary(way => way, way => Once(way, cache));

    /// <summary>The median of a round's ratios, and between which half of them lie.</summary>
    private static string Shares(IEnumerable<double> ratios)
    {
        var sorted = ratios.Order().ToList();
        return Invariant($"{Middle(sorted) - 1:+0.0 %;-0.0 %} ({sorted[sorted.Count / 4] - 1:+0.0 %;-0.0 %} to {sorted[sorted.Count * 3 / 4] - 1:+0.0 %;-0.0 %})");
    }

    private static double Middle(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);
}
