using VicRegSweeps.Reports.Page;
using VicRegSweeps.Trials;

namespace VicRegSweeps.Cli;

/// <summary>What reports cannot know by themselves, for the page and for screens.</summary>
internal static class ReportReading
{
    public static ReportOptions Options => new()
    {
        VerdictRules = TrialReading.VerdictRules,
        LossFactors = settings => TrialReading.LossFactors(settings) is { } factors ? new LossFactors(factors) : null,
        ClassNames = TrialReading.ClassNames,
        Chance = TrialReading.Chance,
        Inputs = new InputReading(BankReading.Decides, BankReading.PanelsOf, BankReading.Difference, BankReading.OtherData),
    };
}
