using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Stacks;

namespace VicRegSweeps.Trials.Costs;

/// <summary>What a trial of some shape costs, in few bytes: a plan may have a million shapes.</summary>
/// <param name="TrainingMultiplyAdds">Of all steps.</param>
/// <param name="EvaluationMultiplyAdds">Of all evaluations.</param>
/// <param name="StateBytes">What every trial of a stack keeps.</param>
/// <param name="WorkBytes">What a trial holds while it is trained or evaluated.</param>
/// <param name="StreamedImages">Images that go through the backbone during training, for all trials of a stack that have the same seed; 0 with a bank.</param>
/// <param name="HasEncoder">Whether the backbone is trained: paces of such stacks are of no use to others.</param>
public readonly record struct ShapeCost(
    double TrainingMultiplyAdds, double EvaluationMultiplyAdds, long StateBytes, long WorkBytes, long StreamedImages = 0, bool HasEncoder = false)
{
    public static ShapeCost Of(TrialSettings settings)
    {
        var cost = TrialCost.Of(settings);
        return new ShapeCost(
            cost.Steps * cost.StepMultiplyAdds,
            cost.Evaluations * cost.EvaluationMultiplyAdds,
            cost.StateBytes,
            Math.Max(cost.StepBytes, cost.EvaluationBytes),
            TrialInputs.IsStream(settings) && BankCost.WayOf(settings) is not null ? cost.Steps * 2 * settings.Integer("train.batch_size") : 0,
            TrialInputs.IsTrained(settings));
    }

    /// <summary>Of a stack.</summary>
    /// <param name="trials">K.</param>
    /// <param name="atOnce">How many of them are worked on at a time.</param>
    public long Bytes(int trials, int atOnce) => (trials * StateBytes) + (Math.Min(trials, atOnce) * WorkBytes);
}
