namespace VicRegSweeps.Trials.Stacks;

/// <summary>The learning rate as a function of the step. Pure, so that a resumed trial needs no memory of it.</summary>
/// <param name="Peak">The rate after warm-up.</param>
/// <param name="WarmupSteps">Steps of linear rise; the first step already has Peak / WarmupSteps.</param>
/// <param name="TotalSteps">Steps of the whole training, warm-up included.</param>
/// <param name="Cosine">Whether the rate falls to zero along half a cosine after warm-up; else it stays.</param>
public sealed record LearningRateSchedule(double Peak, long WarmupSteps, long TotalSteps, bool Cosine)
{
    /// <param name="step">From 0.</param>
    public double At(long step)
    {
        // 1. Linear warm-up.
        if (step < WarmupSteps)
        {
            return Peak * (step + 1) / WarmupSteps;
        }

        // 2. Constant, or a cosine from the peak at the end of warm-up towards zero at the end of training.
        if (!Cosine)
        {
            return Peak;
        }

        var progress = (double)(step - WarmupSteps) / Math.Max(1, TotalSteps - WarmupSteps);
        return Peak * 0.5 * (1 + Math.Cos(Math.PI * progress));
    }
}
