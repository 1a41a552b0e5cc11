using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using VicRegSweeps.Reports.Page;
using VicRegSweeps.Reports.Projections;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Cli.Commands;

/// <summary><c>report STORE</c>: one page that answers the sweep's question, and its figures.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var store = Shared.Store();
        var target = new Option<string?>("--out", "-o")
        {
            Description = "Gets report.html and figures/*.svg and *.png. [report/ beside the store]",
            HelpName = "DIR",
        };
        var report = new ReportArguments();
        var perplexity = Shared.Number("--perplexity", "Of t-SNE: about how many neighbours an image keeps.", 1, 1e6, TSne.DefaultPerplexity);
        var command = new Command("report", "Write one page that answers the sweep's question, and its figures.")
        {
            store, target, perplexity,
        }
            .WithExamples("report results/quickstart/sweep.db", "report results/quickstart/sweep.db --metric representation/rankme --out by-rank");
        report.AddTo(command);
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(store);

            var folder = parsed.GetValue(target) ?? Path.Combine(Path.GetFullPath(Locations.Beside(path)), "report");
            var watch = Stopwatch.StartNew();
            using var interruption = Interruption.AtOnce(WholeFolder.Abandon);
            using var reader = StoreRooms.OpenReader(path);
            reader.RefuseDamage();
            var files = Report.Write(reader, folder, report.Read(parsed) with
            {
                Command = $"vicreg-sweep report {path}",
                Perplexity = parsed.GetValue(perplexity)!.Value,
            });
            Console.Error.WriteLine(files[0]);
            var megabytes = new FileInfo(files[0]).Length / 1e6;
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{(files.Count - 1) / 2} figures as SVG and PNG beside it; {new FileInfo(files[0]).Length / 1e6:0.0} MB in {watch.Elapsed.TotalSeconds:0.0} s."));
            return ExitCodes.Done;
        });
        return command;
    }
}
