using System.Buffers.Binary;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>Samples as the store keeps them: half precision about their own centre, at their own scale.</summary>
/// <remarks>
/// A collapsed cloud may be a millionth of its distance from the origin wide; half precision of the values themselves would
/// make one point of it. Of the deviations it keeps three digits, whatever their size.
/// </remarks>
/// <param name="Centre">float32, little-endian: the mean of every dimension.</param>
/// <param name="Scale">The largest deviation from the centre; 1 where there is none.</param>
/// <param name="Samples">float16, little-endian: (value − centre) / scale, row by row.</param>
internal sealed record PackedVectors(byte[] Centre, double Scale, byte[] Samples)
{
    /// <param name="values">Rows of <paramref name="dimension"/> numbers; what is not finite stays so.</param>
    public static PackedVectors Of(float[] values, int dimension)
    {
        var rows = values.Length / dimension;
        var centre = new float[dimension];
        for (var d = 0; d < dimension; d++)
        {
            var (sum, count) = (0.0, 0);
            for (var row = 0; row < rows; row++)
            {
                if (!float.IsFinite(values[(row * dimension) + d])) continue;
                sum += values[(row * dimension) + d];
                count++;
            }

            centre[d] = count == 0 ? 0 : (float)(sum / count);
        }

        var scale = 0.0;
        for (var i = 0; i < values.Length; i++)
        {
            if (float.IsFinite(values[i])) scale = Math.Max(scale, Math.Abs((double)values[i] - centre[i % dimension]));
        }

        if (scale == 0) scale = 1;
        var samples = new byte[values.Length * sizeof(ushort)];
        for (var i = 0; i < values.Length; i++)
        {
            var deviation = (Half)(((double)values[i] - centre[i % dimension]) / scale);
            BinaryPrimitives.WriteHalfLittleEndian(samples.AsSpan(i * sizeof(ushort)), deviation);
        }

        var bytes = new byte[dimension * sizeof(float)];
        for (var d = 0; d < dimension; d++) BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(d * sizeof(float)), centre[d]);
        return new PackedVectors(bytes, scale, samples);
    }

    /// <returns>Rows of as many numbers as the centre has.</returns>
    public static float[] Unpack(ReadOnlySpan<byte> centre, double scale, ReadOnlySpan<byte> samples)
    {
        var dimension = centre.Length / sizeof(float);
        var values = new float[samples.Length / sizeof(ushort)];
        for (var i = 0; i < values.Length; i++)
        {
            var middle = BinaryPrimitives.ReadSingleLittleEndian(centre[(i % dimension * sizeof(float))..]);
            values[i] = (float)(middle + (scale * (double)BinaryPrimitives.ReadHalfLittleEndian(samples[(i * sizeof(ushort))..])));
        }

        return values;
    }

    /// <summary>int32, little-endian.</summary>
    public static byte[] Bytes(IReadOnlyList<int> numbers)
    {
        var bytes = new byte[numbers.Count * sizeof(int)];
        foreach (var (i, number) in numbers.Index()) BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(i * sizeof(int)), number);
        return bytes;
    }

    public static int[] Numbers(ReadOnlySpan<byte> bytes)
    {
        var numbers = new int[bytes.Length / sizeof(int)];
        for (var i = 0; i < numbers.Length; i++) numbers[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes[(i * sizeof(int))..]);
        return numbers;
    }
}
