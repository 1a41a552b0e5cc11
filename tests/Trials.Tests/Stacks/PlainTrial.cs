#pragma warning disable RS0030 // TorchSharp's own layers and optimizers are what it is about; no finalizer runs while they do.
using TorchSharp;
using TorchSharp.Modules;
using VicRegSweeps.SweepEngine;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace VicRegSweeps.Trials.Tests;

/// <summary>One trial made of TorchSharp's own layers and optimizers: what a stack is compared with.</summary>
internal sealed class PlainTrial
{
    private readonly TrialSettings settings;
    private readonly Linear e0, e3, e6, x0, x3, x6;
    private readonly BatchNorm1d e5, x1, x4;
    private readonly optim.Optimizer optimizer;
    private readonly optim.lr_scheduler.LRScheduler? schedule;
    private readonly long seed;
    private int step;

    public PlainTrial(Trial trial, int totalSteps, ScalarType type)
    {
        (settings, seed) = (trial.Settings, trial.Seed);
        var stack = StackSettings.From(settings);
        (e0, e3, e6) = (Linear(512, 128), Linear(128, 32), Linear(32, stack.EmbeddingDim));
        (x0, x3, x6) = (Linear(stack.EmbeddingDim, stack.ExpanderWidth), Linear(stack.ExpanderWidth, stack.ExpanderWidth), Linear(stack.ExpanderWidth, stack.RepresentationDim));
        (e5, x1, x4) = (BatchNorm1d(32), BatchNorm1d(stack.ExpanderWidth), BatchNorm1d(stack.ExpanderWidth));
        foreach (var (_, layer) in Layers)
        {
            layer.to(type);
        }

        CopyInitialWeights(stack, trial.Seed);

        var parameters = Layers.SelectMany(l => l.Module.parameters()).ToArray();
        var (rate, decay) = (settings.Real("train.learning_rate"), settings.Real("train.weight_decay"));
        optimizer = settings.Text("train.optimizer") == "adam"
            ? optim.Adam(parameters, rate, weight_decay: decay)
            : optim.SGD(parameters, rate, momentum: settings.Real("train.momentum"), weight_decay: decay);

        var warmupSteps = totalSteps * settings.Integer("train.warmup_epochs") / settings.Integer("train.epochs");
        schedule = settings.Text("train.schedule") == "cosine" ? optim.lr_scheduler.CosineAnnealingLR(optimizer, totalSteps)
            : warmupSteps > 0 ? optim.lr_scheduler.LinearLR(optimizer, 1.0 / warmupSteps, 1, warmupSteps - 1)
            : null;
    }

    private (string Name, Module Module)[] Layers =>
    [
        ("embedding.0", e0), ("embedding.3", e3), ("embedding.5", e5), ("embedding.6", e6),
        ("expander.0", x0), ("expander.1", x1), ("expander.3", x3), ("expander.4", x4), ("expander.6", x6),
    ];

    /// <returns>The total of this step, as Algorithm 1 of the paper writes it.</returns>
    public double Step(Tensor batch)
    {
        using var held = HeldFinalizers.Begin();
        using var scope = NewDisposeScope();
        foreach (var (_, layer) in Layers)
        {
            layer.train();
        }

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
        foreach (var (name, layer) in Layers.Where(l => StackLayout.HasNoGradient($"{l.Name}.bias")))
        {
            var gradient = layer.named_parameters().Single(p => p.name == "bias").parameter.grad!;
            if (gradient.dtype == float64)
            {
                Assert.InRange(gradient.abs().max().item<double>(), 0, 1e-10);
            }

            gradient.zero_();
        }
    }

    public (Tensor Embedding, Tensor Representation) Evaluate(Tensor features)
    {
        foreach (var (_, layer) in Layers)
        {
            layer.eval();
        }

        using var held = HeldFinalizers.Begin();
        using (no_grad())
        {
            return Forward(features, null);
        }
    }

    private (Tensor Embedding, Tensor Representation) Forward(Tensor x, Tensor? keep)
    {
        var hidden = functional.relu(e0.forward(x));
        hidden = functional.relu(e3.forward(keep is null ? hidden : hidden * keep));
        var embedding = e6.forward(e5.forward(hidden));
        var expanded = functional.relu(x1.forward(x0.forward(embedding)));
        expanded = functional.relu(x4.forward(x3.forward(expanded)));
        return (embedding, x6.forward(expanded));
    }

    private Tensor Variance(Tensor z) =>
        functional.relu(sqrt(z.var(0).Add(settings.Real("loss.epsilon"))).negative().Add(settings.Real("loss.gamma"))).mean();

    private static Tensor Covariance(Tensor z)
    {
        var covariance = z.t().cov();
        return (covariance - covariance.diag().diag()).Square().sum().Div(z.shape[1]);
    }

    private Tensor? Keep(long size)
    {
        var p = settings.Real("model.dropout");
        return p == 0 ? null : CounterRandom.Uniform(RandomStream.Key(seed, $"dropout/{step}"), [2 * size, 128], CPU).Ge(p).to(float32).Div(1 - p);
    }

    private void CopyInitialWeights(StackSettings stack, long seed)
    {
        var layout = new StackLayout(stack);
        var (parameters, _) = StackNetwork.Initialise(layout, [seed], CPU);
        using (no_grad())
        {
            foreach (var (name, layer) in Layers)
            {
                foreach (var (parameter, value) in layer.named_parameters())
                {
                    value.copy_(layout.Parameters.Single(s => s.Name == $"{name}.{parameter}").Of(parameters)[0]);
                }
            }
        }
    }
}
