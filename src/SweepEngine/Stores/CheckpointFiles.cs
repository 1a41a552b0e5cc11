using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using VicRegSweeps.SweepEngine.Files;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>The files behind checkpoints, in a folder beside the database. A file's name says whose it is.</summary>
/// <param name="database">The database's full path, behind all links: whatever path it is opened by, it has the same checkpoints.</param>
/// <param name="refuseGone">Throws where the store is no longer the one that was opened.</param>
internal sealed partial class CheckpointFiles(string database, Action refuseGone)
{
    private const string FolderName = "checkpoints";

    private readonly string folder = Path.Combine(Path.GetDirectoryName(database)!, FolderName);
    private readonly string prefix = Path.GetFileName(database) + ".stack-";

    private int written;

    /// <summary>Where a file lies whose name the store holds.</summary>
    /// <returns>Null for a name that no checkpoint has: a database from elsewhere may say anything.</returns>
    public string? PathOf(string name) => NameOfOne().IsMatch(name) ? Path.Combine(folder, name) : null;

    /// <summary>Writes a new file, whole or not at all.</summary>
    public StoredCheckpoint Write(StackLease lease, long step, double seconds, Action<Stream> write)
    {
        MakeFolder();
        var name = string.Create(CultureInfo.InvariantCulture, $"{prefix}{lease.Stack}.lease-{lease.Token}.{++written}.step-{step}");
        var path = Path.Combine(folder, name);
        var unfinished = LastingFiles.Unfinished(path);
        try
        {
            var checksum = WriteHashed(unfinished, write);

            // Another store may lie here by now, with a checkpoint of this name.
            refuseGone();
            LastingFiles.Rename(unfinished, path);
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

    /// <summary>
    /// Deletes what nobody goes on from: files of stacks that are done or were halved, and what a process left that was killed
    /// while it wrote. The folder stays: another worker may be about to write into it.
    /// </summary>
    /// <param name="stack">Whose files may go although it is not done, because this process has its lease; null for none.</param>
    /// <param name="needed">The stacks that are not done, and the names that the store holds. Asked for once the files are known.</param>
    public void DeleteUnused(long? stack, Func<(IReadOnlySet<long> Open, IReadOnlySet<string> Used)> needed)
    {
        if (!Directory.Exists(folder)) return;

        // A file that is there now is of a stack that the store knows by now; one that comes later is left alone.
        var names = Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path))
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        if (names.Count == 0) return;

        var (open, used) = needed();
        foreach (var name in names.Where(name => !used.Contains(name) && (StackOf(name) is var owner && (owner == stack || !open.Contains(owner)))))
            TryDelete(Path.Combine(folder, name));
    }

    /// <summary>The folder alone, never those above it: where they are gone, so is the store.</summary>
    private void MakeFolder()
    {
        if (Directory.Exists(folder)) return;

        refuseGone();
        LastingFiles.MakeFolder(folder);
    }

    private long StackOf(string name) =>
        long.TryParse(name[prefix.Length..].Split('.')[0], CultureInfo.InvariantCulture, out var stack) ? stack : -1;

    [GeneratedRegex(@"^[^/\\\0]+\.stack-\d+\.lease-\d+\.\d+\.step-\d+\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameOfOne();

    /// <returns>The checksum of what was written.</returns>
    private static string WriteHashed(string path, Action<Stream> write)
    {
        using var hash = SHA256.Create();
        using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None))
        using (var both = new CryptoStream(file, hash, CryptoStreamMode.Write))
            write(both);
        return Convert.ToHexStringLower(hash.Hash!);
    }

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
