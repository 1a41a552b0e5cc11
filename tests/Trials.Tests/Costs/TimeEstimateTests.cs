using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Costs;

namespace VicRegSweeps.Trials.Tests.Costs;

public sealed class TimeEstimateTests : IDisposable
{
    private const string Here = "here, cpu, 2 cores";
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly ShapeCost Shape = new(TrainingMultiplyAdds: 1000, EvaluationMultiplyAdds: 30, 0, 0);

    private readonly string cache = Directory.CreateTempSubdirectory("vicreg-sweep-").FullName;

    public void Dispose() => Directory.Delete(cache, recursive: true);

    [Fact]
    public void Nothing_is_known_of_a_machine_that_has_trained_nothing()
    {
        var estimate = new TimeEstimate(new PaceFile { Stacks = [Pace(1, 8, 100, machine: "elsewhere, cpu, 2 cores")] }, Here);

        Assert.Null(estimate.Training(Shape, 8));
        Assert.Null(estimate.TrainingSource);
        Assert.Null(estimate.Building(new BankCost(1, 1), "auto"));
        Assert.Null(estimate.BankSource);
    }

    [Fact]
    public void Steps_and_evaluations_have_paces_of_their_own()
    {
        var estimate = new TimeEstimate(new PaceFile { Stacks = [Pace(1, 8, 100, 10)] }, Here);

        Assert.Equal(TimeSpan.FromSeconds(8 * ((1000 / 100) + (30 / 10))), estimate.Training(Shape, 8));
        Assert.Equal("1 earlier stack on this machine", estimate.TrainingSource);
    }

    [Fact]
    public void Stacks_of_about_the_same_width_count_and_an_odd_one_does_not()
    {
        var wide = Enumerable.Range(0, 5).Select(i => Pace(i, 32, i == 2 ? 1 : 200));
        var narrow = Enumerable.Range(5, 5).Select(i => Pace(i, 1, 100));
        var estimate = new TimeEstimate(new PaceFile { Stacks = [.. wide, .. narrow] }, Here);

        Assert.Equal(TimeSpan.FromSeconds(16 * (1030 / 200.0)), estimate.Training(Shape, 16));
        Assert.Equal(TimeSpan.FromSeconds(1030 / 100.0), estimate.Training(Shape, 1));
        Assert.Equal("10 earlier stacks on this machine", estimate.TrainingSource);
    }

    [Fact]
    public void A_calibration_counts_until_something_is_run()
    {
        var calibrated = Pace(2, 8, 500) with { Calibration = true };
        var before = new TimeEstimate(new PaceFile { Stacks = [Pace(1, 8, 100), calibrated] }, Here);
        var after = new TimeEstimate(new PaceFile { Stacks = [Pace(1, 8, 100), calibrated, Pace(3, 8, 100)] }, Here);

        Assert.Equal(("a calibration on this machine", 1030 / 500.0), (before.TrainingSource, before.Training(Shape, 1)!.Value.TotalSeconds));
        Assert.Equal(("2 earlier stacks on this machine", 1030 / 100.0), (after.TrainingSource, after.Training(Shape, 1)!.Value.TotalSeconds));
    }

    [Fact]
    public void A_bank_takes_its_images_at_the_pace_of_its_precision()
    {
        var estimate = new TimeEstimate(new PaceFile { Builds = [new(Here, Start, false, "auto", 400), new(Here, Start, false, "float32", 80)] }, Here);

        Assert.Equal(TimeSpan.FromSeconds(10), estimate.Building(new BankCost(0, 4000), "auto"));
        Assert.Equal(TimeSpan.FromSeconds(50), estimate.Building(new BankCost(0, 4000), "float32"));
    }

    [Fact]
    public void What_was_measured_is_read_back_and_the_oldest_is_forgotten()
    {
        for (var i = 0; i < 70; i++)
            PaceFile.Add(cache, stack: Pace(i, 8, 100 + i, 10));
        PaceFile.Add(cache, build: new BankPace(Here, Start, true, "auto", 400), bank: new KnownBank("settings", "0123"));
        PaceFile.Add(cache, bank: new KnownBank("settings", "4567"));

        var read = PaceFile.Read(cache);

        Assert.Equal(Enumerable.Range(6, 64).Select(i => Pace(i, 8, 100 + i, 10)), read.Stacks);
        Assert.Equal([new BankPace(Here, Start, true, "auto", 400)], read.Builds);
        Assert.Equal([new KnownBank("settings", "4567")], read.Banks);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no JSON")]
    [InlineData("null")]
    [InlineData("""{"stacks": null, "builds": [null], "banks": [{"settings": "s", "bank": "../elsewhere"}]}""")]
    [InlineData("""{"stacks": [{"machine": "m", "trials": 0, "step_rate": 1}, {"trials": 3}]}""")]
    public void A_damaged_file_is_as_good_as_none(string text)
    {
        File.WriteAllText(Path.Combine(cache, "pace.json"), text);

        var read = PaceFile.Read(cache);

        Assert.Empty(read.Stacks);
        Assert.Empty(read.Builds);
        Assert.Empty(read.Banks);
    }

    [Fact]
    public void A_cache_that_cannot_be_written_is_no_obstacle()
    {
        File.WriteAllText(Path.Combine(cache, "file"), "");

        PaceFile.Add(Path.Combine(cache, "file", "below"), stack: Pace(1, 8, 100));
    }

    private static StackPace Pace(int minute, int trials, double steps, double? evaluations = null, string machine = Here) =>
        new(machine, Start.AddMinutes(minute), Calibration: false, trials, steps, evaluations);
}
