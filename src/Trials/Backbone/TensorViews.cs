using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Backbone.Gpu;
using VicRegSweeps.Trials.Images;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>Makes views by tensor operations over a whole batch, where a GPU has no <see cref="ViewKernels"/>.</summary>
internal sealed class TensorViews(Device device, int side = ImageSet.SmallSide) : IViewMaker
{
    private readonly CropAndFlip cropAndFlip = new(device, side);

    public Tensor Apply(Tensor images, IReadOnlyList<int> places, IReadOnlyList<ViewParameters> views)
    {
        using var scope = NewDisposeScope();
        var chosen = images.index_select(0, tensor([.. places], ScalarType.Int32, images.device));
        var unit = chosen.dtype == ScalarType.Byte ? chosen.to_type(ScalarType.Float32).Div_(255) : chosen;
        var x = cropAndFlip.Apply(unit, views); // [B, 3, S, S]
        for (var slot = 0; slot < 4; slot++)
        {
            foreach (var operation in Enum.GetValues<JitterOperation>())
                JitterRows(x, operation, views, view => view.JitterOrder.Count > slot && view.JitterOrder[slot] == operation);
        }

        ChangeRows(x, views, view => view.Grey, (rows, _) => ColourJitter.Grey(rows).expand_as(rows));
        ChangeRows(x, views, view => view.Solarize, (rows, _) => where(rows.Ge(ViewLoops.SolarizeFrom), rows.negative().Add(1), rows));
        return x.MoveToOuterDisposeScope();
    }

    public void Dispose() => cropAndFlip.Dispose();

    private static void JitterRows(Tensor x, JitterOperation operation, IReadOnlyList<ViewParameters> views, Predicate<ViewParameters> chosen) =>
        ChangeRows(x, views, chosen, (rows, indices) =>
        {
            var strengths = indices.Select(index => Strength(operation, views[index])).ToArray();
            return ColourJitter.Apply(operation, rows, tensor(strengths, [strengths.Length, 1, 1, 1], device: x.device));
        });

    private static float Strength(JitterOperation operation, ViewParameters view) => operation switch
    {
        JitterOperation.Brightness => view.Brightness,
        JitterOperation.Contrast => view.Contrast,
        JitterOperation.Saturation => view.Saturation,
        JitterOperation.Hue => view.HueShift,
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };

    /// <summary>Replaces the rows of a batch that a view's parameters choose.</summary>
    /// <param name="x">[B, 3, S, S], changed in place.</param>
    /// <param name="change">Takes the chosen rows [b, 3, S, S] and their indices, gives the same shape.</param>
    private static void ChangeRows(
        Tensor x, IReadOnlyList<ViewParameters> views, Predicate<ViewParameters> chosen, Func<Tensor, List<int>, Tensor> change)
    {
        var indices = new List<int>();
        for (var i = 0; i < views.Count; i++)
        {
            if (chosen(views[i]))
                indices.Add(i);
        }

        if (indices.Count == 0)
            return;
        using var scope = NewDisposeScope();
        var rows = tensor(indices.ToArray(), ScalarType.Int64, x.device);
        x.index_copy_(0, rows, change(x.index_select(0, rows), indices));
    }
}
