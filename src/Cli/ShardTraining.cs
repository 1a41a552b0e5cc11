using VicRegSweeps.Cli.Screens;
using VicRegSweeps.Cli.Supervised;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Clusters;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.Stores.Shards;
using VicRegSweeps.SweepEngine.SweepFiles;
using VicRegSweeps.Trials;
using VicRegSweeps.Trials.Native;

namespace VicRegSweeps.Cli;

/// <summary>What <c>run --shard</c> and <c>worker --shard</c> do: train one shard of a folder that machines share.</summary>
internal static class ShardTraining
{
    /// <summary>The folder of a plan's shards, made where it is missing.</summary>
    /// <exception cref="SweepException">It has another plan, or another number of shards.</exception>
    public static ShardFolder Folder(string path, int count, SweepPlan plan, TrainingOptions options)
    {
        RefuseSearch(plan.File);
        using var screen = Screen.Create(options.Quiet);
        using var runner = new VicRegRunner("cpu", options.Cache);
        var folder = ShardFolder.Make(path, count, runner.Catalogue, TimeProvider.System, store => Training.Register(store, runner, plan, options, screen));
        folder.Check(new ShardPlace(1, count));
        using var planned = folder.OpenPlan();
        var change = planned.ChangeBy(plan);
        return change is { Added: 0, Orphaned: 0 } ? folder : throw new SweepException(
            $"{path} has the shards of another plan: the file adds {change.Added} trials and does not name {change.Orphaned} of those there. "
                + "Trials are dealt to shards once: give the changed file a new folder, and unite both with merge.");
    }

    /// <exception cref="SweepException">The sweep chooses points by results, which no shard has all of.</exception>
    public static void RefuseSearch(SweepFile file)
    {
        if (file.Search is not { Learns: true }) return;

        throw new SweepException(
            $"{file.Path}: a search by results cannot be dealt to shards, since its next points are chosen by the results of all trials. "
            + "Run it on one store, which several machines share as postgres://USER@HOST/DATABASE.");
    }

    /// <param name="scratch">See <see cref="ShardWork.Begin"/>.</param>
    /// <returns>An exit code.</returns>
    public static int Run(TrainingOptions options, ShardFolder folder, ShardPlace place, string? scratch)
    {
        if (options.Workers is not null) Devices.Check(options.Device);
        var device = options.Workers is null ? Runtime.Device(options.Device) : "cpu";
        using var runner = new VicRegRunner(device, options.Cache);
        using var screen = Screen.Create(options.Quiet);
        using var work = ShardWork.Begin(folder, place, runner.Catalogue, TimeProvider.System, options.CheckpointEvery, ClusterJob.Current, scratch);
        var before = work.Store.Status();
        screen.Message($"Shard {place} of {folder.Path}: {before.Finished} of {before.Total} trials finished.");
        RunSummary summary;
        using (work.PublishEvery(options.CheckpointEvery, screen)) summary = Train(options, work, runner, device, screen);

        work.Publish(isLast: true);
        var after = work.Store.Status();
        screen.Message($"Shard {place} of {folder.Path}: {after.Finished} of {after.Total} trials finished, and published.");
        if (summary.Interrupted) screen.Say($"To go on: {CommandName.Line("worker", "--store", folder.Path, "--shard", place.ToString())}");
        else screen.Say($"All shards:  {CommandName.Line("status", folder.Path)}");
        return ExitCodes.Of(summary);
    }

    private static RunSummary Train(TrainingOptions options, ShardWork work, VicRegRunner runner, string device, Screen screen)
    {
        if (options.Workers is { } workers) return SupervisedTraining.Run(work.Store, options, workers, screen, work.Taken);

        using var interruption = new Interruption(() => screen.Message("Stopping after this step; press Ctrl-C again to stop at once."));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(interruption.Token, work.Taken);
        var run = new SweepRun(work.Store, runner, screen, options.ForRun(WorkerIdentity.Current, TrainingEnvironment.Json(device)));
        var before = work.Store.Status();
        return screen.During(before.Finished, before.Total, () => run.Execute(stop.Token));
    }
}
