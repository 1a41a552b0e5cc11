namespace VicRegSweeps.Reports.Analysis;

/// <summary>An axis as it is drawn: its levels, or runs of neighbouring ones where there are too many to be told apart.</summary>
/// <param name="Labels">Of each bin: its level, or the first and the last of them.</param>
internal sealed record AxisBins(ReportAxis Axis, IReadOnlyList<string> Labels)
{
    public const int Most = 40;

    public int Count => Labels.Count;

    /// <summary>Whether some bin holds more than one level.</summary>
    public bool IsCoarse => Count < Axis.Levels.Count;

    public static AxisBins Of(ReportAxis axis)
    {
        if (axis.Levels.Count <= Most) return new AxisBins(axis, axis.Levels);

        return new AxisBins(axis, [.. Enumerable.Range(0, Most).Select(bin => $"{axis.Levels[First(axis, bin)]} … {axis.Levels[First(axis, bin + 1) - 1]}")]);
    }

    public int BinOf(int level) => (int)((long)level * Count / Axis.Levels.Count);

    private static int First(ReportAxis axis, int bin) => (int)(((long)bin * axis.Levels.Count + Most - 1) / Most);
}
