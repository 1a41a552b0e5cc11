using System.CommandLine;
using VicRegSweeps.Reports;
using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Cli;

/// <summary><c>export STORE --csv DIR</c>: the sweep as files for other programs.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var store = Shared.Store();
        var csv = new Option<string>("--csv") { Description = "Write trials.csv, curves.csv, metrics.csv, summary.csv and baseline.csv into this folder.", Required = true };
        var command = new Command("export", "Write a sweep as files for other programs.") { store, csv };
        command.SetAction(parsed =>
        {
            using var reader = SqliteStore.OpenReader(parsed.GetRequiredValue(store));
            foreach (var path in CsvExport.Write(reader, parsed.GetRequiredValue(csv)))
            {
                Console.Error.WriteLine(path);
            }

            return ExitCodes.Done;
        });
        return command;
    }
}
