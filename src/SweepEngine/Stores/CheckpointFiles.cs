using System.Globalization;

namespace VicRegSweeps.SweepEngine;

/// <summary>The files behind checkpoints, in a folder beside the database. A file's name says whose it is.</summary>
/// <param name="database">The database's path.</param>
internal sealed class CheckpointFiles(string database)
{
    private const string FolderName = "checkpoints";

    private readonly string home = Path.GetDirectoryName(Path.GetFullPath(database))!;
    private readonly string prefix = Path.GetFileNameWithoutExtension(database) + ".stack-";

    private int written;

    /// <summary>Where a file lies whose relative name the store holds.</summary>
    public string PathOf(string file) => Path.Combine(home, file);

    /// <summary>Writes a new file, whole or not at all.</summary>
    /// <returns>Its name relative to the database's folder.</returns>
    public string Write(StackLease lease, long step, Action<string> write)
    {
        Directory.CreateDirectory(Path.Combine(home, FolderName));
        var file = Path.Combine(
            FolderName,
            string.Create(CultureInfo.InvariantCulture, $"{prefix}{lease.Stack}.lease-{lease.Token}.{++written}.step-{step}"));
        var unfinished = PathOf(file) + ".tmp";
        try
        {
            write(unfinished);
            using (var handle = File.OpenHandle(unfinished, FileMode.Open, FileAccess.ReadWrite)) RandomAccess.FlushToDisk(handle);
            File.Move(unfinished, PathOf(file), overwrite: true);
            return file;
        }
        catch
        {
            TryDelete(unfinished);
            throw;
        }
    }

    public void Delete(string file) => TryDelete(PathOf(file));

    /// <summary>Deletes a stack's files, such as those of a process that was killed while it wrote one.</summary>
    /// <param name="kept">The path of the file to keep; null to keep none.</param>
    public void DeleteOthers(long stack, string? kept)
    {
        foreach (var path in FilesOf(stack).Where(path => path != kept)) TryDelete(path);
    }

    /// <summary>Deletes the files of stacks that have no checkpoint. The folder stays: another worker may be about to write into it.</summary>
    /// <param name="stacks">The stacks that have one.</param>
    public void DeleteAllBut(IReadOnlySet<long> stacks)
    {
        var folder = Path.Combine(home, FolderName);
        if (!Directory.Exists(folder)) return;

        foreach (var path in Directory.EnumerateFiles(folder, $"{prefix}*").Where(path => !stacks.Contains(StackOf(path)))) TryDelete(path);
    }

    private IEnumerable<string> FilesOf(long stack)
    {
        var folder = Path.Combine(home, FolderName);
        return Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, string.Create(CultureInfo.InvariantCulture, $"{prefix}{stack}.*"))
            : [];
    }

    private long StackOf(string path) =>
        long.TryParse(Path.GetFileName(path)[prefix.Length..].Split('.')[0], CultureInfo.InvariantCulture, out var stack) ? stack : -1;

    /// <summary>A file that cannot be deleted costs room and nothing else.</summary>
    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }
}
