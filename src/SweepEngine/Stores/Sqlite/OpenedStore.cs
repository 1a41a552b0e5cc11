using VicRegSweeps.SweepEngine.Files;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>
/// The file that a writer has open, and whether its path still leads there. A file that is removed or moved can be written to
/// as before, and nobody would find what is written.
/// </summary>
internal sealed class OpenedStore
{
    private const string OpenFiles = "/proc/self/fd";
    private const string RemovedMark = " (deleted)";

    private readonly string path;
    private readonly FileIdentity? identity;

    /// <param name="path">Has just been opened, or made.</param>
    public OpenedStore(string path)
    {
        this.path = path;
        _ = FileIdentity.TryFind(path, out identity);
    }

    /// <summary>Throws unless the path still leads to the file that is open.</summary>
    /// <exception cref="StoreGoneException">It was removed, moved or replaced.</exception>
    public void RefuseGone()
    {
        if (Gone() is { } sentence) throw new StoreGoneException(sentence);
    }

    /// <summary>What has become of the file, and what can be done; null while it is where it was, or that cannot be told.</summary>
    public string? Gone()
    {
        if (!FileIdentity.TryFind(path, out var now) || (now is not null && (identity is null || now == identity))) return null;

        var end = "The run has ended, because what it trained could not be kept.";
        var other = now is null ? "" : $" What is at {path} now is another file, and was left as it is.";
        return Where() is { } place
            ? $"{path} was moved to {place} while it was written to. {end}{other} What is recorded is there; to go on: {CommandName.Line("resume", place)}"
            : $"{path} was removed while it was written to, and its results with it. {end}{other} To train the sweep again, start it again.";
    }

    /// <summary>Where the open file is now; null when no folder has it any more, or that cannot be told.</summary>
    private string? Where()
    {
        if (!Directory.Exists(OpenFiles)) return null;

        foreach (var link in Directory.EnumerateFileSystemEntries(OpenFiles))
        {
            // Looking at an open file does not open it: closing a second handle would drop SQLite's locks.
            if (FileIdentity.TryFind(link, out var file) && file is not null && file == identity)
                return new FileInfo(link).LinkTarget is { } place && !place.EndsWith(RemovedMark, StringComparison.Ordinal) ? place : null;
        }

        return null;
    }
}
