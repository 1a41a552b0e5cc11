using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Predictors;
using VicRegSweeps.Trials.Sources;
using VicRegSweeps.Trials.Stacks;

namespace VicRegSweeps.Trials.Costs;

/// <summary>What one predictor takes. Its embedding is not counted where it is a trial of its own; a head that is trained along is.</summary>
internal static class PredictorCost
{
    private const int BytesOfFloat = 4;

    public static TrialCost Of(TrialSettings s)
    {
        var settings = PredictorSettings.From(s);
        var look = DataSources.Of(s).Look(s);
        long embedding = settings.EmbeddingDim;
        var products = (settings.History * embedding * settings.Width) + (settings.Width * embedding);
        var head = settings.IsJoint ? StackSettings.From(s).Network : null;
        var parameters = products + settings.Width + embedding + (head is null ? 0 : new StackLayout(head).ParameterCount);
        long window = settings.History + settings.Rollout;
        var forward = head?.Layers.OfType<LinearLayer>().Sum(layer => (double)layer.Inputs * layer.Outputs) ?? 0;
        var (sequences, heldOut) = (look.Train / settings.Frames, look.Test / settings.Frames);
        var steps = (long)(sequences * settings.Windows / settings.BatchSize) * settings.Epochs;
        var evaluated = (long)heldOut * (settings.Frames - settings.History - settings.Horizons + 1);
        var every = s.Integer("eval.every_epochs");
        return new TrialCost(
            parameters,
            (parameters * BytesOfFloat * 4) + ((long)(look.Train + look.Test) * embedding * BytesOfFloat),
            BytesOfFloat * 2 * settings.BatchSize
                * ((settings.Rollout * (((settings.History + 1) * embedding) + settings.Width)) + (2 * window * (head?.Units ?? 0))),
            (BytesOfFloat * 4 * evaluated * settings.Horizons * embedding) + (sizeof(double) * 2 * look.Train * settings.History * embedding),
            steps,
            3.0 * settings.BatchSize * ((settings.Rollout * products) + (window * forward)),
            (settings.Epochs + every - 1) / every,
            ((double)evaluated * ((settings.Horizons * products) + (settings.Horizons * evaluated * embedding))) + (forward * (look.Train + look.Test)));
    }
}
