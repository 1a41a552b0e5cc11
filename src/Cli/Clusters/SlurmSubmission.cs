using System.Globalization;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Clusters;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.Stores.Shards;
using static VicRegSweeps.Cli.Texts;

namespace VicRegSweeps.Cli.Clusters;

/// <summary><c>submit --slurm</c>.</summary>
internal static class SlurmSubmission
{
    /// <summary>Where the recipe of the image has the command.</summary>
    private const string InImage = "/opt/vicreg-sweep/vicreg-sweep";

    /// <returns>An exit code.</returns>
    public static int Run(Submission submission, ClusterFile site)
    {
        var store = Place(submission);
        var isServer = StoreAddress.IsServer(store);
        if (!submission.IsDry) RefuseTwice(store, isServer);

        (IReadOnlyList<int> Open, int Count)? shards = isServer ? null : Shards(submission, site, store);
        if (shards is { Open.Count: 0 })
        {
            Notice.Say($"All {shards.Value.Count} shards of {store} have finished. To have them in one store: {CommandName.Line("merge", "all.db", store)}");
            return ExitCodes.Done;
        }

        if (isServer && !submission.IsDry) submission.Register(store);
        var logs = Path.GetFullPath(Path.Combine("results", submission.Sweep, "slurm"));
        foreach (var (number, job) in Jobs(submission, site, store, logs, shards).Index())
        {
            var script = SlurmScript.Of(job);
            if (submission.IsDry) Console.Out.Write(script);
            else Submit(job, script, number + 1);
        }

        if (submission.IsDry) return ExitCodes.Done;

        Notice.Say($"Status:   {CommandName.Line("status", store)}");
        Notice.Say($"Take back: {CommandName.Line("cancel", store)}");
        return ExitCodes.Done;
    }

    private static void Submit(SlurmJob job, string script, int number)
    {
        Directory.CreateDirectory(job.Logs);
        var file = Path.Combine(job.Logs, string.Create(CultureInfo.InvariantCulture, $"{job.Name}-{number}.sh"));
        File.WriteAllText(file, script);
        var id = SlurmPrograms.Submit(file);
        var what = job.Shards is { } shards ? Counted(shards.Count, "shard") : Counted(job.Block.Workers, "worker");
        Notice.Say($"Job {id}:  {what}{(job.Block.Partition is { } partition ? $" in {partition}" : "")}; the script is {file}");
        Notice.Say($"Logs:     {Path.Combine(job.Logs, $"{id}_*.log")}");
    }

    /// <summary>One block after the other gets its part of the shards; the last what is left.</summary>
    private static IEnumerable<SlurmJob> Jobs(
        Submission submission, ClusterFile site, string store, string logs, (IReadOnlyList<int> Open, int Count)? shards)
    {
        var name = ClusterName.Of(submission.Sweep, store);
        string[] arguments = ["--store", store, "--quiet", .. submission.Options.ToArguments()];
        var begun = 0;
        foreach (var (index, block) in site.Slurm.Index())
        {
            var command = block.Command is { } own ? [own] : block.Container is null ? Submission.ThisProgram : [InImage];
            if (shards is not var (open, count))
            {
                yield return new SlurmJob(block, name, command, arguments, logs, null, 0);
                continue;
            }

            var part = open.Skip(begun).Take(index == site.Slurm.Count - 1 ? open.Count : block.Workers).ToList();
            begun += part.Count;
            if (part.Count > 0) yield return new SlurmJob(block, name, command, arguments, logs, part, count);
        }
    }

    private static string Place(Submission submission)
    {
        var store = submission.Store ?? Locations.Shards(submission.Sweep);
        if (StoreAddress.IsServer(store)) return store;
        if (File.Exists(store))
            throw new SweepException($"{store} is a file, which nodes cannot share: name postgres://USER@HOST/DATABASE, or a folder that all nodes "
                + "see, for shards.");

        return Path.GetFullPath(store);
    }

    /// <summary>Two workers of one shard would take it from each other; a shared store may get as many workers as there are.</summary>
    private static void RefuseTwice(string store, bool isServer)
    {
        if (SlurmPrograms.Queue(store) is { Count: > 0 } jobs && !isServer)
        {
            throw new SweepException(
                $"{store}: job {jobs[0].Id} is in Slurm's queue already, and each shard has one worker. To submit it anew: "
                    + $"{CommandName.Line("cancel", store)}");
        }
    }

    /// <summary>The shards that have not finished, and how many there are in all.</summary>
    private static (IReadOnlyList<int> Open, int Count) Shards(Submission submission, ClusterFile site, string store)
    {
        ShardTraining.RefuseSearch(submission.Plan.File);
        var count = site.Slurm.Sum(b => b.Workers);
        if (ShardFolder.IsOne(store)) count = ShardFolder.Open(store).Count;    // They were dealt when the folder was made.
        if (count > ShardPlace.MostShards)
            throw new SweepException($"The cluster file has {count} workers, but there are at most {ShardPlace.MostShards} shards.");
        if (submission.IsDry) return ([.. Enumerable.Range(1, count)], count);

        var folder = ShardTraining.Folder(store, count, submission.Plan, submission.Options);
        return ([.. folder.Standings(TimeProvider.System.GetUtcNow()).Where(s => !s.IsFinished).Select(s => s.Place.Number)], count);
    }
}
