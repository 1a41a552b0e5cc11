using System.Diagnostics;
using System.Globalization;

namespace VicRegSweeps.Drills;

/// <summary>
/// Workers of shards that are killed at random instants and taken up elsewhere: together the shards are the sweep, and nothing half-done is read.
/// </summary>
internal static class ShardsDrill
{
    private const int Shards = 5;

    /// <summary>Of a worker, in milliseconds; some die before they have published anything of their own.</summary>
    private const int LongestLife = 4000;

    /// <param name="rounds">How many workers are killed, or fewer if the sweep ends before.</param>
    public static string Kill(int rounds)
    {
        using var site = new Site();
        var trials = Math.Max(60, rounds * 8);
        site.Register("through.db", trials, epochs: 12);
        site.Divide("shared", Shards, trials, epochs: 12);
        site.Finish("through.db");

        var random = new Random(rounds);
        var workers = Enumerable.Range(1, Shards).ToDictionary(shard => shard, Begin);
        var (kills, twins, reads) = (0, 0, 0);
        while (kills < rounds)
        {
            Thread.Sleep(random.Next(10, LongestLife / Shards));
            var left = workers.Where(w => !Ended(w.Value)).Select(w => w.Key).ToList();
            if (left.Count == 0) break;

            var shard = left[random.Next(left.Count)];
            if (random.Next(5) == 0)
            {
                // Somebody starts a shard twice: the earlier worker has to notice and end by itself.
                var earlier = workers[shard];
                workers[shard] = Begin(shard);
                WaitForEnd(earlier, taken: true);
                twins++;
            }
            else
            {
                workers[shard].Kill();
                workers[shard].WaitForExit();
                workers[shard].Dispose();
                workers[shard] = Begin(shard);
                kills++;
            }

            if (kills % 10 != 0) continue;

            var (code, error) = site.Run("status", site["shared"], "--json");
            if (code != 0) throw new BrokenPromiseException($"status ended with {code}: {error}");
            site.Export("shared");
            reads++;
        }

        foreach (var worker in workers.Values) WaitForEnd(worker, taken: false);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{kills} kills and {twins} second workers of {Shards} shards, read {reads} times meanwhile: {site.Compare("through.db", "shared")}");

        Process Begin(int shard) =>
            site.Worker("shared", "pace=3", "checkpoint=0.1", $"shard={shard.ToString(CultureInfo.InvariantCulture)}", "publish=0.2");
    }

    private static bool Ended(Process worker)
    {
        if (!worker.HasExited) return false;
        if (worker.ExitCode != 0) throw new BrokenPromiseException($"a worker ended with {worker.ExitCode}: {worker.StandardError.ReadToEnd()}");
        return true;
    }

    /// <param name="taken">Whether another worker has its shard: it says so, unless it was done before.</param>
    private static void WaitForEnd(Process worker, bool taken)
    {
        var error = worker.StandardError.ReadToEndAsync();
        if (!worker.WaitForExit(TimeSpan.FromMinutes(2))) throw new BrokenPromiseException($"worker {worker.Id} does not end: {error.Result}");
        if (worker.ExitCode != 0 && !(taken && error.Result.Contains("was taken over by another worker", StringComparison.Ordinal)))
            throw new BrokenPromiseException($"a worker ended with {worker.ExitCode}: {error.Result}");

        worker.Dispose();
    }
}
