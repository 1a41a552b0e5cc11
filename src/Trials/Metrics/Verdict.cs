using System.Globalization;

namespace VicRegSweeps.Trials;

/// <summary>Whether a space has collapsed, and what decided it.</summary>
/// <param name="Collapse"><c>none</c>, <c>dimensional</c> or <c>complete</c>.</param>
/// <param name="Evidence">One sentence with the number and the threshold.</param>
/// <remarks>
/// Spread is judged before rank: at complete collapse the remaining noise has full rank, so rank alone looks healthy.
/// The thresholds are explained in docs/metrics.md.
/// </remarks>
public sealed record Verdict(string Collapse, string Evidence)
{
    /// <summary>Complete collapse below this <c>relative_spread</c>: a cloud this small against its distance from the origin.</summary>
    public const double LeastRelativeSpread = 0.1;

    /// <summary>
    /// Complete collapse below this sqrt(Σλ), wherever the cloud lies. VICReg aims at γ√D, and l2-normalised samples that are
    /// spread out have about 1.
    /// </summary>
    public const double LeastSpread = 0.25;

    /// <summary>Dimensional collapse below this share of the dimensions, counted above the first by the participation ratio.</summary>
    public const double LeastDimensionShare = 0.05;

    /// <summary>A participation ratio from here on is never called dimensional collapse, however large the space.</summary>
    public const double EnoughDimensions = 3;

    /// <summary>A participation ratio below this is dimensional collapse in a space of D dimensions.</summary>
    public static double LeastParticipationRatio(int dimension) =>
        Math.Min(1 + (LeastDimensionShare * (dimension - 1)), EnoughDimensions);

    /// <param name="dimension">D.</param>
    public static Verdict Of(Panel panel, int dimension)
    {
        if (panel.Spread is null)
        {
            return new("complete", "the sample is not finite");
        }

        if (panel.Spectrum.Count == 0)
        {
            return new("complete", "all samples are the same");
        }

        var (relative, ratio) = (panel[PanelMetrics.RelativeSpread] ?? 0, panel[PanelMetrics.ParticipationRatio] ?? 1);
        return (relative, panel.Spread.Value, ratio) switch
        {
            ( < LeastRelativeSpread, _, _) => new("complete", Below("relative_spread", relative, LeastRelativeSpread)),
            (_, < LeastSpread and var spread, _) => new("complete", Below("sqrt(Σλ)", spread, LeastSpread)),
            _ when dimension > 1 && ratio < LeastParticipationRatio(dimension) =>
                new("dimensional", Below("participation_ratio", ratio, LeastParticipationRatio(dimension))),
            _ => new("none", Invariant($"relative_spread is {relative:G3} and participation_ratio {ratio:G3} of {dimension}")),
        };
    }

    private static string Below(string metric, double value, double threshold) =>
        Invariant($"{metric} is {value:G3}, below {threshold:G3}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
