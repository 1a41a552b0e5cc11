using CsCheck;

namespace VicRegSweeps.SweepEngine.Tests;

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
            var standings = values.Select((v, i) => Of(i, v == 0 ? null : v)).ToList();

            var losers = Halving.Losers(rule, standings).Select(l => l.Standing).ToList();

            var winners = standings.Except(losers).ToList();
            Assert.Equal(Halving.Kept(rule, values.Length), winners.Count);
            foreach (var loser in losers)
            {
                foreach (var winner in winners)
                {
                    Assert.True(loser.Value is null || (winner.Value is { } w && (maximize ? w >= loser.Value : w <= loser.Value)));
                }
            }
        });

    [Fact]
    public void Among_equals_the_earlier_goes_on_and_ranks_are_counted_from_the_best()
    {
        var losers = Halving.Losers(Rule(), [Of(0, 1), Of(1, 3), Of(2, 3), Of(3, null)]);

        Assert.Equal([(0L, 3), (3L, 4)], losers.Select(l => (l.Standing.Trial.Seed, l.Rank)));
    }

    private static HalvingRule Rule(double keep = 0.5) => new("embedding/rank") { Keep = keep, EveryEpochs = 5 };

    private static Standing Of(long seed, double? value) => new(FormulaRunner.Trial(seed), 0, "", value);
}
