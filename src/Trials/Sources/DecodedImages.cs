using System.Security.Cryptography;
using System.Text.Json;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.Trials.Arrays;

namespace VicRegSweeps.Trials.Sources;

/// <summary>Pixels of image files in the cache: a checksum of what follows, what is wrong with each file, and the pixels.</summary>
public static class DecodedImages
{
    private const string Folder = "images";
    private const string Ending = ".bin";

    /// <summary>Of a key, in hex.</summary>
    private const int KeyDigits = 32;

    /// <summary>Where pixels of a key lie.</summary>
    internal static string PathOf(string cacheFolder, string key) => Path.Combine(cacheFolder, Folder, key + Ending);

    /// <summary>What all of them take in a cache, in bytes; 0 where there is no such cache.</summary>
    /// <exception cref="SweepException">The folder cannot be read.</exception>
    public static long BytesIn(string cacheFolder) => OwnFiles.Try(cacheFolder, () => In(cacheFolder).Sum(file => file.Length));

    /// <summary>Removes all of them from a cache. Sweeps that run have read theirs, and lose nothing.</summary>
    /// <returns>What they took, in bytes.</returns>
    /// <exception cref="SweepException">One cannot be removed.</exception>
    public static long Clear(string cacheFolder)
    {
        var freed = 0L;
        foreach (var file in OwnFiles.Try(cacheFolder, () => In(cacheFolder)))
        {
            try
            {
                freed += file.Length;
                file.Delete();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new SweepException($"'{file.FullName}' cannot be removed: {error.Message}", error);
            }
        }

        return freed;
    }

    /// <param name="pixels">Filled; undefined where the cache does not have them.</param>
    /// <returns>For each file what is wrong with it, null where nothing is; null where the cache does not have them, or has them damaged.</returns>
    internal static string?[]? TryRead(string path, Span<byte> pixels)
    {
        try
        {
            if (!File.Exists(path)) return null;

            using var file = new BinaryReader(File.OpenRead(path));
            var sum = file.ReadBytes(SHA256.HashSizeInBytes);
            var text = file.ReadBytes(file.ReadInt32());
            file.BaseStream.ReadExactly(pixels);
            return sum.AsSpan().SequenceEqual(SumOf(text, pixels)) ? JsonSerializer.Deserialize<string?[]>(text) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Keeps them, where the cache can be written.</summary>
    internal static void Write(string path, ReadOnlySpan<byte> pixels, string?[] complaints)
    {
        var text = JsonSerializer.SerializeToUtf8Bytes(complaints);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var file = new WholeFile(path);
            file.Write(SumOf(text, pixels));
            file.Write(BitConverter.GetBytes(text.Length));
            file.Write(text);
            file.Write(pixels);
            file.Commit();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or SweepException)
        {
            // It saves time alone: no sweep ends because it cannot be kept.
        }
    }

    /// <summary>Files by the name of a key: a cache may be a folder that holds other things too.</summary>
    private static IReadOnlyList<FileInfo> In(string cacheFolder) =>
        new DirectoryInfo(Path.Combine(cacheFolder, Folder)) is { Exists: true, LinkTarget: null } folder
            ? [.. folder.GetFiles($"*{Ending}").Where(file => IsKey(Path.GetFileNameWithoutExtension(file.Name)))]
            : [];

    private static bool IsKey(string name) => name.Length == KeyDigits && name.All(char.IsAsciiHexDigitLower);

    private static byte[] SumOf(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pixels)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(text);
        hash.AppendData(pixels);
        return hash.GetHashAndReset();
    }
}
