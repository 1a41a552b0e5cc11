namespace VicRegSweeps.Reports.Analysis;

/// <summary>Chooses a few of many levels, from the first to the last.</summary>
internal static class Shortlist
{
    /// <returns>All of them where they are no more than <paramref name="most"/>.</returns>
    public static IReadOnlyList<int> Of(int count, int most) => count <= most
        ? [.. Enumerable.Range(0, count)]
        : [.. Enumerable.Range(0, most).Select(i => (int)((long)i * (count - 1) / (most - 1)))];
}
