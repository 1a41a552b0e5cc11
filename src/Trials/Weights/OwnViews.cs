using VicRegSweeps.Trials.Sources;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Weights;

/// <summary>Held-out samples of a trial's own file of features: the first view of each, as its evaluation takes them.</summary>
/// <param name="views">Owned.</param>
internal sealed class OwnViews(FeatureViews views) : ISamples
{
    private const int BytesTogether = 1 << 25;

    public long Count => views.Count;

    public int Together => Math.Max(1, BytesTogether / (sizeof(float) * views.Features));

    public string Unit => "samples";

    public Tensor Features(long first, int count)
    {
        var values = new float[count * views.Features];
        for (var i = 0; i < count; i++) views.Read((int)first + i, 0, values.AsSpan(i * views.Features, views.Features));
        return tensor(values, [count, views.Features]);
    }

    public void Dispose() => views.Dispose();
}
