using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.Trials.Arrays;

namespace VicRegSweeps.Trials.Sources;

/// <summary>
/// Checksums of files, remembered in the cache by size and time, so that a large file is not read again only to say that it is still the
/// same. Whatever is wrong with what is remembered, it is computed anew.
/// </summary>
internal sealed class ContentMemory
{
    private const string Folder = "contents";

    private readonly string path;
    private readonly Dictionary<string, Entry> known;
    private bool isNew;

    /// <param name="cacheFolder">Where it is kept.</param>
    /// <param name="root">The file or folder that it is about, and by which it is found again.</param>
    public ContentMemory(string cacheFolder, string root)
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(root))).AsSpan(0, 16));
        path = Path.Combine(cacheFolder, Folder, $"{name}.json");
        known = Read(path);
    }

    /// <summary>The checksum of a file.</summary>
    /// <param name="name">Below the root.</param>
    /// <returns>Null where it is not known for this size and time.</returns>
    public string? this[string name, FileStamp stamp] =>
        known.TryGetValue(name, out var entry) && (entry.Bytes, entry.Ticks) == (stamp.Bytes, stamp.Ticks) ? entry.Sha256 : null;

    public void Add(string name, FileStamp stamp, string sha256)
    {
        known[name] = new Entry(stamp.Bytes, stamp.Ticks, sha256);
        isNew = true;
    }

    /// <summary>Keeps what was added, where the cache can be written.</summary>
    public void Save()
    {
        if (!isNew) return;

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            WholeFile.WriteText(path, JsonSerializer.Serialize(known));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or SweepException)
        {
            // It saves time alone: no sweep ends because it cannot be kept.
        }
    }

    private static Dictionary<string, Entry> Read(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<Dictionary<string, Entry>>(File.ReadAllBytes(path)) ?? [] : [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or NotSupportedException)
        {
            return [];
        }
    }

    private sealed record Entry(long Bytes, long Ticks, string Sha256);
}
