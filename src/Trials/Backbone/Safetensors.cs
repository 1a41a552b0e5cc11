using System.Buffers.Binary;
using System.Security.Cryptography;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Files;
using VicRegSweeps.Trials.Arrays;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>Reads and writes files of named tensors: header length, JSON header, raw little-endian data.</summary>
/// <remarks>https://github.com/huggingface/safetensors#format. Files written here carry the SHA-256 of their data.</remarks>
public static class Safetensors
{
    /// <summary>The metadata entry with the SHA-256 of the data section, in lower-case hex.</summary>
    public const string ChecksumName = "sha256";

    /// <summary>The format's own limit.</summary>
    private const long LargestHeader = 100_000_000;

    /// <summary>Writes the file and flushes it to the disk under another name first: a file of this name is whole, or the one before.</summary>
    /// <param name="tensors">On any device; of a type that <see cref="SafetensorsType"/> has.</param>
    /// <param name="metadata">Text beside the tensors; null for none. The checksum is added.</param>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        using var scope = NewDisposeScope();
        var ordered = Ordered(tensors);
        var allMetadata = new Dictionary<string, string>(metadata ?? new Dictionary<string, string>())
        {
            [ChecksumName] = ChecksumOf(ordered.Select(pair => pair.Tensor)),
        };
        using var file = new WholeFile(path);
        Write(ordered, allMetadata, file.Write);
        file.Commit();
    }

    /// <summary>Writes the same without a checksum, which whoever has the stream keeps.</summary>
    /// <inheritdoc cref="Write(string, IReadOnlyDictionary{string, Tensor}, IReadOnlyDictionary{string, string}?)"/>
    internal static void Write(Stream stream, IReadOnlyDictionary<string, Tensor> tensors, Dictionary<string, string> metadata)
    {
        using var scope = NewDisposeScope();
        Write(Ordered(tensors), metadata, stream.Write);
    }

    /// <summary>Tensors of the file, on the processor, and its metadata. A checksum that is there is verified.</summary>
    /// <param name="wanted">The names of the tensors to read, as far as they are there; all of them unless given. Others may be of any type.</param>
    public static (IReadOnlyDictionary<string, Tensor> Tensors, IReadOnlyDictionary<string, string> Metadata) Read(string path,
        IReadOnlySet<string>? wanted = null)
    {
        if (!File.Exists(path))
            throw new SweepException($"There is no file '{path}'.");
        try
        {
            using var stream = OrdinaryFile.Open(path);
            var header = ReadHeader(path, stream);
            return (ReadTensors(path, stream, header, wanted), header.Metadata);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SweepException($"'{path}' cannot be read: {error.Message}", error);
        }
    }

    /// <summary>What the file says that it holds, without reading the tensors: libtorch is not needed for it.</summary>
    /// <exception cref="SweepException">The file cannot be read, or is none of this kind.</exception>
    internal static SafetensorsHeader Look(string path)
    {
        try
        {
            using var stream = OrdinaryFile.Open(path);
            return ReadHeader(path, stream);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SweepException($"'{path}' cannot be read: {error.Message}", error);
        }
    }

    private static List<(string Name, Tensor Tensor)> Ordered(IReadOnlyDictionary<string, Tensor> tensors) =>
    [
        .. tensors
            .OrderByDescending(pair => SafetensorsType.Of(pair.Value).Bytes) // So that every tensor is aligned.
            .ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => (pair.Key, pair.Value.detach().contiguous())),
    ];

    private static void Write(List<(string Name, Tensor Tensor)> ordered, Dictionary<string, string> metadata, TensorPieces.ReadBytes write)
    {
        var entries = new List<SafetensorsEntry>();
        foreach (var (name, tensor) in ordered)
        {
            var begin = entries.Count == 0 ? 0 : entries[^1].End;
            var type = SafetensorsType.Of(tensor);
            entries.Add(new SafetensorsEntry(name, type, type.Name, tensor.shape, begin, begin + tensor.NumberOfElements * type.Bytes));
        }

        Span<byte> length = stackalloc byte[sizeof(ulong)];
        var header = new SafetensorsHeader(entries, metadata).ToBytes();
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        write(length);
        write(header);
        foreach (var (_, tensor) in ordered)
            TensorPieces.Read(tensor, write);
    }

    /// <param name="hash">Gets the bytes; null where nobody asks for it.</param>
    private static void PassOver(FileStream stream, long bytes, IncrementalHash? hash)
    {
        if (hash is null)
        {
            stream.Seek(bytes, SeekOrigin.Current);
            return;
        }

        var buffer = new byte[Math.Min(bytes, 1 << 16)];
        for (var left = bytes; left > 0; left -= buffer.Length)
        {
            var piece = buffer.AsSpan(0, (int)Math.Min(left, buffer.Length));
            stream.ReadExactly(piece);
            hash.AppendData(piece);
        }
    }

    private static string ChecksumOf(IEnumerable<Tensor> tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var tensor in tensors)
            TensorPieces.Read(tensor, hash.AppendData);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static SafetensorsHeader ReadHeader(string path, FileStream stream)
    {
        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        if (stream.Length < prefix.Length)
            throw new SweepException($"'{path}' is damaged: {stream.Length} bytes are too few for a safetensors file.");
        stream.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        var available = stream.Length - prefix.Length;
        if (length > (ulong)Math.Min(available, LargestHeader))
            throw new SweepException(
                $"'{path}' is damaged, or no safetensors file: it announces a header of {length} bytes, but has {available} bytes after that.");

        var header = new byte[length];
        stream.ReadExactly(header);
        return SafetensorsHeader.Parse(path, header, available - (long)length);
    }

    private static Dictionary<string, Tensor> ReadTensors(string path, FileStream stream, SafetensorsHeader header, IReadOnlySet<string>? wanted)
    {
        using var scope = NewDisposeScope();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var tensors = new Dictionary<string, Tensor>();
        foreach (var entry in header.Entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            if (wanted?.Contains(entry.Name) == false)
            {
                PassOver(stream, entry.End - entry.Begin, header.Metadata.ContainsKey(ChecksumName) ? hash : null);
                continue;
            }

            var type = entry.Type?.Type ?? throw new SweepException(
                $"'{path}': tensor '{entry.Name}' is of type {entry.TypeName}, but only {string.Join(", ", SafetensorsType.All.Where(t => t.Type is not null).Select(t => t.Name))} can be read.");
            var tensor = empty(entry.Shape, type);
            TensorPieces.ForEach(tensor, bytes =>
            {
                stream.ReadExactly(bytes);
                hash.AppendData(bytes);
            });
            tensors[entry.Name] = tensor;
        }

        if (header.Metadata.TryGetValue(ChecksumName, out var checksum) && checksum != Convert.ToHexStringLower(hash.GetHashAndReset()))
            throw new SweepException($"'{path}' is damaged: its data does not have the checksum that it was written with.");
        foreach (var tensor in tensors.Values)
            tensor.MoveToOuterDisposeScope();
        return tensors;
    }
}
