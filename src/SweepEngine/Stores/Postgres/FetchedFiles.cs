using System.Security.Cryptography;

namespace VicRegSweeps.SweepEngine.Stores.Postgres;

/// <summary>Files that were fetched from a database, in a folder of this process alone. It is made when the first is, and goes with the store.</summary>
internal sealed class FetchedFiles : IDisposable
{
    private string? folder;

    private string Folder => folder ??= Directory.CreateTempSubdirectory("vicreg-sweep-").FullName;

    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <returns>The SHA-256 of what was written, in lower-case hex.</returns>
    public string Write(string name, Action<Stream> write)
    {
        using var hash = SHA256.Create();
        using (var file = new FileStream(PathOf(name), FileMode.Create, FileAccess.Write, FileShare.None))
        using (var both = new CryptoStream(file, hash, CryptoStreamMode.Write)) write(both);
        return Convert.ToHexStringLower(hash.Hash!);
    }

    public void Delete(string name)
    {
        if (folder is not null) File.Delete(PathOf(name));
    }

    public void Clear()
    {
        if (folder is null) return;
        foreach (var file in Directory.GetFiles(folder)) File.Delete(file);
    }

    public void Dispose()
    {
        if (folder is null) return;

        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It lies in the folder for temporary files.
        }

        folder = null;
    }
}
