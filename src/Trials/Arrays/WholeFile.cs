using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Trials;

/// <summary>A file that is written under another name until it is complete: what has its own name is whole, or the one before.</summary>
/// <remarks>Without <see cref="Commit"/> nothing is left of it.</remarks>
public sealed class WholeFile : IDisposable
{
    private readonly FileStream stream;
    private bool committed;

    /// <exception cref="SweepException">There can be no such file, as when the folder is not there.</exception>
    public WholeFile(string path)
    {
        Path = path;
        if (Directory.Exists(path))
            throw new SweepException($"'{path}' cannot be written: it is a folder.");
        if (System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
            throw new SweepException($"'{path}' cannot be written: there is no folder '{folder}'.");
        stream = Try(() => new FileStream(Unfinished, FileMode.Create, FileAccess.Write, FileShare.None));
    }

    public string Path { get; }

    private string Unfinished => Path + ".tmp";

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
        LastingFiles.Rename(Unfinished, Path);
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

        File.Delete(Unfinished); // On a full disk every byte counts.
    }

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
