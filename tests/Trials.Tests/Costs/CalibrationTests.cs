using VicRegSweeps.Trials.Costs;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Costs;

public sealed class CalibrationTests
{
    /// <summary>Of a wide stack an evaluation may take longer than the calibration, and steps without one tell too little.</summary>
    [Fact]
    public void An_evaluation_is_waited_for_and_a_wide_stack_takes_no_longer_than_a_narrow_one()
    {
        var trials = Enumerable.Range(0, 100).Select(seed => TestTrials.Of(seed, ("train.batch_size", 32), ("eval.images", 300))).ToList();

        var pace = Calibration.Stack(trials, "cpu", CPU, TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None);

        Assert.True(pace!.EvaluationRate > 0, $"{pace}");
        Assert.InRange(pace.Trials, 1, 8 * Environment.ProcessorCount);
    }
}
