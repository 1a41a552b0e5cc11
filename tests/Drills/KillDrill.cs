using System.Diagnostics;
using System.Globalization;

namespace VicRegSweeps.Drills;

/// <summary>kill −9 at random instants: the exports must be those of a sweep that ran through.</summary>
internal static class KillDrill
{
    private const int Workers = 4;

    private const string Sweep = """
        version: 1
        name: drill
        seeds: 3
        fixed:
          data.train_images: 96
          data.test_images: 40
          augment.views: 2
          train.batch_size: 32
          train.epochs: 1200
          log.every_batches: 5
          eval.every_epochs: 200
        grid:
          loss.variance_weight: [0, 5, 25]
        stop:
          halving: {metric: embedding/rankme, keep: 0.7, every_epochs: 400}
        run: {stack: 3}
        """;

    /// <summary>Workers whose trials are formulas; a round is the end of one of four.</summary>
    /// <param name="store">The store that is disturbed; the one that is not is a file in any case.</param>
    public static string Formula(int rounds, string store = "killed.db")
    {
        using var site = new Site();
        var trials = Math.Max(40, rounds * 4);
        site.Register("through.db", trials, epochs: 12);
        site.Register(store, trials, epochs: 12);
        site.Finish("through.db");

        var random = new Random(rounds);
        var workers = Enumerable.Range(0, Workers).Select(_ => site.Worker(store, "pace=3", "checkpoint=0.1")).ToArray();
        var kills = 0;
        for (; kills < rounds; kills++)
        {
            Thread.Sleep(random.Next(20, 400));
            var one = random.Next(Workers);
            if (workers[one].HasExited && workers[one].ExitCode == 0) break;

            workers[one].Kill();
            workers[one].WaitForExit();
            workers[one].Dispose();
            workers[one] = site.Worker(store, "pace=3", "checkpoint=0.1");
        }

        foreach (var worker in workers)
        {
            worker.WaitForExit();
            if (worker.ExitCode != 0) throw new BrokenPromiseException($"a worker ended with {worker.ExitCode}: {worker.StandardError.ReadToEnd()}");
            worker.Dispose();
        }

        return $"{kills} kills of {Workers} workers: {site.Compare("through.db", store)}";
    }

    /// <summary>Real training on generated shapes; a round ends the supervisor or one of its workers.</summary>
    public static string Training(int rounds)
    {
        using var site = new Site();
        File.WriteAllText(site["drill.yaml"], Sweep);
        var (code, error) = site.Run("run", "drill.yaml", "--store", site["through.db"]);
        if (code != 0) throw new BrokenPromiseException($"the sweep ended with {code}: {error}");

        var random = new Random(rounds);
        var kills = new Dictionary<string, int> { ["worker"] = 0, ["supervisor"] = 0 };
        var running = Start();
        while (kills.Values.Sum() < rounds && !running.HasExited)
        {
            Thread.Sleep(random.Next(1000, 6000));
            var children = Children(running.Id);
            if (random.Next(3) == 0 || children.Count == 0)
            {
                kills["supervisor"]++;
                running.Kill();
                running.WaitForExit();
                running.Dispose();
                foreach (var child in children) WaitForEnd(child);
                running = Start();
            }
            else
            {
                kills["worker"]++;
                Process.Start("/bin/sh", ["-c", $"kill -9 {children[random.Next(children.Count)]} 2>/dev/null"]).WaitForExit();
            }
        }

        running.WaitForExit();
        if (running.ExitCode != 0) throw new BrokenPromiseException($"the sweep ended with {running.ExitCode}");
        return $"{kills["worker"]} kills of workers, {kills["supervisor"]} of the supervisor: {site.Compare("through.db", "killed.db")}";

        Process Start()
        {
            var process = site.Command("run", "drill.yaml", "--store", site["killed.db"], "--workers", "2", "--checkpoint-every", "1");
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            return process;
        }
    }

    private static List<int> Children(int parent) =>
    [
        .. Directory.GetDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _))
            .Select(name => (Process: int.Parse(name!, CultureInfo.InvariantCulture), Parent: ParentOf(name!)))
            .Where(p => p.Parent == parent).Select(p => p.Process),
    ];

    private static int ParentOf(string process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return -1;
        }
    }

    /// <summary>A worker whose supervisor is no more must end by itself.</summary>
    private static void WaitForEnd(int process)
    {
        for (var watch = Stopwatch.StartNew(); ParentOf(process.ToString(CultureInfo.InvariantCulture)) >= 0; Thread.Sleep(50))
        {
            if (watch.Elapsed > TimeSpan.FromSeconds(30)) throw new BrokenPromiseException($"worker {process} outlives its supervisor by 30 seconds");
        }
    }
}
