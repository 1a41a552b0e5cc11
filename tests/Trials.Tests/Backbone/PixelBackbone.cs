using VicRegSweeps.Trials.Backbone;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Backbone;

/// <summary>A backbone that costs nothing: the features of an image are the means of its 48 patches of 8 × 8 pixels.</summary>
internal sealed class PixelBackbone(string key = "pixels") : IBackbone
{
    private int images;

    /// <summary>Images that went through it.</summary>
    public int Images => images;

    public int Features => 48;

    public Device Device => CPU;

    public string Description => "patch means";

    public string ContentKey => key;

    public BackboneBatch Batch => new(Multiple: 8, Most: 48, Callers: 3);

    public Tensor Forward(Tensor images)
    {
        Interlocked.Add(ref this.images, (int)images.shape[0]);
        using var scope = NewDisposeScope();
        return nn.functional.avg_pool2d(images, 8).flatten(1).MoveToOuterDisposeScope(); // [B, 3, 4, 4] to [B, 48]
    }

    public void Dispose()
    {
    }
}
