using System.Diagnostics;
using System.Globalization;

namespace VicRegSweeps.Drills;

/// <summary>Two first runs of one sweep at the same instant, as real commands: neither store, nor folders, nor feature bank are there yet.</summary>
internal static class PairsDrill
{
    private const string Sweep = """
        version: 1
        name: pairs
        seeds: 2
        fixed:
          data.train_images: 96
          data.test_images: 40
          augment.views: 2
          train.batch_size: 32
          train.epochs: 40
          log.every_batches: 5
          eval.every_epochs: 20
        grid:
          loss.variance_weight: [0, 5, 25]
        run: {stack: 1}

        """;

    public static string Run(int pairs)
    {
        using var site = new Site();
        File.WriteAllText(site["pairs.yaml"], Sweep);
        var (code, error) = site.Run("run", "pairs.yaml", "--store", site["through.db"]);
        if (code != 0) throw new BrokenPromiseException($"the sweep ended with {code}: {error}");

        var watch = Stopwatch.StartNew();
        var (compared, shared) = ("", 0);
        for (var pair = 0; pair < pairs; pair++)
        {
            var folder = string.Create(CultureInfo.InvariantCulture, $"pair-{pair}");
            var store = Path.Combine(folder, "new", "sweep.db");
            string[] run = ["run", "pairs.yaml", "--store", site[store], "--cache", site[Path.Combine(folder, "cache")]];
            Process[] both = [site.Command(run), site.Command(run)];
            var said = both.Select(p => p.StandardError.ReadToEndAsync()).ToList();
            foreach (var (process, text) in both.Zip(said))
            {
                process.WaitForExit();
                if (process.ExitCode != 0) throw new BrokenPromiseException($"of pair {pair} a run ended with {process.ExitCode}: {text.Result}");
                process.Dispose();
            }

            if (said.All(text => text.Result.Contains("training:", StringComparison.Ordinal))) shared++;
            compared = site.Compare("through.db", store);
            Directory.Delete(site[folder], recursive: true);
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"{pairs} pairs in {watch.Elapsed.TotalSeconds:0} s, every run ended with 0, in {shared} of them both trained: {compared}");
    }
}
