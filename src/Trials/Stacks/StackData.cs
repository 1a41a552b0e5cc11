using static TorchSharp.torch;

namespace VicRegSweeps.Trials;

/// <summary>What a stack trains on and is evaluated with, on its device; shared by every stack of the same bank.</summary>
/// <remarks>Letters: N training images, V views, L reference images, M held-out images.</remarks>
/// <param name="TrainViews">Features of the augmented training views, [N·V, 512]; image i's views are rows i·V to i·V + V − 1.</param>
/// <param name="Images">N.</param>
/// <param name="Views">V.</param>
/// <param name="Reference">Features of training images without augmentation, [L, 512].</param>
/// <param name="ReferenceLabels">[L].</param>
/// <param name="HeldOut">Features of held-out images without augmentation, [M, 512].</param>
/// <param name="HeldOutLabels">[M].</param>
/// <param name="HeldOutViews">Features of two augmented views of each held-out image, [M, 512] each.</param>
public sealed record StackData(
    Tensor TrainViews,
    int Images,
    int Views,
    Tensor Reference,
    Tensor ReferenceLabels,
    Tensor HeldOut,
    Tensor HeldOutLabels,
    (Tensor View1, Tensor View2) HeldOutViews) : IDisposable
{
    public void Dispose()
    {
        foreach (var tensor in new[] { TrainViews, Reference, ReferenceLabels, HeldOut, HeldOutLabels, HeldOutViews.View1, HeldOutViews.View2 })
        {
            tensor.Dispose();
        }
    }
}
