using VicRegSweeps.Trials.Stacks;

namespace VicRegSweeps.Trials.Tests.Stacks;

public sealed class LearningRateScheduleTests
{
    [Fact]
    public void Without_warm_up_a_constant_rate_is_the_peak_throughout() =>
        Assert.All(Enumerable.Range(0, 10), step => Assert.Equal(0.3, new LearningRateSchedule(0.3, 0, 10, Cosine: false).At(step)));

    [Fact]
    public void Warm_up_rises_linearly_to_the_peak()
    {
        var schedule = new LearningRateSchedule(1, 4, 100, Cosine: true);
        Assert.Equal([0.25, 0.5, 0.75, 1, 1], Enumerable.Range(0, 5).Select(step => schedule.At(step)));
    }

    [Fact]
    public void A_cosine_is_at_half_the_peak_half_way_and_near_zero_at_the_end()
    {
        var schedule = new LearningRateSchedule(2, 10, 110, Cosine: true);
        Assert.Equal(2, schedule.At(10), 1e-12);
        Assert.Equal(1, schedule.At(60), 1e-12);
        Assert.InRange(schedule.At(109), 0, 0.001);
    }
}
