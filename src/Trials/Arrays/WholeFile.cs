using System.Text;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Files;

namespace VicRegSweeps.Trials.Arrays;

/// <summary>A file that is written under another name until it is complete: what has its own name is whole, or the one before.</summary>
/// <remarks>
/// Without <see cref="Commit"/> nothing is left of it, and what a process left that was killed goes with the next file of the name.
/// The other name is always that of a new file: see <see cref="LastingFiles.Unfinished"/>.
/// </remarks>
public sealed class WholeFile : IDisposable
{
    private readonly FileStream stream;
    private readonly string unfinished;
    private bool committed;

    /// <exception cref="SweepException">There can be no such file, as when the folder is not there.</exception>
    public WholeFile(string path)
    {
        Path = path;
        if (Directory.Exists(path))
            throw new SweepException($"'{path}' cannot be written: it is a folder.");
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)) ?? path;
        if (!Directory.Exists(folder))
            throw new SweepException($"'{path}' cannot be written: there is no folder '{folder}'.");
        unfinished = LastingFiles.Unfinished(path);
        stream = Try(() =>
        {
            DeleteAbandoned(folder, System.IO.Path.GetFileName(path));
            return new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        });
    }

    public string Path { get; }

    /// <summary>Writes a file of text, UTF-8.</summary>
    public static void WriteText(string path, string text)
    {
        using var file = new WholeFile(path);
        file.Write(Encoding.UTF8.GetBytes(text));
        file.Commit();
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            stream.Write(bytes);
        }
        catch (IOException error)
        {
            throw CannotBeWritten(error);
        }
    }

    /// <summary>Flushes to the disk, and gives the file its name.</summary>
    public void Commit() => committed = Try(() =>
    {
        stream.Dispose();
        LastingFiles.Rename(unfinished, Path);
        return true;
    });

    public void Dispose()
    {
        if (committed)
            return;
        try
        {
            stream.Dispose();
        }
        catch (IOException)
        {
            // A full disk refuses what is still buffered, and the file is given up anyway.
        }

        File.Delete(unfinished); // On a full disk every byte counts.
    }

    /// <summary>Deletes unfinished files of a name that no process holds any more.</summary>
    private static void DeleteAbandoned(string folder, string name)
    {
        foreach (var path in Directory.EnumerateFiles(folder).Where(p => IsUnfinished(System.IO.Path.GetFileName(p), name)))
        {
            try
            {
                // A link may lead anywhere, and an empty file may be a pipe, at which opening would wait.
                if (new FileInfo(path) is not { LinkTarget: null, Length: > 0 }) continue;

                using var held = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None);
                File.Delete(path);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Somebody writes it, or it is not ours to delete.
            }
        }
    }

    private static bool IsUnfinished(string candidate, string name) =>
        candidate.Length == name.Length + 1 + LastingFiles.RandomDigits + LastingFiles.Ending.Length
        && candidate.StartsWith(name + ".", StringComparison.Ordinal)
        && candidate.EndsWith(LastingFiles.Ending, StringComparison.Ordinal)
        && candidate.Substring(name.Length + 1, LastingFiles.RandomDigits).All(char.IsAsciiHexDigitLower);

    private T Try<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw CannotBeWritten(error);
        }
    }

    private SweepException CannotBeWritten(Exception error) => new($"'{Path}' cannot be written: {error.Message}", error);
}
