using System.CommandLine;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.Reports.TensorBoard;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Stores;
using static VicRegSweeps.Cli.Texts;

namespace VicRegSweeps.Cli.Commands;

/// <summary><c>export STORE</c>: the sweep as files for other programs, or as a table for people.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var store = Shared.Store();
        var csv = new Option<string?>("--csv")
        {
            Description = "Write trials.csv, curves.csv, metrics.csv, summary.csv, settings.csv and baseline.csv into this folder.",
            HelpName = "DIR",
        };
        var parquet = new Option<string?>("--parquet") { Description = "Write the same tables as Parquet files into this folder.", HelpName = "DIR" };
        var tensorBoard = new Option<string?>("--tensorboard")
        {
            Description = "Write a folder a trial for TensorBoard into this folder: terms over steps, metrics over epochs, and settings to compare by.",
            HelpName = "DIR",
        };
        var markdown = new Option<bool>("--md") { Description = "Print the trials as a Markdown table to standard output." };
        var columns = new Option<string?>("--columns")
        {
            Description = "Columns of trials and summary, separated by commas, in this order.",
            HelpName = "A,B,…",
        };
        var where = new Option<string?>("--where")
        {
            Description = "Trials for which this is true, in the language of exclude: loss.epsilon < 0.01 and embedding/knn_top1 > 0.3 and state == completed.",
            HelpName = "CONDITION",
        };
        var sweep = new Option<string?>("--sweep") { Description = "The trials of one sweep, where the store has several.", HelpName = "NAME" };
        var weights = new Option<string?>("--weights")
        {
            Description = "Write what a trial has learnt into --out: its weights as safetensors, its settings, and a script that loads them in PyTorch.",
            HelpName = "best|TRIAL",
        };
        var target = new Option<string?>("--out", "-o") { Description = "The folder for --weights.", HelpName = "DIR" };
        var command = new Command("export", "Write a sweep as files for other programs.")
        {
            store, csv, parquet, tensorBoard, markdown, columns, where, sweep, weights, target,
        }
            .WithExamples(
                "export results/quickstart/sweep.db --weights best --out best-model", "export results/quickstart/sweep.db --csv tables",
                "export results/quickstart/sweep.db --md --where 'embedding/knn_top1 > 0.3'");
        command.SetAction(parsed =>
        {
            var (csvFolder, parquetFolder, toOutput) = (parsed.GetValue(csv), parsed.GetValue(parquet), parsed.GetValue(markdown));
            var events = parsed.GetValue(tensorBoard);
            var (which, folder) = (parsed.GetValue(weights), parsed.GetValue(target));
            if (csvFolder is null && parquetFolder is null && events is null && which is null && !toOutput)
            {
                throw new SweepException(
                    "export needs to know what to write: --csv DIR, --parquet DIR, --tensorboard DIR, --md, or --weights best|TRIAL --out DIR.");
            }

            if (which is null != folder is null) throw new SweepException("--weights and --out go together: --weights best|TRIAL --out DIR.");

            using var interruption = Interruption.AtOnce(WholeFolder.Abandon);
            using var reader = StoreRooms.OpenReader(parsed.GetRequiredValue(store));
            var choice = new ExportChoice(
                parsed.GetValue(where) is { } condition ? WhereExpression.Of(reader, condition) : null, Names(parsed.GetValue(columns)), parsed.GetValue(sweep))
            {
                Inputs = ReportReading.Options.Inputs,
            };
            if (csvFolder is not null) Name(Export.Csv(reader, csvFolder, choice));
            if (parquetFolder is not null) Name(Export.Parquet(reader, parquetFolder, choice));
            if (events is not null)
            {
                var runs = TensorBoardExport.Write(reader, events, choice, DateTimeOffset.UtcNow).Count - 1;
                Console.Error.WriteLine(Visible.Of($"{events}: {Counted(runs, "run")}; to look at them: tensorboard --logdir {events}"));
            }

            if (which is not null) Name(WeightsExport.Write(reader, which, folder!));
            if (toOutput) Export.Markdown(reader, Console.Out, choice);
            return ExitCodes.Done;
        });
        return command;
    }

    private static string[]? Names(string? list) =>
        list?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is { } names
            ? names.Length > 0 ? names : throw new SweepException("--columns is empty, but must name at least one column.")
            : null;

    private static void Name(IEnumerable<string> paths)
    {
        foreach (var path in paths) Console.Error.WriteLine(path);
    }
}
