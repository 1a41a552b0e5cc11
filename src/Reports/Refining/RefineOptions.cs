using VicRegSweeps.Reports.Page;
using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.Reports.Refining;

/// <summary>What a sweep is to be refined by.</summary>
/// <param name="Catalogue">Of the runner that is to train the refined sweep: says which values are allowed.</param>
/// <param name="Report">By what points are ranked, and of which sweep.</param>
public sealed record RefineOptions(ParameterCatalogue Catalogue, ReportOptions Report)
{
    public const int StandardMost = 3;

    /// <summary>Around how many points at most, at least 1.</summary>
    public int Most { get; init; } = StandardMost;
}
