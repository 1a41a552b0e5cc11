using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>Makes views of a whole batch on a GPU.</summary>
internal interface IViewMaker : IDisposable
{
    /// <param name="images">Uint8 or float32 from 0 to 1, [N, 3, S, S]; left as they are.</param>
    /// <param name="places">The image of every view, B of them, each below N.</param>
    /// <param name="views">B.</param>
    /// <returns>Float32 [B, 3, S, S].</returns>
    Tensor Apply(Tensor images, IReadOnlyList<int> places, IReadOnlyList<ViewParameters> views);
}
