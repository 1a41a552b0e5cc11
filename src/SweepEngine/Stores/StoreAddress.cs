using VicRegSweeps.SweepEngine.Stores.Postgres;
using VicRegSweeps.SweepEngine.Stores.Shards;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>
/// What may be said for a store: the path of a file, in which nothing has another meaning than in other paths, that of a folder of shards, or the
/// address of a PostgreSQL database.
/// </summary>
public static class StoreAddress
{
    private const string InMemory = ":memory:";
    private const string FileScheme = "file:";

    /// <summary>As many as Linux follows.</summary>
    private const int MostLinks = 40;

    /// <summary>What SQLite keeps beside a database belongs to that database.</summary>
    private static readonly string[] Companions = ["-wal", "-shm", "-journal"];

    /// <summary>Refuses, before anything is made, what is no path or would be taken for something else than a path.</summary>
    /// <returns>The address as it was given.</returns>
    /// <exception cref="SweepException">It cannot be the address of a store.</exception>
    public static string Checked(string path)
    {
        if (string.IsNullOrWhiteSpace(path)) throw new SweepException("The path of the store is empty, but must name a file, such as results/NAME/sweep.db.");

        if (path == InMemory)
            throw new SweepException(
                $"'{path}' would be a store in memory, which is lost when the command ends. Name a file, such as sweep.db; a file of this name is ./{path}");
        if (IsServer(path)) return PostgresAddress.Parse(path).Text;
        if (SchemeOf(path) is { } scheme)
        {
            // Only its beginning is repeated: an address may hold a password.
            throw new SweepException(
                $"{scheme}://… is the address of something that holds no stores: name the path of a file, such as results/NAME/sweep.db, or a "
                    + "database as postgres://USER@HOST/DATABASE.");
        }

        if (path.StartsWith(FileScheme, StringComparison.OrdinalIgnoreCase))
            throw new SweepException($"'{path}' begins like an address; name the file by its path alone. A file of this name is ./{path}");
        if (path.Contains('\0', StringComparison.Ordinal)) throw new SweepException("The path of the store has a null character in it.");
        if (ShardFolder.IsOne(path)) return Path.TrimEndingDirectorySeparator(path);
        if (Path.EndsInDirectorySeparator(path)) throw new SweepException($"'{path}' names a folder, but a store is a file, such as {path}sweep.db.");
        if (Array.Find(Companions, end => path.EndsWith(end, StringComparison.Ordinal)) is { } companion)
            throw new SweepException($"'{path}' is the name of a file that SQLite keeps beside a database. The store is '{path[..^companion.Length]}'.");

        return path;
    }

    /// <summary>Whether it leads to a server, so that there is no file to be looked at.</summary>
    public static bool IsServer(string address) => PostgresAddress.IsMeant(address);

    /// <summary>The file behind all links, by its full path; there need not be one yet.</summary>
    /// <exception cref="SweepException">The links go round in a circle.</exception>
    internal static string BehindLinks(string path)
    {
        var real = Path.GetFullPath(path);
        for (var links = 0; new FileInfo(real).LinkTarget is { } target; links++)
        {
            if (links == MostLinks) throw new SweepException($"{path}: its links lead nowhere.");
            real = Path.GetFullPath(target, Path.GetDirectoryName(real)!);
        }

        return real;
    }

    /// <summary>Such as <c>postgresql</c>; null for what does not begin with one.</summary>
    private static string? SchemeOf(string path) =>
        path.IndexOf("://", StringComparison.Ordinal) is var end and > 0
        && char.IsAsciiLetter(path[0]) && path.AsSpan(0, end).ToString().All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '.')
            ? path[..end]
            : null;
}
