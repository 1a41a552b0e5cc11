using System.Security.Cryptography;
using System.Text.Json;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.Trials.Arrays;

namespace VicRegSweeps.Trials.Sources;

/// <summary>Pixels of image files in the cache: a checksum of what follows, what is wrong with each file, and the pixels.</summary>
internal static class DecodedImages
{
    /// <param name="pixels">Filled; undefined where the cache does not have them.</param>
    /// <returns>For each file what is wrong with it, null where nothing is; null where the cache does not have them, or has them damaged.</returns>
    public static string?[]? TryRead(string path, byte[] pixels)
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
    public static void Write(string path, byte[] pixels, string?[] complaints)
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

    private static byte[] SumOf(byte[] text, byte[] pixels)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(text);
        hash.AppendData(pixels);
        return hash.GetHashAndReset();
    }
}
