using System.CommandLine;
using VicRegSweeps.Cli.Screens;
using VicRegSweeps.Cli.Supervised;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.Trials;

namespace VicRegSweeps.Cli.Commands;

/// <summary><c>worker --store S</c>: leases stacks and trains them until nothing is left. What <c>--workers</c> and cluster jobs start.</summary>
internal static class WorkerCommand
{
    /// <summary>How a supervisor starts it: with its place, from 0, and a pipe on standard input.</summary>
    public const string SupervisedName = "--supervised";

    public static Command Create()
    {
        var store = Shared.StoreOption("The sweep's database.", required: true);
        var supervised = new Option<int?>(SupervisedName) { Hidden = true };
        var arguments = new TrainingArguments();
        var command = new Command("worker", "Train what a store still has to train, beside other workers.") { store, supervised }
            .WithExamples("worker --store results/quickstart/sweep.db", "worker --store postgres://ann@db.lab/sweeps");
        arguments.AddTo(command, supervises: false);
        command.SetAction(parsed => Run(arguments.Read(parsed), parsed.GetRequiredValue(store)!, parsed.GetValue(supervised)));
        return command;
    }

    private static int Run(TrainingOptions options, string path, int? place)
    {
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
        var run = new SweepRun(store, runner, screen, options.ForRun(identity, Training.EnvironmentOf(device)));
        var before = store.Status();
        var summary = screen.During(before.Finished, before.Total, () => run.Execute(stop));
        return summary.Interrupted ? ExitCodes.Interrupted
            : summary.Status.Failed > 0 ? ExitCodes.SomeTrialsFailed
            : ExitCodes.Done;
    }
}
