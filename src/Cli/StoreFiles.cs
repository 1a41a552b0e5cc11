using VicRegSweeps.SweepEngine.Stores.Shards;

namespace VicRegSweeps.Cli;

/// <summary>Stores as files in folders.</summary>
internal static class StoreFiles
{
    private const string Extension = ".db";

    /// <summary>Where SQLite writes first.</summary>
    private const string Log = "-wal";

    private static readonly EnumerationOptions Everywhere = new()
    {
        RecurseSubdirectories = true,
        IgnoreInaccessible = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
        MaxRecursionDepth = 8,
    };

    /// <summary>
    /// The files under a folder that may be stores, links not followed, in the order of their names. Those within a folder of shards are none: no
    /// database is opened there.
    /// </summary>
    public static IReadOnlyList<string> Under(string folder)
    {
        var shards = ShardsUnder(folder).Select(f => f + Path.DirectorySeparatorChar).ToList();
        return
        [
            .. Directory.EnumerateFiles(folder, $"*{Extension}", Everywhere)
                .Where(file => !shards.Exists(f => file.StartsWith(f, StringComparison.Ordinal)) && IsDatabase(file)).Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>The folders of shards under a folder, and that folder itself where it is one, in the order of their names.</summary>
    public static IReadOnlyList<string> ShardsUnder(string folder) =>
    [
        .. ShardFolder.IsOne(folder) ? [folder] : Array.Empty<string>(),
        .. Directory.EnumerateDirectories(folder, "*", Everywhere).Where(ShardFolder.IsOne).Order(StringComparer.Ordinal),
    ];

    /// <summary>When something in a folder was written last, in UTC, and how much there is.</summary>
    public static (DateTime LastWritten, long Bytes) All(string folder)
    {
        var files = new DirectoryInfo(folder).EnumerateFiles("*", Everywhere).ToList();
        return (files.Select(f => f.LastWriteTimeUtc).DefaultIfEmpty(DateTime.UnixEpoch).Max(), files.Sum(f => f.Length));
    }

    /// <summary>When it was written last, in UTC: what a worker writes goes to the file beside it first.</summary>
    public static DateTime LastWritten(string store) =>
        Files(store).Where(f => f.Length > 0).Select(f => f.LastWriteTimeUtc).DefaultIfEmpty(DateTime.UnixEpoch).Max();

    /// <summary>Of the database and its log.</summary>
    public static long Bytes(string store) => Files(store).Sum(f => f.Length);

    private static IEnumerable<FileInfo> Files(string store) => new[] { store, store + Log }.Select(path => new FileInfo(path)).Where(f => f.Exists);

    /// <summary>Whether it begins as SQLite's databases do.</summary>
    private static bool IsDatabase(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Span<byte> start = stackalloc byte[15];
            return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual("SQLite format 3"u8);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
