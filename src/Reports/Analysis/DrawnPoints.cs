namespace VicRegSweeps.Reports.Analysis;

/// <summary>Where a point that is drawn stands among all.</summary>
internal enum Standing
{
    Best,
    Middling,
    Worst,
}

/// <summary>A point whose course is drawn as a line of its own.</summary>
/// <param name="Name">Its settings, as <see cref="ReportData.Label"/> has them.</param>
internal sealed record DrawnPoint(ReportPoint Point, string Name, Standing Standing);

/// <summary>Chooses the points whose courses are drawn: all where they are few, else the best, the middling and the worst.</summary>
internal static class DrawnPoints
{
    /// <summary>More lines than this in one panel are not told apart.</summary>
    public const int Most = 12;

    private const int Each = Most / 3;

    /// <param name="ranking">Points with a score, the best first; without any, the first points are taken as they come.</param>
    public static IReadOnlyList<DrawnPoint> Of(ReportData data, IReadOnlyList<ReportPoint> ranking)
    {
        var points = ranking.Count > 0 ? ranking : data.Points;
        IEnumerable<int> places = points.Count <= Most ? Enumerable.Range(0, points.Count)
            : [.. Enumerable.Range(0, Each), .. Enumerable.Range((points.Count - Each) / 2, Each), .. Enumerable.Range(points.Count - Each, Each)];
        return [.. places.Select(place => new DrawnPoint(points[place], data.Label(points[place].Levels), Of(place, points.Count)))];
    }

    private static Standing Of(int place, int count) => (Standing)Math.Min(2, 3L * place / count);
}
