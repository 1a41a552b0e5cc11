using System.CommandLine;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.Trials;

namespace VicRegSweeps.Cli.Commands;

/// <summary><c>cancel STORE TRIAL…</c>: takes back trials that have not ended.</summary>
internal static class CancelCommand
{
    public static Command Create()
    {
        var store = Shared.Store();
        var trials = Shared.TrialIds();
        var command = new Command("cancel", "Stop trials that have not ended, while the others of the sweep go on.") { store, trials }
            .WithExamples("cancel results/quickstart/sweep.db 06adf3 1b22c0");
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(store);
            using var opened = StoreRooms.Open(path, TrialCatalogue.Parameters, TimeProvider.System);
            var cancelled = opened.Cancel(Shared.WholeIds(path, parsed.GetRequiredValue(trials)), $"{Environment.UserName} on {Environment.MachineName}");
            foreach (var id in cancelled.Ended) Say($"Trial {id} is stopped.");
            foreach (var id in cancelled.Asked) Say($"Trial {id} is being trained: its worker drops it at the end of the epoch that it is in.");
            foreach (var id in cancelled.EndedBefore) Say($"Trial {id} has ended already, and is as it was.");
            if (cancelled.Ended.Count + cancelled.Asked.Count > 0)
                Say($"To train stopped trials after all: {CommandName.Line("resume", path, "--states", "stopped")}");
            return ExitCodes.Done;
        });
        return command;
    }

    private static void Say(FormattableString text) => Console.Error.WriteLine(Visible.Of(text));
}
