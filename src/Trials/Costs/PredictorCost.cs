using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Predictors;
using VicRegSweeps.Trials.Sources;

namespace VicRegSweeps.Trials.Costs;

/// <summary>What one predictor takes, its embedding not counted: that is a trial of its own.</summary>
internal static class PredictorCost
{
    private const int BytesOfFloat = 4;

    public static TrialCost Of(TrialSettings s)
    {
        var settings = PredictorSettings.From(s);
        var look = DataSources.Of(s).Look(s);
        long embedding = settings.EmbeddingDim;
        var products = (settings.History * embedding * settings.Width) + (settings.Width * embedding);
        var parameters = products + settings.Width + embedding;
        var (sequences, heldOut) = (look.Train / settings.Frames, look.Test / settings.Frames);
        var steps = (long)(sequences * settings.Windows / settings.BatchSize) * settings.Epochs;
        var evaluated = (long)heldOut * (settings.Frames - settings.History - settings.Horizons + 1);
        var every = s.Integer("eval.every_epochs");
        return new TrialCost(
            parameters,
            (parameters * BytesOfFloat * 4) + ((long)(look.Train + look.Test) * embedding * BytesOfFloat),
            BytesOfFloat * 2 * settings.BatchSize * settings.Rollout * (((settings.History + 1) * embedding) + settings.Width),
            (BytesOfFloat * 4 * evaluated * settings.Horizons * embedding) + (sizeof(double) * 2 * look.Train * settings.History * embedding),
            steps,
            3.0 * settings.BatchSize * settings.Rollout * products,
            (settings.Epochs + every - 1) / every,
            (double)evaluated * ((settings.Horizons * products) + (settings.Horizons * evaluated * embedding)));
    }
}
