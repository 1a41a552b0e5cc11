using CsCheck;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Stopping;

namespace VicRegSweeps.SweepEngine.Tests.Stopping;

public sealed class HalvingTests
{
    [Theory]
    [InlineData(8, 0.5, 4)]
    [InlineData(5, 0.5, 2)]
    [InlineData(1, 0.5, 1)]
    [InlineData(3, 0.1, 1)]
    [InlineData(100, 0.29, 29)]    // 0.29 · 100 is 28.999… in binary
    [InlineData(9, 1.0 / 3, 3)]
    public void The_best_share_goes_on_rounded_down_and_at_least_one(int trials, double keep, int kept) =>
        Assert.Equal(kept, Halving.Kept(Rule(keep: keep), trials));

    [Theory]
    [InlineData(0, 4, false)]
    [InlineData(4, 5, true)]
    [InlineData(0, 5, true)]
    [InlineData(5, 9, false)]
    [InlineData(4, 6, true)]     // evaluated every second epoch: the first evaluation after the rung
    [InlineData(4, 16, true)]    // two rungs at once are one
    public void A_rung_ends_at_the_first_evaluation_not_before_it(int before, int epoch, bool expected) =>
        Assert.Equal(expected, Halving.IsRung(Rule(), before, epoch));

    [Fact]
    public void Who_goes_on_is_better_than_who_does_not() => Gen.Select(
        Gen.Int[0, 5].Array[1, 20],
        Gen.Double[0.01, 0.99],
        Gen.Bool).Sample((values, keep, maximize) =>
        {
            var rule = Rule(keep: keep) with { Goal = maximize ? HalvingGoal.Maximize : HalvingGoal.Minimize };
            var standings = values.Select((v, i) => Of(i, v)).ToList();

            var losers = Halving.Losers(rule, standings).Select(l => l.Trial).ToHashSet();

            var (lost, won) = (standings.Where(s => losers.Contains(s.Trial)).ToList(), standings.Where(s => !losers.Contains(s.Trial)).ToList());
            Assert.Equal(Halving.Kept(rule, values.Length), won.Count);
            Assert.All(lost, loser => Assert.All(won, winner => Assert.True(maximize ? winner.Value >= loser.Value : winner.Value <= loser.Value)));
        });

    [Fact]
    public void Among_equals_the_earlier_goes_on_and_ranks_are_counted_from_the_best()
    {
        var losers = Halving.Losers(Rule(), [Of(0, 1), Of(1, 3), Of(2, 3), Of(3, 2)]);

        Assert.Equal([(3L, 3), (0L, 4)], losers.Select(l => (Index(l.Trial), l.Rank.Rank)));
    }

    [Fact]
    public void Points_are_judged_by_the_mean_of_their_seeds_and_all_seeds_of_a_point_go_or_none()
    {
        // The luckiest seed of all is of the point with the worse mean.
        var losers = Halving.Losers(Rule(), [Of(0, 9, seed: 0), Of(0, 1, seed: 1), Of(0, 2, seed: 2), Of(1, 5, seed: 0), Of(1, 5, seed: 1), Of(1, 4, seed: 2)]);

        Assert.Equal([(0, 0L), (0, 1L), (0, 2L)], losers.Select(l => ((int)Index(l.Trial), l.Trial.Seed)));
        Assert.All(losers, l => Assert.Equal(new PointRank(Of(0, 0).Trial.Point, 4, 3, 2, 2), l.Rank));
    }

    [Fact]
    public void Seeds_of_one_point_are_never_chosen_from() =>
        Assert.Empty(Halving.Losers(Rule(), [Of(0, 1, seed: 0), Of(0, 2, seed: 1), Of(0, 3, seed: 2)]));

    [Fact]
    public void A_point_without_a_value_is_not_judged_and_the_others_are_ranked_without_it()
    {
        Assert.Empty(Halving.Losers(Rule(), [Of(0, null), Of(1, null), Of(2, null)]));

        var loser = Assert.Single(Halving.Losers(Rule(), [Of(0, null), Of(1, 1), Of(2, 2)]));

        Assert.Equal((1L, 2, 2), (Index(loser.Trial), loser.Rank.Rank, loser.Rank.Points));
    }

    [Fact]
    public void A_seed_without_a_value_leaves_the_mean_to_the_others()
    {
        var losers = Halving.Losers(Rule(), [Of(0, null, seed: 0), Of(0, 8, seed: 1), Of(1, 7, seed: 0), Of(1, 7.5, seed: 1)]);

        Assert.Equal([1L, 1L], losers.Select(l => Index(l.Trial)));
    }

    private static HalvingRule Rule(double keep = 0.5) => new("embedding/rank") { Keep = keep, EveryEpochs = 5 };

    private static Standing Of(int point, double? value, long seed = 0) =>
        new(FormulaRunner.Trial(seed, ("formula.slope", (double)point)), 0, "", value);

    private static long Index(Trial trial) => (long)trial.Settings.Real("formula.slope");
}
