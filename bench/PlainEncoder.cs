#pragma warning disable RS0030 // TorchSharp's own layers and optimizer are what is measured; no finalizer runs while they live.
using TorchSharp;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials.Arrays;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace VicRegSweeps.Bench;

/// <summary>One trial with a trained backbone in plain TorchSharp: conv4, an expander, VICReg's loss and Adam, as one would write them.</summary>
internal sealed class PlainEncoder : IDisposable
{
    private const double Epsilon = 1e-4;

    private readonly HeldFinalizers held = HeldFinalizers.Begin();
    private readonly Module<Tensor, Tensor> network;
    private readonly optim.Optimizer optimizer;

    /// <param name="channels">Of the four convolutions.</param>
    /// <param name="expander">Width of the expander's two hidden layers.</param>
    /// <param name="representation">R.</param>
    public PlainEncoder(IReadOnlyList<int> channels, int expander, int representation, Device device)
    {
        var layers = new List<Module<Tensor, Tensor>>();
        foreach (var (place, width) in channels.Index())
        {
            layers.AddRange([Conv2d(place == 0 ? 3 : channels[place - 1], width, 3, padding: 1, bias: false), BatchNorm2d(width), ReLU()]);
            if (place < channels.Count - 1) layers.Add(MaxPool2d(2));
        }

        layers.AddRange([AdaptiveAvgPool2d(1), Flatten(), Linear(channels[^1], expander), BatchNorm1d(expander), ReLU(), Linear(expander, expander),
            BatchNorm1d(expander), ReLU(), Linear(expander, representation)]);
        network = Sequential(layers).to(device);
        optimizer = optim.Adam(network.parameters(), 0.001);
    }

    /// <param name="pixels">Both views' normalised pixels, [2B, 3, 32, 32].</param>
    public void Step(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        var batch = pixels.shape[0] / 2;
        var (z1, z2) = (network.call(pixels.narrow(0, 0, batch)), network.call(pixels.narrow(0, batch, batch)));
        var loss = functional.mse_loss(z1, z2).Mul(25).Add(Variance(z1).Add(Variance(z2)).Mul(25)).Add(Covariance(z1)).Add(Covariance(z2));
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }

    public void Dispose()
    {
        network.Dispose();
        optimizer.Dispose();
        held.Dispose();
    }

    private static Tensor Variance(Tensor z) => functional.relu(z.var(0).Add(Epsilon).sqrt().negative().Add(1)).mean();

    private static Tensor Covariance(Tensor z)
    {
        var centred = z - z.mean([0], keepdim: true);
        var covariance = matmul(centred.t(), centred).Div(z.shape[0] - 1);
        return (covariance.Square().sum() - covariance.diagonal().Square().sum()).Div(z.shape[1]);
    }
}
