#pragma warning disable RS0030 // TorchSharp's own layers and optimizers are what it is about; no finalizer runs while they do.

using TorchSharp;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Randomness;
using VicRegSweeps.Trials.Stacks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace VicRegSweeps.Trials.Tests.Stacks;

/// <summary>One trial made of TorchSharp's own layers and optimizers: what a stack is compared with.</summary>
internal sealed class PlainTrial
{
    private readonly TrialSettings settings;
    private readonly Network network;
    private readonly (Layer Layer, Module<Tensor, Tensor>? Module)[] modules;
    private readonly optim.Optimizer optimizer;
    private readonly optim.lr_scheduler.LRScheduler? schedule;
    private readonly long seed;
    private int step;

    public PlainTrial(Trial trial, int totalSteps, ScalarType type)
    {
        (settings, seed) = (trial.Settings, trial.Seed);
        network = StackSettings.From(settings).Network;
        modules = [.. network.Layers.Select(layer => (layer, ModuleOf(layer)))];
        foreach (var (_, module) in Modules) module.to(type);
        CopyInitialWeights(trial.Seed);

        var parameters = Modules.SelectMany(m => m.Module.parameters()).ToArray();
        var (rate, decay) = (settings.Real("train.learning_rate"), settings.Real("train.weight_decay"));
        optimizer = settings.Text("train.optimizer") == "adam"
            ? optim.Adam(parameters, rate, weight_decay: decay)
            : optim.SGD(parameters, rate, momentum: settings.Real("train.momentum"), weight_decay: decay);

        var warmupSteps = totalSteps * settings.Integer("train.warmup_epochs") / settings.Integer("train.epochs");
        schedule = settings.Text("train.schedule") == "cosine" ? optim.lr_scheduler.CosineAnnealingLR(optimizer, totalSteps)
            : warmupSteps > 0 ? optim.lr_scheduler.LinearLR(optimizer, 1.0 / warmupSteps, 1, warmupSteps - 1)
            : null;
    }

    private IEnumerable<(Layer Layer, Module<Tensor, Tensor> Module)> Modules => modules.Where(m => m.Module is not null).Select(m => (m.Layer, m.Module!));

    /// <returns>The total of this step, as Algorithm 1 of the paper writes it.</returns>
    public double Step(Tensor batch)
    {
        using var held = HeldFinalizers.Begin();
        using var scope = NewDisposeScope();
        foreach (var (_, module) in Modules) module.train();

        var size = batch.shape[0] / 2;
        var keep = Keep(size)?.to(batch.dtype);
        var z1 = Forward(batch.narrow(0, 0, size), keep?.narrow(0, 0, size)).Representation;
        var z2 = Forward(batch.narrow(0, size, size), keep?.narrow(0, size, size)).Representation;
        var loss = functional.mse_loss(z1, z2).Mul(settings.Real("loss.invariance_weight"))
            .Add(Variance(z1).Add(Variance(z2)).Mul(settings.Real("loss.variance_weight")))
            .Add(Covariance(z1).Add(Covariance(z2)).Mul(settings.Real("loss.covariance_weight")));

        optimizer.zero_grad();
        loss.backward();
        DropRounding();
        optimizer.step();
        schedule?.step();
        step++;
        return loss.to(float64).item<double>();
    }

    /// <summary>
    /// What only adds a constant before a BatchNorm or the loss has no gradient but rounding, of which Adam would make whole
    /// steps: they would shift these trials, not those of a stack, in evaluation mode.
    /// </summary>
    private void DropRounding()
    {
        foreach (var (_, module) in Modules.Where(m => network.IsBiasConstant(m.Layer)))
        {
            var gradient = module.named_parameters().Single(p => p.name == "bias").parameter.grad!;
            if (gradient.dtype == float64)
            {
                Assert.InRange(gradient.abs().max().item<double>(), 0, 1e-10);
            }

            gradient.zero_();
        }
    }

    public (Tensor Embedding, Tensor Representation) Evaluate(Tensor features)
    {
        foreach (var (_, module) in Modules) module.eval();

        using var held = HeldFinalizers.Begin();
        using (no_grad())
        {
            return Forward(features, null);
        }
    }

