using VicRegSweeps.Cli.Screens;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Cli.Supervised;

/// <summary>Trains in several processes that share the machine's cores, or have a GPU each.</summary>
internal static class SupervisedTraining
{
    /// <param name="stop">Asks the workers to stop, beside the signals of the user.</param>
    public static RunSummary Run(IStore store, TrainingOptions options, int workers, Screen screen, CancellationToken stop = default)
    {
        var cores = Math.Max(1, Environment.ProcessorCount / workers);
        string[] arguments = ["--store", store.Address, .. options.ToArguments()];
        var supervision = new Supervision(
            store,
            workers,
            place => WorkerProcess.Start(
                place, cores, arguments, line => screen.Message($"worker {place + 1}: {line}"), progress => screen.Progress(place + 1, progress)),
            screen);
        using var interruption = new Interruption(
            () => screen.Message("Stopping the workers after their steps; press Ctrl-C again to stop at once."),
            supervision.KillAll);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(interruption.Token, stop);
        return screen.During(0, 0, () => supervision.Run(both.Token));
    }
}
