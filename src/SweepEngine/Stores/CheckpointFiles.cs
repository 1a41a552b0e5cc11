using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace VicRegSweeps.SweepEngine;

/// <summary>The files behind checkpoints, in a folder beside the database. A file's name says whose it is.</summary>
/// <param name="database">The database's path.</param>
internal sealed partial class CheckpointFiles(string database)
{
    private const string FolderName = "checkpoints";

    private readonly string folder = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(database))!, FolderName);
    private readonly string prefix = Path.GetFileName(database) + ".stack-";

    private int written;

    /// <summary>Where a file lies whose name the store holds.</summary>
    /// <returns>Null for a name that no checkpoint has: a database from elsewhere may say anything.</returns>
    public string? PathOf(string name) => NameOfOne().IsMatch(name) ? Path.Combine(folder, name) : null;

    /// <summary>Writes a new file, whole or not at all.</summary>
    public StoredCheckpoint Write(StackLease lease, long step, double seconds, Action<string> write)
    {
        Directory.CreateDirectory(folder);
        var name = string.Create(CultureInfo.InvariantCulture, $"{prefix}{lease.Stack}.lease-{lease.Token}.{++written}.step-{step}");
        var path = Path.Combine(folder, name);
        var unfinished = $"{path}.{RandomNumberGenerator.GetHexString(16, lowercase: true)}.tmp";    // No link can wait under it.
        try
        {
            write(unfinished);
            string checksum;
            using (var file = new FileStream(unfinished, FileMode.Open, FileAccess.ReadWrite))
            {
                checksum = ChecksumOf(file);
                file.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path, overwrite: true);
            return new StoredCheckpoint(step, name, checksum, seconds);
        }
        catch
        {
            TryDelete(unfinished);
            throw;
        }
    }

    /// <summary>What is wrong with a checkpoint's file; null when it is the one that was written.</summary>
    public string? FaultOf(StoredCheckpoint checkpoint)
    {
        if (PathOf(checkpoint.File) is not { } path) return $"the checkpoint '{Visible.Line(checkpoint.File)}' has a name that no checkpoint has";

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return checkpoint.Checksum is null || checkpoint.Checksum == ChecksumOf(file)
                ? null
                : $"the checkpoint {path} is damaged: it does not have the checksum that it was written with";
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return $"the checkpoint {path} is not there any more";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"the checkpoint {path} cannot be read ({error.Message})";
        }
    }

    /// <summary>Deletes a file of this store; what another database's files are called is left alone.</summary>
    public void Delete(string name)
    {
        if (name.StartsWith(prefix, StringComparison.Ordinal) && PathOf(name) is { } path) TryDelete(path);
    }

    /// <summary>Deletes a stack's files but for those that are in use, such as what a process left that was killed while it wrote.</summary>
    /// <param name="used">Names that the store holds.</param>
    public void DeleteUnused(long stack, IReadOnlySet<string> used) =>
        DeleteUnused(used, name => StackOf(name) == stack);

    /// <summary>Deletes the files of stacks that are done. The folder stays: another worker may be about to write into it.</summary>
    /// <param name="open">The stacks that are not.</param>
    public void DeleteDone(IReadOnlySet<long> open, IReadOnlySet<string> used) =>
        DeleteUnused(used, name => !open.Contains(StackOf(name)));

    private void DeleteUnused(IReadOnlySet<string> used, Func<string, bool> may)
    {
        if (!Directory.Exists(folder)) return;

        foreach (var path in Directory.EnumerateFiles(folder))
        {
            var name = Path.GetFileName(path);
            if (name.StartsWith(prefix, StringComparison.Ordinal) && may(name) && !used.Contains(name)) TryDelete(path);
        }
    }

    private long StackOf(string name) =>
        long.TryParse(name[prefix.Length..].Split('.')[0], CultureInfo.InvariantCulture, out var stack) ? stack : -1;

    [GeneratedRegex(@"^[^/\\\0]+\.stack-\d+\.lease-\d+\.\d+\.step-\d+\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameOfOne();

    private static string ChecksumOf(FileStream file) => Convert.ToHexStringLower(SHA256.HashData(file));

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

/// <summary>A checkpoint as the store knows it.</summary>
/// <param name="File">Its name in the folder of checkpoints.</param>
/// <param name="Checksum">SHA-256 of the file in lower-case hex; null for one of a version that kept none.</param>
/// <param name="Seconds">Each trial's share of the wall time until then.</param>
internal sealed record StoredCheckpoint(long Step, string File, string? Checksum, double Seconds);
