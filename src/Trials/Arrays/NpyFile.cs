using System.Numerics;
using System.Runtime.InteropServices;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Files;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Arrays;

/// <summary>Reads and writes NumPy's NPY files of plain numbers. Nothing in them is ever executed: pickled objects are refused.</summary>
public static class NpyFile
{
    private const int ElementsPerPiece = 1 << 16;

    /// <summary>An array of floating-point numbers in double precision, as it is: NaN and infinity too.</summary>
    /// <param name="dimensions">How many the array must have.</param>
    /// <exception cref="SweepException">The file cannot be read, is damaged, or holds something else.</exception>
    public static Tensor ReadReal(string path, int dimensions) =>
        Read<double>(path, ScalarType.Float64, "f", "floating-point numbers (float16, float32 or float64)", dimensions);

    /// <summary>An array of integers, as int64.</summary>
    /// <inheritdoc cref="ReadReal"/>
    public static Tensor ReadInteger(string path, int dimensions) =>
        Read<long>(path, ScalarType.Int64, "iu", "integers", dimensions);

    /// <summary>Writes a tensor in C order; the file has its name when it is whole.</summary>
    /// <param name="tensor">Float32, float64 or int64, of any shape, on any device.</param>
    public static void Write(string path, Tensor tensor)
    {
        using var file = new WholeFile(path);
        Write(file, tensor, _ => { }, CancellationToken.None);
        file.Commit();
    }

    /// <param name="file">Not committed here.</param>
    /// <param name="written">Told the bytes of data written so far.</param>
    /// <param name="cancel">Honoured between pieces.</param>
    /// <inheritdoc cref="Write(string, Tensor)"/>
    public static void Write(WholeFile file, Tensor tensor, Action<long> written, CancellationToken cancel)
    {
        using var scope = NewDisposeScope();
        var onProcessor = tensor.detach().cpu().contiguous();
        file.Write(new NpyHeader(NpyType.NameOf(tensor), IsFortranOrder: false, tensor.shape).ToBytes());
        var done = 0L;
        TensorPieces.ForEach(onProcessor, bytes =>
        {
            cancel.ThrowIfCancellationRequested();
            file.Write(bytes);
            written(done += bytes.Length);
        });
    }

    private static Tensor Read<T>(string path, ScalarType to, string kinds, string wanted, int dimensions)
        where T : unmanaged, INumberBase<T>
    {
        try
        {
            using var stream = Open(path);
            var header = NpyHeader.Read(path, stream);
            var type = NpyType.Named(header.Type);
            if (type is null || !kinds.Contains(type.Kind, StringComparison.Ordinal))
            {
                throw header.Type.EndsWith('O')
                    ? new SweepException($"'{path}' holds pickled Python objects, which are never loaded, but must hold {wanted}.")
                    : new SweepException($"'{path}' holds elements of type '{header.Type}', but must hold {wanted}.");
            }

            if (header.Shape.Count != dimensions)
                throw new SweepException($"'{path}' has {header.Shape.Count} dimensions ({header.ShapeText}), but must have {dimensions}.");
            return ReadData<T>(path, stream, header, type, to);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SweepException($"'{path}' cannot be read: {error.Message}", error);
        }
        catch (OverflowException error)
        {
            throw new SweepException($"'{path}' holds an integer above {long.MaxValue}, the largest that is allowed.", error);
        }
    }

    /// <summary>Opens a file to be read as NPY; what cannot be is refused in a sentence.</summary>
    internal static FileStream Open(string path)
    {
        if (Directory.Exists(path))
            throw new SweepException($"'{path}' is a folder, but must be an NPY file.");
        if (!File.Exists(path))
            throw new SweepException($"There is no file '{path}'.");
        return OrdinaryFile.Is(path) ? File.OpenRead(path) : throw new SweepException($"'{path}' is a pipe, a socket or a device, but must be a file.");
    }

    private static Tensor ReadData<T>(string path, FileStream stream, NpyHeader header, NpyType type, ScalarType to)
        where T : unmanaged, INumberBase<T>
    {
        var found = stream.Length - stream.Position;
        if (header.Elements is not { } elements || (Int128)elements * type.Bytes != found)
        {
            throw new SweepException(
                $"'{path}' is damaged: its header announces {header.ShapeText} elements of {type.Bytes} bytes, but {found} bytes follow it.");
        }

        using var scope = NewDisposeScope();
        var flat = empty([elements], to);
        var buffer = new byte[Math.Min(elements, ElementsPerPiece) * type.Bytes];
        for (var start = 0L; start < elements; start += ElementsPerPiece)
        {
            using var piece = NewDisposeScope();
            var count = Math.Min(elements - start, ElementsPerPiece);
            var bytes = buffer.AsSpan(0, (int)count * type.Bytes);
            stream.ReadExactly(bytes);
            type.Decode(bytes, MemoryMarshal.Cast<byte, T>(flat.narrow(0, start, count).bytes));
        }

        var array = header.IsFortranOrder
            ? flat.reshape([.. header.Shape.Reverse()]).permute([.. Enumerable.Range(0, header.Shape.Count).Select(d => (long)d).Reverse()]).contiguous()
            : flat.reshape([.. header.Shape]);
        return array.MoveToOuterDisposeScope();
    }
}
