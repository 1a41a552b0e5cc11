using static System.FormattableString;

namespace VicRegSweeps.Trials.Metrics;

/// <summary>Whether a space has collapsed, and what decided it.</summary>
/// <param name="Collapse"><c>none</c>, <c>dimensional</c> or <c>complete</c>.</param>
/// <param name="Evidence">One sentence with the number and the threshold.</param>
/// <remarks>
/// Spread is judged before rank: at complete collapse the remaining noise has full rank, so rank alone looks healthy.
/// The thresholds are explained in docs/metrics.md.
/// </remarks>
public sealed record Verdict(string Collapse, string Evidence)
{
    public const string None = "none";
    public const string Dimensional = "dimensional";
    public const string Complete = "complete";

    /// <summary>Complete collapse below this <c>relative_spread</c>: a cloud this small against its distance from the origin.</summary>
    public const double LeastRelativeSpread = 0.1;

    /// <summary>Complete collapse of a representation below this <c>std_mean</c>, as a share of γ, at which the variance term aims.</summary>
    public const double LeastShareOfGamma = 0.07;

    /// <summary>Complete collapse of any space below this sqrt(Σλ): a speck, wherever it lies.</summary>
    public const double LeastSpread = 0.01;

    /// <summary>Dimensional collapse below this share of the dimensions, counted above the first by the participation ratio.</summary>
    public const double LeastDimensionShare = 0.1;

    /// <summary>A participation ratio from here on is never called dimensional collapse, however large the space.</summary>
    public const double EnoughDimensions = 2.5;

    /// <summary>A participation ratio below this is dimensional collapse in a space of D dimensions.</summary>
    public static double LeastParticipationRatio(int dimension) =>
        Math.Min(1 + (LeastDimensionShare * (dimension - 1)), EnoughDimensions);

    /// <param name="dimension">D.</param>
    /// <param name="gamma">γ of a space in which the loss is taken; null for any other, whose scale is its own.</param>
    public static Verdict Of(Panel panel, int dimension, double? gamma = null)
    {
        if (panel.Spread is null)
        {
            return new(Complete, "the sample is not finite");
        }

        if (panel.Spectrum.Count == 0)
        {
            return new(Complete, "all samples are the same");
        }

        var relativeSpread = panel[PanelMetrics.RelativeSpread]!.Value;
        var ratio = panel[PanelMetrics.ParticipationRatio]!.Value;
        var leastRatio = LeastParticipationRatio(dimension);
        if (relativeSpread < LeastRelativeSpread)
        {
            return new(Complete, Below("relative_spread", relativeSpread, LeastRelativeSpread));
        }

        if (panel[PanelMetrics.StdMean] / gamma is { } share && share < LeastShareOfGamma)
        {
            return new(Complete, Below("std_mean / γ", share, LeastShareOfGamma));
        }

        if (panel.Spread.Value < LeastSpread)
        {
            return new(Complete, Below("sqrt(Σλ)", panel.Spread.Value, LeastSpread));
        }

        return dimension > 1 && ratio < leastRatio
            ? new(Dimensional, Below("participation_ratio", ratio, leastRatio))
            : new(None, Invariant($"relative_spread is {relativeSpread:G3} and participation_ratio {ratio:G3} of {dimension}"));
    }

    private static string Below(string metric, double value, double threshold) =>
        Invariant($"{metric} is {value:G3}, below {threshold:G3}");
}