    private (Tensor Embedding, Tensor Representation) Forward(Tensor x, Tensor? keep)
    {
        if (network.Encoder is { } encoder) x = Encoded(encoder, x);
        var embedding = x;
        foreach (var (place, (layer, module)) in modules.Where(m => !m.Layer.Name.StartsWith(StackEncoder.Prefix, StringComparison.Ordinal)).Index())
        {
            x = module?.forward(x) ?? (layer is ReluLayer ? functional.relu(x) : keep is null ? x : x * keep);
            if (place == network.Head.Count - 1) embedding = x;
        }

        return (embedding, x);
    }

    /// <summary>A value of a layer's tensor as it is now, such as a running statistic.</summary>
    public Tensor ValueOf(string name)
    {
        var (_, module) = Modules.Single(m => name[..name.LastIndexOf('.')] == m.Layer.Name);
        return module.state_dict()[name[(name.LastIndexOf('.') + 1)..]];
    }

    /// <summary>As torchvision's <c>BasicBlock</c> and a plain chain of convolutions are written.</summary>
    private Tensor Encoded(ConvNetShape shape, Tensor pixels)
    {
        var side = (int)Math.Sqrt(pixels.shape[1] / 3);
        var x = pixels.view(-1, 3, side, side);
        foreach (var block in shape.Blocks)
        {
            var input = x;
            foreach (var convolution in block.Main.SkipLast(1)) x = functional.relu(Normed(convolution, x));
            x = Normed(block.Main[^1], x);
            if (block.IsResidual) x = x.Add(block.Shortcut is null ? input : Normed(block.Shortcut, input));
            x = functional.relu(x);
            if (block.Pool is not null) x = functional.max_pool2d(x, 2);
        }

        return functional.adaptive_avg_pool2d(x, 1).flatten(1);

        Tensor Normed(NormedConvolution c, Tensor maps) => Module(c.Norm).forward(Module(c.Name).forward(maps));

        Module<Tensor, Tensor> Module(string name) => Modules.Single(m => m.Layer.Name == StackEncoder.Prefix + name).Module;
    }

    private static Module<Tensor, Tensor>? ModuleOf(Layer layer) => layer switch
    {
        ConvolutionLayer { Of: var c } => Conv2d(c.Inputs, c.Outputs, c.Kernel, c.Stride, c.Padding, bias: false),
        BatchNormLayer norm when norm.Name.StartsWith(StackEncoder.Prefix, StringComparison.Ordinal) => BatchNorm2d(norm.Dimension),
        LinearLayer linear => Linear(linear.Inputs, linear.Outputs),
        BatchNormLayer norm => BatchNorm1d(norm.Dimension),
        _ => null,
    };

    private Tensor Variance(Tensor z) =>
        functional.relu(sqrt(z.var(0).Add(settings.Real("loss.epsilon"))).negative().Add(settings.Real("loss.gamma"))).mean();

    private static Tensor Covariance(Tensor z)
    {
        var covariance = z.t().cov();
        return (covariance - covariance.diag().diag()).Square().sum().Div(z.shape[1]);
    }

    private Tensor? Keep(long size)
    {
        var p = settings["model.dropout"]?.Number ?? 0;
        return p == 0 ? null : CounterRandom.Uniform(RandomStream.Key(seed, $"dropout/{step}"), [2 * size, network.DroppedUnits!.Value], CPU)
            .Ge(p).to(float32).Div(1 - p);
    }

    private void CopyInitialWeights(long seed)
    {
        var layout = new StackLayout(network);
        var (parameters, _) = StackNetwork.Initialise(layout, [seed], CPU);
        using (no_grad())
        {
            foreach (var (layer, module) in Modules)
            {
                foreach (var (parameter, value) in module.named_parameters())
                {
                    value.copy_(layout.Parameters.Single(s => s.Name == $"{layer.Name}.{parameter}").Of(parameters)[0]);
                }
            }
        }
    }
}
