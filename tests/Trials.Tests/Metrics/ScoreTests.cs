using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Metrics;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Metrics;

public sealed class ScoreTests
{
    /// <summary>A matrix of all pairs of dimensions would take 12.8 GB.</summary>
    [Fact]
    public void A_few_samples_of_many_dimensions_are_scored()
    {
        using var scope = NewDisposeScope();
        const int dimension = 40_000;
        var (view1, view2) = (TestTrials.Normal("picture", 6, dimension).to(float64), TestTrials.Normal("other", 6, dimension).to(float64));
        var labels = tensor(new long[] { 0, 1, 0, 1, 0, 1 });
        var score = Score.Of(view1, view2, labels, TrialSettings.From(TrialCatalogue.Parameters));

        // For independent standard normal rows: the correlations of few samples, and E[c] = (D − 1) / (N − 1) for each view.
        Assert.Equal(2 * (dimension - 1) / 5.0, score.Covariance!.Value, 0.05 * 2 * dimension / 5);
        Assert.Equal(Math.Sqrt(1 / 5.0), score.Panel[PanelMetrics.OffDiagonalCorrelationRms]!.Value, 0.01);
        Assert.Equal(5, score.Panel[PanelMetrics.EffectiveRank]!.Value, 0.05);
        Assert.NotNull(score.Panel[PanelMetrics.ProbeTop1]);
    }
}
