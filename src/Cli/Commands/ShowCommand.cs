using System.CommandLine;
using VicRegSweeps.Reports.Single;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Cli.Commands;

/// <summary><c>show STORE TRIAL</c>: everything about one trial.</summary>
internal static class ShowCommand
{
    public static Command Create()
    {
        var store = Shared.Store();
        var trial = Shared.Trial();
        var command = new Command("show", "Everything about one trial; for a failed or collapsed one, how it differs from its nearest healthy neighbour.")
        {
            store, trial,
        }.WithExamples("show results/quickstart/sweep.db 06adf3");
        command.SetAction(parsed =>
        {
            using var reader = StoreRooms.OpenReader(parsed.GetRequiredValue(store));
            TrialPortrait.Write(reader, parsed.GetRequiredValue(trial), Console.Out);
            return ExitCodes.Done;
        });
        return command;
    }
}
