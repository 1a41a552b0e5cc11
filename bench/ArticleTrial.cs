#pragma warning disable RS0030 // TorchSharp's own layers and optimizer are what is measured; no finalizer runs while they live.

using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials.Arrays;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace VicRegSweeps.Bench;

/// <summary>
/// A trial as the article trains it, in plain TorchSharp: at every step both views go through the frozen VGG16, then
/// through embedding and expander, and Adam takes a step. Augmentation is left out, in its favour.
/// </summary>
internal sealed class ArticleTrial : IDisposable
{
    private const double Epsilon = 1e-4;

    // VGG16's channels; 0 is a 2×2 max pooling.
    private static readonly int[] Configuration = [64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0];

    private readonly HeldFinalizers held = HeldFinalizers.Begin();
    private readonly Module<Tensor, Tensor> backbone = Vgg16Of();
    private readonly Module<Tensor, Tensor> head = Sequential(
        Linear(512, 128), ReLU(), Dropout(0.5), Linear(128, 32), ReLU(), BatchNorm1d(32), Linear(32, 50),
        Linear(50, 80), BatchNorm1d(80), ReLU(), Linear(80, 80), BatchNorm1d(80), ReLU(), Linear(80, 100));
    private readonly optim.Optimizer optimizer;

    public ArticleTrial() => optimizer = optim.Adam(head.parameters(), 0.001);

    /// <param name="view1">[B, 3, 32, 32].</param>
    /// <param name="view2">[B, 3, 32, 32].</param>
    public void Step(Tensor view1, Tensor view2)
    {
        using var scope = NewDisposeScope();
        var (z1, z2) = (head.call(Features(view1)), head.call(Features(view2)));
        var loss = functional.mse_loss(z1, z2).Mul(25).Add(Variance(z1).Add(Variance(z2)).Mul(25)).Add(Covariance(z1)).Add(Covariance(z2));
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }

    public void Dispose()
    {
        backbone.Dispose();
        head.Dispose();
        optimizer.Dispose();
        held.Dispose();
    }

    private Tensor Features(Tensor images)
    {
        using var frozen = no_grad();
        return backbone.call(images).flatten(1);
    }

    private static Tensor Variance(Tensor z) => functional.relu(z.var(0).Add(Epsilon).sqrt().negative().Add(1)).mean();

    private static Tensor Covariance(Tensor z)
    {
        var centred = z - z.mean([0], keepdim: true);
        var covariance = matmul(centred.t(), centred).Div(z.shape[0] - 1);
        return (covariance.Square().sum() - covariance.diagonal().Square().sum()).Div(z.shape[1]);
    }

    private static TorchSharp.Modules.Sequential Vgg16Of()
    {
        var layers = new List<Module<Tensor, Tensor>>();
        var channels = 3;
        foreach (var width in Configuration)
        {
            if (width == 0)
            {
                layers.Add(MaxPool2d(2));
                continue;
            }

            layers.Add(Conv2d(channels, width, 3, padding: 1));
            layers.Add(ReLU());
            channels = width;
        }

        return Sequential(layers);
    }
}
