using System.CommandLine;
using System.Globalization;
using VicRegSweeps.Reports.Refining;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.Trials;

namespace VicRegSweeps.Cli.Commands;

/// <summary><c>refine STORE</c>: a sweep file around the best points, for a person to read and run.</summary>
internal static class RefineCommand
{
    public static Command Create()
    {
        var store = Shared.Store();
        var most = Shared.Whole("--top", "Around how many points at most: the best, and those that the seeds do not tell apart from it.",
            standard: RefineOptions.StandardMost);
        var target = new Option<string?>("--out", "-o") { Description = "The sweep file to write; it must not be there yet. [standard output]", HelpName = "NEXT.yaml" };
        var ranking = new RankingArguments("--by");
        var command = new Command("refine", "Write a sweep file around the best points of a store: halfway to their neighbours, and beyond where they lie at an edge.")
        {
            store, most, target,
        }.WithExamples("refine results/quickstart/sweep.db", "refine results/quickstart/sweep.db --by representation/rankme --top 1 --out next.yaml");
        ranking.AddTo(command);
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(store);
            var file = parsed.GetValue(target);
            using var reader = StoreRooms.OpenReader(path);
            reader.RefuseDamage();
            var options = new RefineOptions(TrialCatalogue.Parameters, ranking.Read(parsed, ReportReading.Options)) { Most = parsed.GetValue(most)!.Value };
            var refined = Refinement.Of(reader, options, CommandName.Line(["refine", path, .. ranking.Given(parsed), .. Top(parsed, most)]));
            if (file is null)
            {
                using var output = Outputs.ForData();
                output.Write(refined.Text);
                return ExitCodes.Done;
            }

            NewFile.Write(file, refined.Text);
            var change = refined.Change;
            Console.Error.WriteLine(Visible.Line($"{file}: around {Shown.Count(refined.Around, "point")}; {Shown.Count(change.Added, "trial")} to train"
                + (change.Kept > 0 ? $", and {change.Kept:#,0} that the store has." : ".")));
            var commands = Refinement.CommandsToRun(path, file);
            if (commands.Count == 1)
            {
                Console.Error.WriteLine($"Read it, then: {commands[0]}");
                return ExitCodes.Done;
            }

            Console.Error.WriteLine("Read it, then unite the shards, since a folder of shards takes no further sweep, and run it:");
            foreach (var line in commands) Console.Error.WriteLine($"  {line}");
            return ExitCodes.Done;
        });
        return command;
    }

    private static string[] Top(ParseResult parsed, Option<int?> most) =>
        parsed.GetResult(most) is { Implicit: false } ? ["--top", parsed.GetValue(most)!.Value.ToString(CultureInfo.InvariantCulture)] : [];
}
