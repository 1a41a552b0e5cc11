using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Trials.Arrays;

/// <summary>What an NPY file says of its array.</summary>
/// <param name="Type">The element type's name, such as <c>&lt;f4</c>.</param>
/// <param name="IsFortranOrder">Whether the first index varies fastest.</param>
/// <param name="Shape">At least zero each; empty for a single number.</param>
/// <remarks>https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html</remarks>
internal sealed record NpyHeader(string Type, bool IsFortranOrder, IReadOnlyList<long> Shape)
{
    /// <summary>NumPy's own limit.</summary>
    private const int LargestText = 10_000;

    /// <summary>The data of a file that NumPy wrote begins at a multiple of this.</summary>
    private const int Alignment = 64;

    private const int VersionBytes = 2;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    private static ReadOnlySpan<byte> ZipMagic => "PK"u8;

    /// <summary>The shape for people, such as <c>1000 × 50</c>.</summary>
    public string ShapeText => Shape.Count == 0 ? "a single number" : string.Join(" × ", Shape);

    /// <summary>Null where the product overflows.</summary>
    public long? Elements
    {
        get
        {
            Int128 product = 1;
            foreach (var size in Shape)
            {
                product *= size;
                if (product > long.MaxValue)
                    return null;
            }

            return (long)product;
        }
    }

    /// <summary>Reads the header, and leaves the stream where the data begins.</summary>
    /// <param name="path">For messages.</param>
    public static NpyHeader Read(string path, Stream stream)
    {
        Span<byte> start = stackalloc byte[Magic.Length + VersionBytes];
        var read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (!start[..read].StartsWith(Magic))
        {
            throw new SweepException(start[..read].StartsWith(ZipMagic)
                ? $"'{path}' is a ZIP archive, perhaps NPZ, and no NPY file: save one array with numpy.save."
                : $"'{path}' is no NPY file, as numpy.save writes them: it does not begin with \\x93NUMPY.");
        }

        if (read < start.Length)
            throw new SweepException($"'{path}' is damaged: it ends within its header.");
        var (major, minor) = (start[^2], start[^1]);
        if (major is < 1 or > 3 || minor != 0)
            throw new SweepException($"'{path}' is of NPY version {major}.{minor}, but must be of 1.0, 2.0 or 3.0.");

        var text = new byte[ReadLength(path, stream, major == 1 ? sizeof(ushort) : sizeof(uint))];
        if (stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false) < text.Length)
            throw new SweepException($"'{path}' is damaged: it ends within its header.");
        return new NpyHeaderParser(path, (major == 3 ? Encoding.UTF8 : Encoding.Latin1).GetString(text)).Parse();
    }

    /// <summary>Version 1.0, padded as NumPy does.</summary>
    public byte[] ToBytes()
    {
        var shape = string.Concat(Shape.Select(size => size.ToString(CultureInfo.InvariantCulture) + ", "));
        shape = Shape.Count == 1 ? shape.TrimEnd() : shape.TrimEnd(',', ' '); // A Python tuple of one keeps its comma.
        var text = $"{{'descr': '{Type}', 'fortran_order': {(IsFortranOrder ? "True" : "False")}, 'shape': ({shape}), }}";
        var before = Magic.Length + VersionBytes + sizeof(ushort);
        var total = (before + text.Length + 1 + Alignment - 1) / Alignment * Alignment;
        text = text.PadRight(total - before - 1) + '\n';

        var bytes = new byte[total];
        Magic.CopyTo(bytes);
        bytes[Magic.Length] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(Magic.Length + VersionBytes), (ushort)text.Length);
        Encoding.Latin1.GetBytes(text, bytes.AsSpan(before));
        return bytes;
    }

    private static int ReadLength(string path, Stream stream, int size)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        if (stream.ReadAtLeast(bytes[..size], size, throwOnEndOfStream: false) < size)
            throw new SweepException($"'{path}' is damaged: it ends within its header.");
        var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        return length <= LargestText
            ? (int)length
            : throw new SweepException($"'{path}' announces a header of {length} bytes, but it must have at most {LargestText}.");
    }
}
