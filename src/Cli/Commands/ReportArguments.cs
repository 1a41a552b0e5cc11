using System.CommandLine;
using VicRegSweeps.Reports.Page;

namespace VicRegSweeps.Cli.Commands;

/// <summary>What a report is to show, for the verbs that make one.</summary>
internal sealed class ReportArguments
{
    private readonly Option<string?> metric = new("--metric", "-m")
    {
        Description = "What trials are ranked by. [embedding/knn_top1]",
        HelpName = "SPACE/METRIC",
    };

    private readonly Option<string?> goal = new("--goal") { Description = "maximize or minimize. [the metric's better end]" };

    private readonly Option<string?> baseline = new("--baseline")
    {
        Description = "A trial whose point the others are compared with. [the defaults' point, else the best]",
        HelpName = "TRIAL",
    };

    private readonly Option<string?> sweep = new("--sweep")
    {
        Description = "Which sweep, where the store has several; all takes them together.",
        HelpName = "NAME",
    };

    public ReportArguments()
    {
        metric.CompletionSources.Add(Completions.Metrics);
        goal.AcceptOnlyFromAmong("maximize", "minimize");
    }

    public void AddTo(Command command)
    {
        command.Add(metric);
        command.Add(goal);
        command.Add(baseline);
        command.Add(sweep);
    }

    public ReportOptions Read(ParseResult parsed) => ReportReading.Options with
    {
        Metric = parsed.GetValue(metric),
        Maximize = parsed.GetValue(goal) is { } word ? word == "maximize" : null,
        Sweep = parsed.GetValue(sweep),
        Baseline = parsed.GetValue(baseline),
    };
}
