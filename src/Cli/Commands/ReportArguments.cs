using System.CommandLine;
using VicRegSweeps.Reports.Page;

namespace VicRegSweeps.Cli.Commands;

/// <summary>What a report is to show, for the verbs that make one.</summary>
internal sealed class ReportArguments
{
    private readonly RankingArguments ranking = new();

    private readonly Option<string?> baseline = new("--baseline")
    {
        Description = "A trial whose point the others are compared with. [the defaults' point, else the best]",
        HelpName = "TRIAL",
    };

    public void AddTo(Command command)
    {
        ranking.AddTo(command);
        command.Add(baseline);
    }

    public ReportOptions Read(ParseResult parsed) => ranking.Read(parsed, ReportReading.Options) with { Baseline = parsed.GetValue(baseline) };
}
