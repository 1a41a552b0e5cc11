using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Stacks.Processor;

/// <summary>A row of parameters, of gradients or of buffers, seen as one trial's layers.</summary>
internal sealed class TrialRow<T> : IDisposable
    where T : unmanaged
{
    private readonly Dictionary<string, Matrix<T>> segments;
    private readonly Matrix<T> whole;

    /// <param name="row">[P], contiguous; must outlive this.</param>
    public TrialRow(IReadOnlyList<Segment> layout, Tensor row)
    {
        using var scope = NewDisposeScope();
        whole = Matrix<T>.Over(row);
        segments = layout.ToDictionary(s => s.Name, s => Matrix<T>.Over(row.narrow(0, s.Offset, s.Length).view(s.Shape)));
    }

    /// <summary>Such as <c>embedding.0.weight</c>; a vector has one row.</summary>
    public Matrix<T> this[string name] => segments[name];

    public Span<T> All => whole[0];

    public void Dispose()
    {
        whole.Dispose();
        foreach (var segment in segments.Values)
        {
            segment.Dispose();
        }
    }
}
