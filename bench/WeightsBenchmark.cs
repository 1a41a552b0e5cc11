using System.Diagnostics;
using static System.FormattableString;

namespace VicRegSweeps.Bench;

/// <summary>What it costs that trials leave their weights: runs that keep none, the best and all, one after the other in turn.</summary>
internal static class WeightsBenchmark
{
    private const int Rounds = 7;

    private static readonly string[] Ways = ["none", "best", "all"];

    public static void Run()
    {
        var cache = Directory.CreateTempSubdirectory("weights-benchmark-");
        try
        {
            Once("none", cache.FullName); // It builds the bank, and warms up.
            var figures = Enumerable.Range(0, Rounds).SelectMany(_ => Ways.Select(way => (Way: way, Figures: Once(way, cache.FullName))))
                .ToLookup(f => f.Way, f => f.Figures);
            var none = Medians(figures["none"]);
            Console.WriteLine(Invariant(
                $"weights: 24 trials of 10 epochs of 2,000 images in one stack, medians of {Rounds} runs in turn; keeping none takes {none.Wall:0.00} s, {none.Processor:0.00} s of processors"));
            foreach (var way in Ways.Skip(1))
            {
                var (wall, processor) = Medians(figures[way]);
                Console.WriteLine(Invariant(
                    $"  keeping {way}: {(wall / none.Wall) - 1:+0.0 %;-0.0 %} wall, {(processor / none.Processor) - 1:+0.0 %;-0.0 %} processors"));
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

    private static (double Wall, double Processor) Medians(IEnumerable<(double Wall, double Processor)> figures)
    {
        var all = figures.ToList();
        return (all.Select(f => f.Wall).Order().ElementAt(all.Count / 2), all.Select(f => f.Processor).Order().ElementAt(all.Count / 2));
    }
}
