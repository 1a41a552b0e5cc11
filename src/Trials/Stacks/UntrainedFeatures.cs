using TorchSharp;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Backbone;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Stacks;

/// <summary>Features of a backbone as it is before training, standardized with the mean and scale of the reference. It owns its tensors.</summary>
/// <remarks>Letters as in <see cref="StackData"/>.</remarks>
/// <param name="Reference">[L, F].</param>
/// <param name="HeldOut">[M, F].</param>
/// <param name="View1">[M, F].</param>
/// <param name="View2">[M, F].</param>
internal sealed record UntrainedFeatures(Tensor Reference, Tensor HeldOut, Tensor View1, Tensor View2) : IDisposable
{
    /// <param name="data">What it is given: pixels.</param>
    public static UntrainedFeatures Of(TrialSettings s, StackData data)
    {
        Tensor[] pixels = [data.Reference, data.HeldOut, data.HeldOutView1, data.HeldOutView2];
        var features = new Tensor[pixels.Length];
        var isProcessor = data.Reference.device_type == DeviceType.CPU;

        // Each on one thread: how many cores a worker has must not show in the last bits.
        Cores.Share(pixels.Length, isProcessor ? Environment.ProcessorCount : 1, (_, i) => features[i] = TrialInputs.Untrained(s, pixels[i]).DetachFromDisposeScope());
        using var scale = FeatureScale.Of(features[0]).To(data.Reference.device);
        foreach (var each in features) scale.Apply(each);
        return new UntrainedFeatures(features[0], features[1], features[2], features[3]);
    }

    public void Dispose()
    {
        foreach (var tensor in new[] { Reference, HeldOut, View1, View2 }) tensor.Dispose();
    }
}
