using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Predictors;
using VicRegSweeps.Trials.Stacks;
using static TorchSharp.torch;

namespace VicRegSweeps.Bench;

/// <summary>A predictor's step as one writes it down with autograd, for all trials at once: what <see cref="Rollout"/> is compared with.</summary>
internal sealed class AutogradPredictors : IDisposable
{
    private const int History = 3;
    private const int Width = 64;
    private const int Steps = 4;

    private readonly Tensor parameters;    // [k, P]
    private readonly Tensor gradients;
    private readonly Tensor rates;
    private readonly Tensor window;
    private readonly Tensor notFinite;
    private readonly StackAdam adam;
    private readonly Tensor[] weights;     // windows into the parameters
    private readonly (int Offset, long[] Shape)[] segments;
    private long step;

    public AutogradPredictors(int trials, int embedding, Device place)
    {
        segments =
        [
            (0, [Width, History * embedding]), (Width * History * embedding, [Width]),
            (Width * ((History * embedding) + 1), [embedding, Width]), ((Width * ((History * embedding) + 1)) + (embedding * Width), [embedding]),
        ];
        parameters = randn([trials, segments[^1].Offset + embedding], device: place).Mul_(0.1);
        (gradients, rates, adam) = (zeros_like(parameters), TensorArithmetic.FullLike(parameters.narrow(1, 0, 1), 0.001), new StackAdam(zeros_like(parameters), zeros_like(parameters), null));
        (window, notFinite) = (zeros([trials], float64, place), zeros([trials], int64, place));
        weights = [.. segments.Select(s => Of(parameters, s).detach().requires_grad_())];
    }

    /// <param name="video">[k, N · T, E].</param>
    /// <param name="firsts">The first frames of the windows, [B].</param>
    public void Step(Tensor video, Tensor firsts)
    {
        using var scope = NewDisposeScope();
        var frames = cat([.. Enumerable.Range(0, (int)video.shape[0]).Select(k => EmbeddedVideo.Windows(video.narrow(0, k, 1), firsts, History + Steps))], 0);
        var past = Enumerable.Range(0, History).Select(i => frames.select(2, i)).ToList();
        for (var i = 0; i < Steps; i++) past.Add(past[^1].Add(Linear(Linear(cat(past[^History..], 2), 0).relu(), 2)));
        var loss = (stack(past[History..], 2) - stack([.. Enumerable.Range(History, Steps).Select(i => frames.select(2, i))], 2)).Square().mean([1, 2, 3]);
        var found = autograd.grad([loss.sum()], weights);

        using var noGradient = no_grad();
        foreach (var (gradient, segment) in found.Zip(segments)) Of(gradients, segment).copy_(gradient);
        window.Add_(loss);
        notFinite.Add_(loss.isfinite().logical_not().logical_and(notFinite.Eq(0)).to(int64).Mul_(++step));
        adam.Step(parameters, gradients, rates, step);
    }

    public void Dispose()
    {
        foreach (var tensor in weights.Append(parameters).Append(gradients).Append(rates).Append(window).Append(notFinite)) tensor.Dispose();
        adam.Dispose();
    }

    private Tensor Linear(Tensor x, int layer) => bmm(x, weights[layer].transpose(1, 2)).Add(weights[layer + 1].unsqueeze(1));

    private static Tensor Of(Tensor rows, (int Offset, long[] Shape) segment) =>
        rows.narrow(1, segment.Offset, segment.Shape.Aggregate(1L, (product, size) => product * size)).view([rows.shape[0], .. segment.Shape]);
}
