using VicRegSweeps.Trials.Arrays;

namespace VicRegSweeps.Trials.Sources;

/// <summary>Samples of a file of features, in the order in which they are used. The file stays on the disk.</summary>
/// <remarks>Letters: N samples, V views, F features.</remarks>
/// <param name="file">[samples of the file, V, F]; owned.</param>
/// <param name="order">Which of its samples, N of them.</param>
/// <param name="labels">Of the file's samples; null where they have none.</param>
/// <param name="classes">0 where they have none.</param>
/// <param name="contentKey">Equal keys mean equal samples.</param>
internal sealed class FeatureViews(NpyRows file, int[] order, long[]? labels, int classes, string contentKey) : IDisposable
{
    /// <summary>N.</summary>
    public int Count => order.Length;

    /// <summary>V.</summary>
    public int Views => (int)file.Shape[1];

    /// <summary>F.</summary>
    public int Features => (int)file.Shape[2];

    public int Classes => classes;

    public string ContentKey => contentKey;

    public string Path => file.Path;

    /// <summary>Of all samples as float32.</summary>
    public long Bytes => (long)Count * Views * Features * sizeof(float);

    /// <summary>The classes of the first samples; null where they have none.</summary>
    public long[]? Labels(int count) => labels is null ? null : [.. order.Take(count).Select(sample => labels[sample])];

    /// <summary>Reads views of one sample that follow each other.</summary>
    /// <param name="sample">From 0 to N − 1.</param>
    /// <param name="view">The first of them.</param>
    /// <param name="to">[views][F].</param>
    public void Read(int sample, int view, Span<float> to) => file.Read((((long)order[sample] * Views) + view) * Features, to);

    /// <summary>Reads rows of the samples seen as [N·V, F].</summary>
    /// <param name="first">The first row.</param>
    /// <param name="to">[rows][F].</param>
    public void ReadRows(long first, Span<float> to)
    {
        for (var row = first; to.Length > 0;)
        {
            var (sample, view) = Math.DivRem(row, Views);
            var together = Math.Min(to.Length / Features, Views - (int)view);
            Read((int)sample, (int)view, to[..(together * Features)]);
            row += together;
            to = to[(together * Features)..];
        }
    }

    /// <inheritdoc cref="NpyRows.CheckUnchanged"/>
    public void CheckUnchanged() => file.CheckUnchanged();

    public void Dispose() => file.Dispose();
}
