using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Files;

namespace VicRegSweeps.Reports.Tables;

/// <summary>Files that belong together: old ones are replaced once all the new ones are whole.</summary>
public static class WholeFolder
{
    private const string Prefix = ".new-";
    private const string LockName = "lock";

    /// <summary>How old an unfinished folder without a lock must be, such as one of a version that made none.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromHours(1);

    private static readonly Lock Gate = new();
    private static readonly HashSet<string> Unfinished = [];
    private static bool IsAbandoned;

    /// <summary>
    /// Deletes what this process has not finished. Call when it is about to end; what writes meanwhile ends with <see
    /// cref="OperationCanceledException"/>.
    /// </summary>
    public static void Abandon()
    {
        lock (Gate)
        {
            IsAbandoned = true;
            foreach (var folder in Unfinished) TryDelete(folder);
        }
    }

    /// <param name="folder">Made where it is missing.</param>
    /// <param name="what">For messages, such as <c>the csv files</c>.</param>
    /// <param name="write">Writes into the folder it is given, and names the files it wrote, relative to it.</param>
    /// <returns>The paths of the files.</returns>
    /// <exception cref="SweepException">
    /// The folder cannot be written, or a link is in the place of a folder below it; the files in it are as they were.
    /// </exception>
    public static IReadOnlyList<string> Write(string folder, string what, Func<string, IReadOnlyList<string>> write)
    {
        var temporary = Path.Combine(folder, $"{Prefix}{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(folder);
            DeleteForgotten(folder);
            lock (Gate)
            {
                if (IsAbandoned) throw new OperationCanceledException("The process is about to end.");
                Unfinished.Add(temporary);
                Directory.CreateDirectory(temporary);
            }

            // Held for as long as this process lives, so that another one can tell.
            using var held = new FileStream(Path.Combine(temporary, LockName), FileMode.CreateNew, FileAccess.Write, FileShare.None);
            var names = write(temporary);
            lock (Gate) Move(names, temporary, folder);
            return [.. names.Select(name => Path.Combine(folder, name))];
        }
        catch (Exception error) when (IsAbandoned && (error is IOException or UnauthorizedAccessException))
        {
            throw new OperationCanceledException("The process is about to end.", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new SweepException($"{folder}: {what} cannot be written, because you have no permission to write there. Name another folder.", error);
        }
        catch (IOException error)
        {
            throw new SweepException($"{folder}: {what} cannot be written ({error.Message})", error);
        }
        finally
        {
            lock (Gate)
            {
                if (Directory.Exists(temporary)) TryDelete(temporary);
                Unfinished.Remove(temporary);
            }
        }
    }

    /// <summary>A link that has a file's name is replaced, as a file is; one in the place of a folder is refused.</summary>
    private static void Move(IReadOnlyList<string> names, string from, string to)
    {
        foreach (var below in names.Select(name => Path.GetDirectoryName(name)!).Distinct(StringComparer.Ordinal).Where(name => name.Length > 0))
        {
            var folder = Path.Combine(to, below);
            LastingFiles.RefuseLink(folder, "below the folder that the files go to");
            LastingFiles.MakeFolder(folder);
        }

        LastingFiles.Rename([.. names.Select(name => (Path.Combine(from, name), Path.Combine(to, name)))]);
    }

    /// <summary>Deletes what processes left that were killed.</summary>
    private static void DeleteForgotten(string folder)
    {
        foreach (var other in new DirectoryInfo(folder).EnumerateDirectories(Prefix + "*").Where(d => d.LinkTarget is null && IsForgotten(d)).ToList())
            TryDelete(other.FullName);
    }

    private static bool IsForgotten(DirectoryInfo folder)
    {
        try
        {
            new FileStream(Path.Combine(folder.FullName, LockName), FileMode.Open, FileAccess.Write, FileShare.None).Dispose();
            return true;
        }
        catch (FileNotFoundException)
        {
            return DateTime.UtcNow - folder.LastWriteTimeUtc > Forgotten;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void TryDelete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The next one deletes it.
        }
    }
}
