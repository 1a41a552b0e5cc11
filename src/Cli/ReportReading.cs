using VicRegSweeps.Reports.Page;
using VicRegSweeps.Trials;

namespace VicRegSweeps.Cli;

/// <summary>What reports cannot know by themselves, for the page and for screens.</summary>
internal static class ReportReading
{
    public static ReportOptions Options => new()
    {
        VerdictRules = TrialReading.VerdictRules,
        LossFactors = settings => TrialReading.LossFactors(settings) is var (invariance, variance, covariance)
            ? new LossFactors(("invariance", invariance), ("variance", variance), ("covariance", covariance))
            : null,
        ClassNames = TrialReading.ClassNames,
        Chance = TrialReading.Chance,
        Inputs = new InputReading(BankReading.Decides, BankReading.PanelsOf, BankReading.Difference, BankReading.OtherData),
    };
}
