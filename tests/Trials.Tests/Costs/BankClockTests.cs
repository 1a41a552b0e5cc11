using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials.Costs;

namespace VicRegSweeps.Trials.Tests.Costs;

/// <summary>The pace of a bank is that of the batches after the first, on the clock that it is given.</summary>
public sealed class BankClockTests
{
    [Fact]
    public void Batches_after_the_first_are_timed()
    {
        var time = new HandClock();
        var clock = new BankClock(_ => { }, time);
        foreach (var (done, seconds) in new[] { (100, 30), (300, 2), (500, 2) })
        {
            time.Seconds += seconds;
            clock.Report(new Progress("feature bank", done, 1000, "images"));
        }

        Assert.Equal(100, clock.Pace("float32", "cpu", calibration: false)!.Rate); // 400 images in 4 seconds
    }

    [Fact]
    public void What_was_read_from_the_cache_is_not_timed()
    {
        var time = new HandClock();
        var clock = new BankClock(_ => { }, time);
        foreach (var (done, seconds) in new[] { (100, 1), (5100, 1), (5200, 1), (5300, 1) })
        {
            time.Seconds += seconds;
            clock.Report(new Progress("feature bank", done, 10_000, "images"));
        }

        Assert.Equal(100, clock.Pace("float32", "cpu", calibration: false)!.Rate);
        Assert.Null(new BankClock(_ => { }, time).Pace("float32", "cpu", calibration: false));
    }

    private sealed class HandClock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddSeconds(Seconds);
    }
}
