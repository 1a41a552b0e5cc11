using System.Runtime.InteropServices;
using VicRegSweeps.SweepEngine;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace VicRegSweeps.Trials.Arrays;

/// <summary>An NPY file whose elements are read where they lie, so that it may be larger than memory.</summary>
/// <remarks>
/// It is read by position and not mapped: the system keeps what was read in the same cache, and a file that somebody cuts short while it
/// is in use leads to a message. A mapped one would end the process.
/// </remarks>
internal sealed class NpyRows : IDisposable
{
    private readonly FileStream stream;
    private readonly NpyType type;
    private readonly long start;
    private readonly FileStamp stamp;

    private NpyRows(string path, FileStream stream, NpyHeader header, NpyType type, FileStamp stamp) =>
        (Path, this.stream, Shape, this.type, start, this.stamp) = (path, stream, header.Shape, type, stream.Position, stamp);

    public string Path { get; }

    public IReadOnlyList<long> Shape { get; }

    /// <summary>When it was opened.</summary>
    public FileStamp Stamp => stamp;

    /// <summary>Opens a file.</summary>
    /// <param name="isWanted">Given the kind of an element and its bytes, whether such are read: <c>('f', 2)</c>.</param>
    /// <param name="wanted">These in words.</param>
    /// <param name="advice">What to do where the file holds others.</param>
    /// <exception cref="SweepException">The file cannot be read, is damaged, or holds something else.</exception>
    public static NpyRows Open(string path, Func<(char Kind, int Bytes), bool> isWanted, string wanted, string advice)
    {
        FileStream? stream = null;
        try
        {
            var stamp = FileStamp.Of(path);
            stream = NpyFile.Open(path);
            var header = NpyHeader.Read(path, stream);
            if (header.Type.EndsWith('O'))
                throw new SweepException(
                    $"'{path}' holds pickled Python objects, as numpy.save writes arrays of unequal shapes. They are never loaded: it must hold {wanted}, all of one shape.");
            if (NpyType.Named(header.Type) is not { } type || !isWanted((type.Kind, type.Bytes)))
                throw new SweepException($"'{path}' holds elements of type '{header.Type}', but must hold {wanted}. {advice}");
            if (header.IsFortranOrder && header.Shape.Count > 1)
                throw new SweepException($"'{path}' is in Fortran order, but must be in C order: save numpy.ascontiguousarray(x).");
            var found = stream.Length - stream.Position;
            if (header.Elements is not { } elements || (Int128)elements * type.Bytes != found)
            {
                throw new SweepException(
                    $"'{path}' is damaged: its header announces {header.ShapeText} elements of {type.Bytes} bytes, but {found} bytes follow it.");
            }

            var opened = new NpyRows(path, stream, header, type, stamp);
            stream = null;
            return opened;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SweepException($"'{path}' cannot be read: {error.Message}", error);
        }
        finally
        {
            stream?.Dispose();
        }
    }

    /// <summary>The shape for people, such as <c>1000 × 50</c>.</summary>
    public string ShapeText => Shape.Count == 0 ? "a single number" : string.Join(" × ", Shape);

    /// <summary>Bytes of the array.</summary>
    public long Bytes => Shape.Aggregate(1L, (product, size) => product * size) * type.Bytes;

    /// <summary>Reads elements that are bytes. Several threads may.</summary>
    /// <param name="first">The number of the first, in C order.</param>
    public void Read(long first, Span<byte> to) => ReadRaw(first, to);

    /// <summary>Reads elements that are floating-point numbers.</summary>
    /// <inheritdoc cref="Read(long, Span{byte})"/>
    public void Read(long first, Span<float> to)
    {
        if (type is { Bytes: sizeof(float), IsBigEndian: false })
        {
            ReadRaw(first, MemoryMarshal.AsBytes(to));
            return;
        }

        var bytes = new byte[to.Length * type.Bytes];
        ReadRaw(first, bytes);
        if (type is { Bytes: 2, IsBigEndian: false }) TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(bytes), to);
        else type.Decode(bytes, to);
    }

    /// <summary>Reads elements that are integers.</summary>
    /// <inheritdoc cref="Read(long, Span{byte})"/>
    public void Read(long first, Span<long> to)
    {
        var bytes = new byte[to.Length * type.Bytes];
        ReadRaw(first, bytes);
        try
        {
            type.Decode(bytes, to);
        }
        catch (OverflowException error)
        {
            throw new SweepException($"'{Path}' holds an integer above {long.MaxValue}, the largest that is allowed.", error);
        }
    }

    /// <summary>Refuses to go on with a file that somebody has written to since it was opened.</summary>
    public void CheckUnchanged() => stamp.CheckUnchanged(Path);

    public void Dispose() => stream.Dispose();

    private void ReadRaw(long first, Span<byte> to)
    {
        try
        {
            for (var at = start + (first * type.Bytes); to.Length > 0;)
            {
                var read = RandomAccess.Read(stream.SafeFileHandle, to, at);
                if (read == 0) throw new SweepException($"'{Path}' has become shorter while it was in use. Run again when nothing writes to it any more.");
                at += read;
                to = to[read..];
            }
        }
        catch (IOException error)
        {
            throw new SweepException($"'{Path}' cannot be read: {error.Message}", error);
        }
    }
}
