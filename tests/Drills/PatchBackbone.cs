using VicRegSweeps.Trials.Backbone;
using static TorchSharp.torch;

namespace VicRegSweeps.Drills;

/// <summary>A backbone that costs nothing: an image's features are the means of its patches.</summary>
internal sealed class PatchBackbone : IBackbone
{
    public int Features => 48;

    public Device Device => CPU;

    public string Description => "patch means";

    public string ContentKey => "patches";

    public BackboneBatch Batch => new(Multiple: 8, Most: 48, Callers: 1);

    public Tensor Forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        return nn.functional.avg_pool2d(images, 8).flatten(1).MoveToOuterDisposeScope(); // [B, 3, 4, 4] to [B, 48]
    }

    public void Dispose()
    {
    }
}
