using Microsoft.Extensions.Time.Testing;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Tests.Running;

/// <summary>When checkpoints are due.</summary>
public sealed class CheckpointClockTests
{
    private readonly FakeTimeProvider time = new();

    [Fact]
    public void Intervals_double_up_to_the_longest()
    {
        var clock = new CheckpointClock(TimeSpan.FromSeconds(30), time);
        Assert.Equal([5, 10, 20, 30, 30], Enumerable.Range(0, 5).Select(_ => SecondsUntilDue(clock, cost: 0.1)));
    }

    [Fact]
    public void One_that_takes_four_seconds_is_taken_every_eighty_at_most()
    {
        var clock = new CheckpointClock(TimeSpan.FromSeconds(30), time);
        Assert.Equal([5, 80, 80], Enumerable.Range(0, 3).Select(_ => SecondsUntilDue(clock, cost: 4)));
        Assert.Equal(80, SecondsUntilDue(clock, cost: 0));
        Assert.Equal(30, SecondsUntilDue(clock, cost: 0));
    }

    [Fact]
    public void A_disk_that_was_full_for_an_hour_delays_the_next_by_ten_intervals()
    {
        var clock = new CheckpointClock(TimeSpan.FromSeconds(30), time);
        SecondsUntilDue(clock, cost: 3600);
        Assert.Equal(300, SecondsUntilDue(clock, cost: 0));
    }

    [Fact]
    public void One_that_has_become_smaller_is_due_at_once()
    {
        var clock = new CheckpointClock(TimeSpan.FromSeconds(30), time);
        SecondsUntilDue(clock, cost: 4);
        clock.Hasten();
        Assert.True(clock.IsDue);
    }

    /// <summary>Waits until one is due, and takes it.</summary>
    private int SecondsUntilDue(CheckpointClock clock, double cost)
    {
        var seconds = 0;
        for (; !clock.IsDue; seconds++) time.Advance(TimeSpan.FromSeconds(1));
        clock.Taken(TimeSpan.FromSeconds(cost));
        return seconds;
    }
}
