using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Stacks;

namespace VicRegSweeps.Trials.Tests.Stacks;

public sealed class LoggedRowsTests
{
    [Theory]
    [InlineData(10, 1)]
    [InlineData(50, 1)]
    [InlineData(280, 6)]
    [InlineData(10_000, 200)]
    [InlineData(1_000_000, 20_000)]
    public void About_fifty_rows_are_logged_whatever_the_length(long steps, int batches)
    {
        var settings = StackSettings.From(TrialSettings.From(TrialCatalogue.Parameters));

        Assert.Equal(batches, settings.BatchesEach(steps));
        Assert.InRange((steps + batches - 1) / batches, Math.Min(steps, 40), 50);
    }

    [Fact]
    public void A_number_that_somebody_gives_is_kept() => Assert.Equal(200, Of(200).BatchesEach(280));

    /// <summary>The default was 200 before, and the rows of a curve are no other training.</summary>
    [Fact]
    public void Trials_that_name_no_number_keep_the_ids_that_they_had()
    {
        var id = TrialSettings.From(TrialCatalogue.Parameters).Id(0);

        Assert.Equal(TrialSettings.From(TrialCatalogue.Parameters, ("log.every_batches", 200)).Id(0), id);
        Assert.NotEqual(TrialSettings.From(TrialCatalogue.Parameters, ("log.every_batches", 100)).Id(0), id);
    }

    private static StackSettings Of(ParameterValue batches) =>
        StackSettings.From(TrialSettings.From(TrialCatalogue.Parameters, ("log.every_batches", batches)));
}
