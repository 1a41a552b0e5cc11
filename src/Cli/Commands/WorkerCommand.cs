using System.CommandLine;
using VicRegSweeps.Cli.Screens;
using VicRegSweeps.Cli.Supervised;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.Stores.Shards;
using VicRegSweeps.Trials;
using VicRegSweeps.Trials.Native;

namespace VicRegSweeps.Cli.Commands;

/// <summary><c>worker --store S</c>: leases stacks and trains them until nothing is left. What <c>--workers</c> and cluster jobs start.</summary>
internal static class WorkerCommand
{
    /// <summary>How a supervisor starts it: with its place, from 0, and a pipe on standard input.</summary>
    public const string SupervisedName = "--supervised";

    public static Command Create()
    {
        var store = Shared.StoreOption("The sweep's database.", required: true);
        var (shard, scratch) = (Shared.Shard(), Shared.Scratch());
        var supervised = new Option<int?>(SupervisedName) { Hidden = true };
        var arguments = new TrainingArguments();
        var command = new Command("worker", "Train what a store still has to train, beside other workers.") { store, shard, scratch, supervised }
            .WithExamples("worker --store results/quickstart/sweep.db", "worker --store postgres://ann@db.lab/sweeps --workers 2",
                "worker --store /shared/quickstart --shard 3/8");
        arguments.AddTo(command, serves: false);
        command.SetAction(parsed =>
        {
            var (options, path) = (arguments.Read(parsed), parsed.GetRequiredValue(store)!);
            if (parsed.GetValue(shard) is not { } place) return Run(options, path, parsed.GetValue(supervised));
            if (!ShardFolder.IsOne(path))
                throw new SweepException($"{path} is no folder of shards. To make one: {CommandName.Line("run", "SWEEP.yaml")} --store {path} --shard {place}");

            return ShardTraining.Run(options, ShardFolder.Open(path), place, parsed.GetValue(scratch));
        });
        return command;
    }

    private static int Run(TrainingOptions options, string path, int? place)
    {
        if (options.Workers is { } workers) return Supervise(options, path, workers);

        using var leash = place is null ? null : new Leash();
        using var screen = place is null ? Screen.Create(options.Quiet) : Screen.ForSupervisor(options.Quiet);
        using var interruption = place is null
            ? new Interruption(() => screen.Message("Stopping after this step; press Ctrl-C again to stop at once."))
            : null;

        var device = Runtime.Device(options.Device, place ?? 0);
        using var runner = new VicRegRunner(device, options.Cache);
        var stop = leash?.Token ?? interruption!.Token;
        using var store = SweepRun.Join(path, () => StoreRooms.Open(path, runner.Catalogue, TimeProvider.System), screen, stop);
        var identity = place is null ? WorkerIdentity.Current : WorkerIdentity.Supervised(Environment.ProcessId, WorkerIdentity.Parent);
        var run = new SweepRun(store, runner, screen, options.ForRun(identity, TrainingEnvironment.Json(device)));
        var before = store.Status();
        return ExitCodes.Of(screen.During(before.Finished, before.Total, () => run.Execute(stop)));
    }

    private static int Supervise(TrainingOptions options, string path, int workers)
    {
        Devices.Check(options.Device);
        using var screen = Screen.Create(options.Quiet);
        using var joining = new Interruption(() => { });
        using var store = SweepRun.Join(path, () => StoreRooms.Open(path, TrialCatalogue.Parameters, TimeProvider.System), screen, joining.Token);
        return ExitCodes.Of(SupervisedTraining.Run(store, options, workers, screen));
    }
}
