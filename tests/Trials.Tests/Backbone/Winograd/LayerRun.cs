using VicRegSweeps.Trials.Arrays.Products;
using VicRegSweeps.Trials.Backbone.Winograd;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Backbone.Winograd;

/// <summary>One layer on a tensor of images, which is laid out as the layer wants it, and back.</summary>
internal static class LayerRun
{
    /// <param name="x">[groups · lanes, C, H, W].</param>
    /// <returns>[groups · lanes, C', H', W'].</returns>
    public static Tensor Of(IWinogradConvolution layer, Tensor x)
    {
        var floats = FloatsOf(layer, x);
        var shape = layer.Output;
        var whole = shape.Side + (2 * shape.Border);
        return tensor(floats).reshape(-1, shape.Channels, whole, whole, Lanes.Count)
            .narrow(2, shape.Border, shape.Side).narrow(3, shape.Border, shape.Side)
            .permute(0, 4, 1, 2, 3).reshape(x.shape[0], shape.Channels, shape.Side, shape.Side);
    }

    /// <returns>The output as it lies in memory, borders and all.</returns>
    public static unsafe float[] FloatsOf(IWinogradConvolution layer, Tensor x)
    {
        var groups = (int)x.shape[0] / Lanes.Count;
        var border = layer.Input.Border;
        var laid = nn.functional.pad(x, [border, border, border, border])
            .reshape([groups, Lanes.Count, .. x.shape[1..2], layer.Input.Side + (2 * border), layer.Input.Side + (2 * border)])
            .permute(0, 2, 3, 4, 1).contiguous(); // [groups, C, H + 2, W + 2, lanes]
        using var from = new FloatBlock(groups * (long)layer.Input.Size);
        using var to = new FloatBlock(groups * (long)layer.Output.Size);
        using var scratch = new FloatBlock(layer.Scratch);
        laid.data<float>().CopyTo(new Span<float>(from.Start, (int)from.Count));
        layer.Run(from.Start, to.Start, groups, scratch.Start);
        return new Span<float>(to.Start, (int)to.Count).ToArray();
    }
}
