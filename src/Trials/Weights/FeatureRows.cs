using VicRegSweeps.SweepEngine;
using VicRegSweeps.Trials.Arrays;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Weights;

/// <summary>Features of an NPY file, [N, F] in float32 or float16.</summary>
internal sealed class FeatureRows : ISamples
{
    private const int BytesTogether = 1 << 25;

    private readonly NpyRows file;

    /// <param name="features">F, which the model takes.</param>
    /// <exception cref="SweepException">The file cannot be read, or holds something else.</exception>
    public FeatureRows(string path, int features)
    {
        file = NpyRows.Open(path, type => type is ('f', 2) or ('f', 4), "float32 or float16 numbers", "Save x.astype(numpy.float32).");
        if (file.Shape.Count == 2 && file.Shape[1] == features) return;

        var (shape, advice) = (file.ShapeText, file.Shape.Count == 3 ? " Of N × V × F give one view: x[:, 0]." : "");
        file.Dispose();
        throw new SweepException($"'{path}' is {shape}, but must be N × {features}: the trial was trained on {features} features of a sample.{advice}");
    }

    public long Count => file.Shape[0];

    public int Together => (int)Math.Max(1, BytesTogether / (sizeof(float) * file.Shape[1]));

    public string Unit => "samples";

    public Tensor Features(long first, int count)
    {
        var features = (int)file.Shape[1];
        var values = new float[count * features];
        file.Read(first * features, values.AsSpan());
        if (Array.FindIndex(values, value => !float.IsFinite(value)) is var wrong and >= 0)
            throw new SweepException(
                $"'{file.Path}' holds {(float.IsNaN(values[wrong]) ? "NaN" : "an infinite number")} in sample {first + (wrong / features)}, feature {wrong % features} (counted from 0), but features must be finite.");
        if (first + count == Count) file.CheckUnchanged();
        return tensor(values, [count, features]);
    }

    public void Dispose() => file.Dispose();
}
