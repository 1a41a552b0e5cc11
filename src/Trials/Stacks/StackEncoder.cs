using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Stacks.Processor;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Stacks;

/// <summary>
/// The trained backbones of all trials of a stack at once: their maps lie side by side as channels, and each trial is a group of every
/// convolution. Pure functions of the rows that hold parameters and buffers.
/// </summary>
/// <remarks>
/// Maps lie in memory pixel by pixel, with all channels of a pixel side by side, which libtorch's convolutions are quickest with.
/// Letters: K trials in the stack, V views, B batch, M samples, S side of an image, C channels of a trial, H and W height and width, F
/// features.
/// </remarks>
internal static class StackEncoder
{
    /// <summary>Begins the names of a backbone's tensors.</summary>
    public const string Prefix = "backbone.";

    /// <summary>Images that an evaluation takes at a time, all trials together.</summary>
    public const int EvaluatedTogether = 256;

    /// <summary>Images through the backbones in training mode; each view is its own forward pass for BatchNorm.</summary>
    /// <param name="weights">The stack's parameters by name; trials of one seed lie side by side.</param>
    /// <param name="buffers">Running statistics by name, [K, C], moved on in place by one view after the other.</param>
    /// <param name="images">For each seed the normalised pixels of its batch, view after view, [V · B, 3 · S · S].</param>
    /// <param name="trialsPerSeed">How many trials each seed has, in order.</param>
    /// <param name="views">V.</param>
    /// <returns>Features, [K, V · B, F].</returns>
    public static Tensor Train(
        ConvNetShape shape,
        IReadOnlyDictionary<string, Tensor> weights,
        IReadOnlyDictionary<string, Tensor> buffers,
        IReadOnlyList<Tensor> images,
        IReadOnlyList<int> trialsPerSeed,
        int views)
    {
        using var scope = NewDisposeScope();
        var batch = images[0].shape[0] / views;
        var each = Enumerable.Range(0, views).Select(view => Forward(
            shape, weights, buffers, [.. images.Select(pixels => pixels.narrow(0, view * batch, batch))], trialsPerSeed, isTraining: true)).ToList();
        return cat(each, 1).MoveToOuterDisposeScope();
    }

    /// <summary>Images through the backbones in evaluation mode: BatchNorm with running statistics.</summary>
    /// <param name="images">Normalised pixels, the same for every trial, [M, 3 · S · S].</param>
    /// <returns>[K, M, F].</returns>
    public static Tensor Evaluate(
        ConvNetShape shape, IReadOnlyDictionary<string, Tensor> weights, IReadOnlyDictionary<string, Tensor> buffers, Tensor images)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (trials, count) = ((int)weights.Values.First().shape[0], (int)images.shape[0]);

        // Groups are slow on a processor: it takes one trial after the other.
        var together = images.device_type == TorchSharp.DeviceType.CPU ? 1 : trials;
        var pieces = new List<Tensor>();
        for (var first = 0; first < trials; first += together)
        {
            var (own, ownBuffers) = (Some(weights, first, together), Some(buffers, first, together));
            var features = empty([together, count, shape.Features], images.dtype, images.device);
            var most = Math.Max(1, EvaluatedTogether / together);
            for (var image = 0; image < count; image += most)
            {
                using var inner = NewDisposeScope();
                var many = Math.Min(most, count - image);
                features.narrow(1, image, many).copy_(
                    Forward(shape, own, ownBuffers, [images.narrow(0, image, many)], [together], isTraining: false));
            }

            pieces.Add(features);
        }

