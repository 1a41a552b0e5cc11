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
        var metric = new Option<string?>("--metric", "-m") { Description = "What trials are ranked by. [embedding/knn_top1]", HelpName = "SPACE/METRIC" };
        var goal = new Option<string?>("--goal") { Description = "maximize or minimize; by default what is good of the metric." };
        metric.CompletionSources.Add(Completions.Metrics);
        goal.AcceptOnlyFromAmong("maximize", "minimize");
        var baseline = new Option<string?>("--baseline")
        {
            Description = "A trial whose point the others are compared with. [the defaults' point, else the best]",
            HelpName = "TRIAL",
        };
        var perplexity = Shared.Number("--perplexity", "Of t-SNE: about how many neighbours an image keeps.", 1, 1e6, TSne.DefaultPerplexity);
        var sweep = new Option<string?>("--sweep") { Description = "Which sweep, where the store has several; all takes them together.", HelpName = "NAME" };
        var command = new Command("report", "Write one page that answers the sweep's question, and its figures.")
        {
            store, target, metric, goal, baseline, perplexity, sweep,
        }
            .WithExamples("report results/quickstart/sweep.db", "report results/quickstart/sweep.db --metric representation/rankme --out by-rank");
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(store);

            var folder = parsed.GetValue(target) ?? Path.Combine(Locations.Beside(path), "report");
            var watch = Stopwatch.StartNew();
            using var interruption = Interruption.AtOnce(WholeFolder.Abandon);
            using var reader = StoreRooms.OpenReader(path);
            reader.RefuseDamage();
            var files = Report.Write(reader, folder, ReportReading.Options with
            {
                Metric = parsed.GetValue(metric),
                Maximize = parsed.GetValue(goal) is { } word ? word == "maximize" : null,
                Sweep = parsed.GetValue(sweep),
                Baseline = parsed.GetValue(baseline),
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
