namespace VicRegSweeps.Reports.Tables;

/// <summary>Ids as people read and type them: so many digits that no two of a store are the same.</summary>
/// <param name="Length">How many digits that takes; at least <see cref="Fewest"/>.</param>
public sealed record ShortIds(int Length)
{
    /// <summary>Of the 2³² beginnings of this length, two of some thousand trials are hardly ever the same.</summary>
    public const int Fewest = 8;

    /// <param name="ids">Of all trials of a store.</param>
    public static ShortIds Of(IEnumerable<string> ids)
    {
        var sorted = ids.ToList();
        sorted.Sort(StringComparer.Ordinal);
        var length = Fewest;
        for (var i = 1; i < sorted.Count; i++) length = Math.Max(length, Shared(sorted[i - 1], sorted[i]) + 1);
        return new ShortIds(length);
    }

    /// <summary>The beginning of an id that names no other trial.</summary>
    public string Shorten(string id) => id.Length <= Length ? id : id[..Length];

    private static int Shared(string one, string other)
    {
        var same = 0;
        while (same < Math.Min(one.Length, other.Length) && one[same] == other[same]) same++;
        return same;
    }
}