        return (pieces.Count == 1 ? pieces[0] : cat(pieces, 0)).MoveToOuterDisposeScope();
    }

    private static Dictionary<string, Tensor> Some(IReadOnlyDictionary<string, Tensor> all, int first, int count) =>
        all.ToDictionary(e => e.Key, e => e.Value.narrow(0, first, count));

    /// <returns>[K, B, F].</returns>
    private static Tensor Forward(
        ConvNetShape shape,
        IReadOnlyDictionary<string, Tensor> weights,
        IReadOnlyDictionary<string, Tensor> buffers,
        IReadOnlyList<Tensor> images,
        IReadOnlyList<int> trialsPerSeed,
        bool isTraining)
    {
        using var scope = NewDisposeScope();
        var trials = trialsPerSeed.Sum();
        Tensor? x = null; // [B, K · C, H, W]
        foreach (var block in shape.Blocks)
        {
            var (given, y) = (x, x);
            foreach (var (place, convolution) in block.Main.Index())
            {
                y = Norm(y is null ? First(convolution) : Convolved(convolution, y), convolution);
                if (place < block.Main.Count - 1) y = y.relu_();
            }

            if (block.IsResidual) y = y!.Add(block.Shortcut is { } shortcut ? Norm(Convolved(shortcut, given!), shortcut) : given!);
            x = y!.relu_();
            if (block.Pool is { } p) x = nn.functional.max_pool2d(x, [p.Kernel, p.Kernel], [p.Stride, p.Stride], [p.Padding, p.Padding]);
        }

        return x!.mean([2, 3]).view(-1, trials, shape.Features).transpose(0, 1).MoveToOuterDisposeScope(); // [B, K · F] to [K, B, F]

        Tensor Weight(NormedConvolution c) => weights[$"{Prefix}{c.Weight}"]; // [K, C′, C, kernel, kernel]

        Tensor Convolved(NormedConvolution c, Tensor maps) => Convolution(c, maps, Weight(c), trials);

        // Trials of one seed see the same images, so the first convolution reads them once for all of them.
        Tensor First(NormedConvolution c)
        {
            var parts = new List<Tensor>();
            var first = 0;
            foreach (var (seed, count) in trialsPerSeed.Index())
            {
                parts.Add(Convolution(c, Maps(images[seed]), Weight(c).narrow(0, first, count), groups: 1));
                first += count;
            }

            return parts.Count == 1 ? parts[0] : cat(parts, 1);
        }

        Tensor Norm(Tensor maps, NormedConvolution c)
        {
            var (mean, variance) = (buffers[$"{Prefix}{c.Mean}"], buffers[$"{Prefix}{c.Variance}"]); // [K, C]
            var (allMeans, allVariances) = (mean.flatten().clone(), variance.flatten().clone());       // [K · C], which autograd keeps
            var normed = nn.functional.batch_norm(
                maps, allMeans, allVariances, weights[$"{Prefix}{c.Gain}"].reshape(-1), weights[$"{Prefix}{c.Shift}"].reshape(-1), isTraining,
                BatchNormRow.Momentum, BatchNormRow.Epsilon);
            if (isTraining)
            {
                mean.copy_(allMeans.view_as(mean));
                variance.copy_(allVariances.view_as(variance));
            }

            return normed;
        }
    }

    /// <param name="x">[B, groups · C, H, W].</param>
    /// <param name="weight">[K, C′, C, kernel, kernel].</param>
    /// <returns>[B, K · C′, H′, W′].</returns>
    private static Tensor Convolution(NormedConvolution c, Tensor x, Tensor weight, long groups)
    {
        var kernels = weight.reshape(-1, c.Inputs, c.Kernel, c.Kernel);
        if (c.Kernel > 1) return nn.functional.conv2d(x, kernels, strides: [c.Stride, c.Stride], padding: [c.Padding, c.Padding], groups: groups);

        // Pixels that a stride passes over are left out first. oneDNN, as it comes with libtorch 2.10, writes past the end of the gradient of
        // what such a convolution is given (brgconv_strided with AVX-512, where the number of channels is no multiple of 16).
        var kept = c.Stride == 1 ? x : x.slice(2, 0, x.shape[2], c.Stride).slice(3, 0, x.shape[3], c.Stride);
        return nn.functional.conv2d(kept, kernels, groups: groups);
    }

    /// <summary>From rows of pixels, channel after channel, to maps with all channels of a pixel side by side in memory.</summary>
    /// <param name="pixels">[B, 3 · S · S].</param>
    /// <returns>[B, 3, S, S].</returns>
    private static Tensor Maps(Tensor pixels)
    {
        var side = (int)Math.Round(Math.Sqrt(pixels.shape[1] / 3.0));
        return pixels.reshape(-1, 3, side, side).permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
    }
}
