using System.CommandLine;
using VicRegSweeps.Reports.Page;

namespace VicRegSweeps.Cli.Commands;

/// <summary>What trials are ranked by, and which of a store's sweeps they are of, for the verbs that rank them.</summary>
internal sealed class RankingArguments
{
    private readonly Option<string?> metric;

    private readonly Option<string?> goal = new("--goal") { Description = "maximize or minimize. [the metric's better end]" };

    private readonly Option<string?> sweep = new("--sweep")
    {
        Description = "Which sweep, where the store has several; all takes them together.",
        HelpName = "NAME",
    };

    /// <param name="alias">Another name of the metric's option; none unless given.</param>
    public RankingArguments(params string[] alias)
    {
        metric = new("--metric", [.. alias, "-m"]) { Description = "What trials are ranked by. [embedding/knn_top1]", HelpName = "SPACE/METRIC" };
        metric.CompletionSources.Add(Completions.Metrics);
        goal.AcceptOnlyFromAmong("maximize", "minimize");
    }

    public void AddTo(Command command)
    {
        command.Add(metric);
        command.Add(goal);
        command.Add(sweep);
    }

    /// <summary>What was asked for, as arguments that ask for it again.</summary>
    public IReadOnlyList<string> Given(ParseResult parsed) =>
    [
        .. new[] { metric, goal, sweep }.Where(o => parsed.GetValue(o) is not null)
            .SelectMany(o => new[] { parsed.GetResult(o)?.IdentifierToken?.Value ?? o.Name, parsed.GetValue(o)! }),
    ];

    /// <param name="options">What else a report has.</param>
    public ReportOptions Read(ParseResult parsed, ReportOptions options) => options with
    {
        Metric = parsed.GetValue(metric),
        MetricOption = parsed.GetResult(metric)?.IdentifierToken?.Value ?? "--metric",
        Maximize = parsed.GetValue(goal) is { } word ? word == "maximize" : null,
        Sweep = parsed.GetValue(sweep),
    };
}
