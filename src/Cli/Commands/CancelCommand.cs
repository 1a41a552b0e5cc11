using System.CommandLine;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Clusters;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.Trials;

namespace VicRegSweeps.Cli.Commands;

/// <summary><c>cancel STORE [TRIAL…]</c>: takes back trials that have not ended, or the cluster's jobs of a store.</summary>
internal static class CancelCommand
{
    public static Command Create()
    {
        var store = Shared.Store();
        var trials = Shared.TrialIds();
        trials.Arity = ArgumentArity.ZeroOrMore;
        var command = new Command("cancel",
            "Stop trials that have not ended, while the others of the sweep go on. Without trials: end the jobs of the store that submit has put "
                + "into Slurm's queue.")
        {
            store, trials,
        }.WithExamples("cancel results/quickstart/sweep.db 06adf3 1b22c0", "cancel postgres://ann@db.lab/sweeps");
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(store);
            if (parsed.GetValue(trials) is not { Length: > 0 }) return EndJobs(path);

            using var opened = StoreRooms.Open(path, TrialCatalogue.Parameters, TimeProvider.System);
            var cancelled = opened.Cancel(Shared.WholeIds(path, parsed.GetRequiredValue(trials)), $"{Environment.UserName} on {Environment.MachineName}");
            foreach (var id in cancelled.Ended) Notice.Say($"Trial {id} is stopped.");
            foreach (var id in cancelled.Asked) Notice.Say($"Trial {id} is being trained: its worker drops it at the end of the epoch that it is in.");
            foreach (var id in cancelled.EndedBefore) Notice.Say($"Trial {id} has ended already, and is as it was.");
            if (cancelled.Ended.Count + cancelled.Asked.Count > 0)
                Notice.Say($"To train stopped trials after all: {CommandName.Line("resume", path, "--states", "stopped")}");
            return ExitCodes.Done;
        });
        return command;
    }

    private static int EndJobs(string store)
    {
        if (!SlurmPrograms.AreThere)
        {
            throw new SweepException(
                "Name the trials to stop. Without them, cancel ends the jobs of the store in Slurm's queue, and this machine has none of Slurm's programs; "
                    + $"in Kubernetes: kubectl delete job {ClusterName.Of("SWEEP", store)}");
        }

        var jobs = SlurmPrograms.Queue(store);
        foreach (var job in jobs)
        {
            SlurmPrograms.Cancel(job.Id);
            Notice.Say($"Job {job.Id} ({job.Name}) is cancelled, {Texts.Counted(job.Tasks, "task")} of it: workers write their checkpoints and leave.");
        }

        if (jobs.Count == 0) Notice.Say($"No job of this store is in Slurm's queue.");
        return ExitCodes.Done;
    }
}
