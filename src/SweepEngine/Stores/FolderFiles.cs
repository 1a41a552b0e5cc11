using System.Globalization;
using System.Security.Cryptography;
using VicRegSweeps.SweepEngine.Files;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>Files that belong to a store, in a folder that other stores may share: every name begins with the store's own.</summary>
/// <param name="folder">Is made when the first file is written.</param>
/// <param name="store">What the store is called in names.</param>
/// <param name="refuseGone">Throws where the store is no longer the one that was opened.</param>
internal sealed class FolderFiles(string folder, string store, Action refuseGone) : IStoreFiles
{
    public string Prefix { get; } = FileNames.Of(store);

    public string PathOf(string name) => Path.Combine(folder, name);

    public bool Has(string name) => File.Exists(PathOf(name));

    public (string Checksum, long Bytes) Write(string name, long stack, Action<Stream> write)
    {
        MakeFolder();
        var path = PathOf(name);
        var unfinished = LastingFiles.Unfinished(path);
        try
        {
            var written = WriteHashed(unfinished, write);

            // Another store may lie here by now, with a file of this name.
            refuseGone();
            LastingFiles.Rename(unfinished, path);
            return written;
        }
        catch
        {
            TryDelete(unfinished);
            throw;
        }
    }

    public string? FaultOf(string what, string name, string? checksum)
    {
        var path = PathOf(name);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return checksum is null || checksum == Convert.ToHexStringLower(SHA256.HashData(file))
                ? null
                : $"{what} {path} is damaged: it does not have the checksum that it was written with";
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return $"{what} {path} is not there any more";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"{what} {path} cannot be read ({error.Message})";
        }
    }

    public void Delete(string name)
    {
        if (name.StartsWith(Prefix, StringComparison.Ordinal)) TryDelete(PathOf(name));
    }

    /// <remarks>The folder stays: another worker may be about to write into it.</remarks>
    public void DeleteUnused(long? stack, Func<(IReadOnlySet<long> Open, IReadOnlySet<string> Used)> needed)
    {
        if (!Directory.Exists(folder)) return;

        // A file that is there now is of a stack that the store knows by now; one that comes later is left alone.
        var names = Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path))
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).ToList();
        if (names.Count == 0) return;

        var (open, used) = needed();
        foreach (var name in names.Where(name => !used.Contains(name) && (StackOf(name) is var owner && (owner == stack || !open.Contains(owner)))))
            TryDelete(PathOf(name));
    }

    /// <summary>The stack in whose lease a file was written; -1 where its name does not say.</summary>
    private long StackOf(string name) =>
        long.TryParse(name[Prefix.Length..].Split('.')[0], CultureInfo.InvariantCulture, out var stack) ? stack : -1;

    /// <summary>The folder alone, never those above it: where they are gone, so is the store.</summary>
    private void MakeFolder()
    {
        if (Directory.Exists(folder)) return;

        refuseGone();
        LastingFiles.MakeFolder(folder);
    }

    private static (string Checksum, long Bytes) WriteHashed(string path, Action<Stream> write)
    {
        using var hash = SHA256.Create();
        using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None))
        {
            using (var both = new CryptoStream(file, hash, CryptoStreamMode.Write, leaveOpen: true)) write(both);
            return (Convert.ToHexStringLower(hash.Hash!), file.Length);
        }
    }

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
