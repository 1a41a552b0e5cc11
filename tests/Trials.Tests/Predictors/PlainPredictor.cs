#pragma warning disable RS0030 // TorchSharp's own layers and optimizer are what it is about; no finalizer runs while they do.

using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials.Predictors;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Predictors;

/// <summary>The same by layers of TorchSharp, one trial at a time.</summary>
internal sealed class PlainPredictor
{
    private readonly TorchSharp.Modules.Linear first;
    private readonly TorchSharp.Modules.Linear second;
    private readonly TorchSharp.Modules.Adam adam;
    private readonly PredictorSettings settings;

    public PlainPredictor(PredictorStack stack, Trial trial)
    {
        using var held = HeldFinalizers.Begin();
        settings = PredictorSettings.From(trial.Settings);
        first = nn.Linear(settings.History * settings.EmbeddingDim, settings.Width, dtype: float64);
        second = nn.Linear(settings.Width, settings.EmbeddingDim, dtype: float64);
        using (no_grad())
        {
            var start = stack.TensorsOf(trial);
            first.weight.copy_(start["predictor.0.weight"]);
            first.bias!.copy_(start["predictor.0.bias"]);
            second.weight.copy_(start["predictor.2.weight"]);
            second.bias!.copy_(start["predictor.2.bias"]);
        }

        adam = optim.Adam([first.weight, first.bias!, second.weight, second.bias!], trial.Settings.Real("predictor.learning_rate"));
    }

    /// <param name="frames">[B, H + K, E].</param>
    public double Step(Tensor frames)
    {
        using var held = HeldFinalizers.Begin();
        var predicted = Predict(frames.narrow(1, 0, settings.History), settings.Rollout);
        var loss = nn.functional.mse_loss(predicted, frames.narrow(1, settings.History, settings.Rollout));
        adam.zero_grad();
        loss.backward();
        adam.step();
        return loss.item<double>();
    }

    /// <param name="seen">[B, H, E].</param>
    public Tensor Predict(Tensor seen, int steps)
    {
        using var held = HeldFinalizers.Begin();
        var all = seen;
        for (var step = 0; step < steps; step++)
        {
            var past = all.narrow(1, all.shape[1] - settings.History, settings.History);
            var next = second.forward(nn.functional.relu(first.forward(past.flatten(1))));
            all = cat([all, (settings.IsResidual ? past.select(1, settings.History - 1) + next : next).unsqueeze(1)], 1);
        }

        return all.narrow(1, settings.History, steps);
    }
}
