using VicRegSweeps.Reports.Live;

namespace VicRegSweeps.Cli.Tests.Screens;

public sealed class PaceTests
{
    private readonly HandClock clock = new();

    [Fact]
    public void What_was_there_at_the_first_look_counts_for_nothing()
    {
        var pace = new Pace(clock);
        pace.See(12, 54);
        Assert.Equal((null, null), (pace.PerSecond, pace.Left));

        clock.Pass(4);
        pace.See(20, 54);

        Assert.Equal((2, TimeSpan.FromSeconds(17)), (pace.PerSecond, pace.Left));
    }

    [Fact]
    public void Once_all_is_done_the_rate_stays()
    {
        var pace = new Pace(clock);
        pace.See(0, 100);
        clock.Pass(10);
        pace.See(100, 100);
        clock.Pass(1000);
        pace.See(100, 100);

        Assert.Equal((10, null), (pace.PerSecond, pace.Left));
    }

    [Theory]
    [InlineData(5, 100)]
    [InlineData(60, 200)]
    public void What_goes_back_or_has_another_size_begins_anew(double done, double of)
    {
        var pace = new Pace(clock);
        pace.See(0, 100);
        clock.Pass(1);
        pace.See(50, 100);
        pace.See(done, of);
        Assert.Null(pace.PerSecond);

        clock.Pass(2);
        pace.See(done + 6, of);
        Assert.Equal(3, pace.PerSecond);
    }

    /// <summary>A clock that goes when it is told to.</summary>
    private sealed class HandClock : TimeProvider
    {
        private long ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => ticks;

        public void Pass(double seconds) => ticks += TimeSpan.FromSeconds(seconds).Ticks;
    }
}
