using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores.Sql;

/// <summary>Makes vectors of the bytes that columns hold.</summary>
internal static class PackedVectorBytes
{
    private const int MostClasses = 1_000_000;

    /// <exception cref="FormatException">The bytes do not fit each other.</exception>
    public static VectorSample Sample(int dimension, byte[] centre, double scale, byte[] samples, byte[] classes)
    {
        var packed = Checked(dimension, centre, scale, samples);
        var values = PackedVectors.Unpack(packed.Centre, packed.Scale, packed.Samples);
        var (rows, labels) = (values.Length / dimension, PackedVectors.Numbers(classes));
        return labels.Length >= rows && labels.Take(rows).All(label => label is >= VectorRow.NoClass and < MostClasses)
            ? new VectorSample(dimension, values, labels[..rows])
            : throw new FormatException($"{rows} images have {labels.Length} labels, or one that is no class");
    }

    /// <exception cref="FormatException">The bytes do not fit each other.</exception>
    public static PackedVectors Checked(int dimension, byte[] centre, double scale, byte[] samples) =>
        dimension < 1 || centre.Length != dimension * sizeof(float) || samples.Length % (dimension * sizeof(ushort)) != 0 || !double.IsFinite(scale)
            ? throw new FormatException($"its {centre.Length} bytes of centre and {samples.Length} of samples are not those of {dimension} dimensions")
            : new PackedVectors(centre, scale, samples);
}
