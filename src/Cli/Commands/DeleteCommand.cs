using System.CommandLine;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.Trials;
using static VicRegSweeps.Cli.Texts;

namespace VicRegSweeps.Cli.Commands;

/// <summary><c>delete STORE TRIAL…</c>: removes trials with all that they have left.</summary>
internal static class DeleteCommand
{
    public static Command Create()
    {
        var store = Shared.Store();
        var trials = Shared.TrialIds();
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask first." };
        var command = new Command("delete", "Remove trials with all that they have left: rows, vectors and files.") { store, trials, yes }
            .WithExamples("delete results/quickstart/sweep.db 06adf3", "delete results/quickstart/sweep.db 06adf3 1b22c0 --yes");
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(store);
            using var opened = StoreRooms.Open(path, TrialCatalogue.Parameters, TimeProvider.System);
            var ids = Shared.WholeIds(path, parsed.GetRequiredValue(trials));
            if (!parsed.GetValue(yes) && !IsWanted(path, ids))
            {
                Console.Error.WriteLine("Nothing was deleted.");
                return ExitCodes.Done;
            }

            opened.Delete(ids);
            var them = ids.Count == 1 ? "it" : "them";
            Console.Error.WriteLine(Visible.Of($"{Counted(ids.Count, "trial")} deleted. If a sweep file names {them}, running the file adds {them} again."));
            return ExitCodes.Done;
        });
        return command;
    }

    private static bool IsWanted(string store, IReadOnlyList<string> ids)
    {
        if (Console.IsInputRedirected)
            throw new SweepException("Deleting cannot be undone, and there is nobody to ask: say --yes to delete without being asked. Nothing was deleted.");

        Console.Error.WriteLine(Visible.Of($"{string.Join(", ", ids)}"));
        var theyHave = ids.Count == 1 ? "it has" : "they have";
        Console.Error.Write(Visible.Of($"Delete {Counted(ids.Count, "trial")} of {store} with all that {theyHave} left? This cannot be undone. [y/N] "));
        return Console.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }
}
