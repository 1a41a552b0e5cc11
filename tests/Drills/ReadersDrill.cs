using System.Diagnostics;

namespace VicRegSweeps.Drills;

/// <summary>status and export, and report where there is one, in a loop beside four workers that write.</summary>
internal static class ReadersDrill
{
    private const int Workers = 4;

    public static string Run(double minutes, string store = "busy.db")
    {
        using var site = new Site();
        // About twice as many trials as four workers do in that time.
        site.Register(store, (int)Math.Max(400, minutes * 4000), epochs: 12);
        var workers = Enumerable.Range(0, Workers).Select(_ => site.Worker(store, "pace=2", "checkpoint=0.5")).ToList();
        string[][] reads =
        [
            ["status", site[store], "--json"],
            ["export", site[store], "--csv", site["csv"]],
            ["report", site[store], "--out", site["report"]],
        ];
        if (site.Run("report", "--help").Code != 0) reads = reads[..2];

        var counts = new int[reads.Length];
        for (var watch = Stopwatch.StartNew(); watch.Elapsed.TotalMinutes < minutes;)
        {
            foreach (var (i, read) in reads.Index())
            {
                var (code, error) = site.Run(read);
                if (code != 0) throw new BrokenPromiseException($"{read[0]} ended with {code}: {error}");
                counts[i]++;
            }
        }

        var atWork = workers.Count(w => !w.HasExited);
        foreach (var worker in workers) Site.Signal(worker, "TERM");
        foreach (var worker in workers)
        {
            var error = worker.StandardError.ReadToEnd();
            worker.WaitForExit();
            if (worker.ExitCode is not (0 or 130) || error.Length > 0) throw new BrokenPromiseException($"a worker ended with {worker.ExitCode}: {error}");
        }

        return $"{minutes} minutes, {atWork} of {Workers} workers at work to the end, {string.Join(", ", reads.Zip(counts, (r, c) => $"{c} × {r[0]}"))}: no error on either side";
    }
}
