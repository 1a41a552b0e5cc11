using VicRegSweeps.Reports.Refining;

namespace VicRegSweeps.Reports.Tests.Refining;

/// <summary>What lies between two levels and beyond them, by hand.</summary>
public sealed class SpacingTests
{
    [Theory]
    [InlineData(new[] { 1.0, 10, 100 }, true)]
    [InlineData(new[] { 0.1, 0.2, 0.3 }, false)]
    [InlineData(new[] { 1.0, 25 }, true)]
    [InlineData(new[] { 0.5, 1 }, false)]
    [InlineData(new[] { 0, 1.0, 10, 100 }, true)]
    [InlineData(new[] { -1.0, 10, 100 }, false)]
    public void Levels_that_are_listed_are_judged_by_their_steps(double[] levels, bool isLogarithmic) =>
        Assert.Equal(isLogarithmic, Spacing.Of(levels, declared: null, isWhole: false).IsLogarithmic);

    [Theory]
    [InlineData(true, false, 1, 100, 10, 0.01)]
    [InlineData(false, false, 1, 100, 50.5, -98)]
    [InlineData(true, false, 1, 0, 0.5, 2)]
    [InlineData(true, true, 10, 100, 32, 1)]
    [InlineData(false, true, 10, 13, 12, 7)]
    [InlineData(true, false, 0.1, 1, 0.3162, 0.01)]
    public void Halfway_and_beyond_are_by_ratio_only_among_positive_numbers(
        bool isLogarithmic, bool isWhole, double value, double other, double between, double beyond)
    {
        var spacing = new Spacing(isLogarithmic, isWhole);

        Assert.Equal((between, beyond), (spacing.Between(value, other), spacing.Beyond(value, other)));
    }
}
