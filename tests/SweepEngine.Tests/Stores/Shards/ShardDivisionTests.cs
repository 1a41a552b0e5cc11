using CsCheck;
using VicRegSweeps.SweepEngine.Stores.Shards;
using static VicRegSweeps.SweepEngine.Stores.Shards.ShardDivision;

namespace VicRegSweeps.SweepEngine.Tests.Stores.Shards;

/// <summary>Every trial has one shard, what belongs together stays together, and shards are about equally long.</summary>
public sealed class ShardDivisionTests
{
    /// <summary>Plans of points with seeds, some built on others, in stacks of several shapes.</summary>
    private static readonly Gen<List<Dealt>> Plans =
        from points in Gen.Int[1, 40]
        from seeds in Gen.Int[1, 4]
        from keys in Gen.Int[1, 5]
        from stages in Gen.Bool
        select Plan(points, seeds, keys, stages);

    [Fact]
    public void Every_trial_has_exactly_one_shard_and_what_is_built_on_another_has_the_same() =>
        Gen.Select(Plans, Gen.Int[1, 12], Gen.Int[0, 9], Gen.Bool).Sample((plan, shards, width, whole) =>
        {
            var dealt = Of(plan, shards, width == 0 ? null : width, whole);

            Assert.Equal(plan.Select(t => t.Number).Order(), dealt.Keys.Order());
            Assert.All(dealt.Values, shard => Assert.InRange(shard, 1, shards));
            Assert.All(plan.Where(t => t.Stage is not null), t => Assert.Equal(dealt[t.Stage!.Value], dealt[t.Number]));
            Assert.Equal(dealt, Of(plan, shards, width == 0 ? null : width, whole));
        });

    [Fact]
    public void The_seeds_of_a_point_stay_together_where_they_are_judged_together() =>
        Gen.Select(Plans, Gen.Int[1, 12]).Sample((plan, shards) =>
        {
            var dealt = Of(plan, shards, null, wholePoints: true);

            Assert.All(plan.Where(t => t.Stage is null).GroupBy(t => (t.Point, t.StackKey)), p => Assert.Single(p.Select(t => dealt[t.Number]).Distinct()));
        });

    [Theory]
    [InlineData(96, 1, 1, 8, 12, 12)]
    [InlineData(96, 1, 2, 3, 30, 34)]
    [InlineData(1, 12, 1, 4, 3, 3)]      // The seeds of one point, where there are fewer points than shards.
    [InlineData(5, 1, 5, 8, 0, 1)]       // Fewer trials than shards.
    public void Shards_are_about_equally_long(int points, int seeds, int keys, int shards, int fewest, int most)
    {
        var counts = Of(Plan(points, seeds, keys, stages: false), shards, null, wholePoints: false).Values.CountBy(s => s).ToDictionary();

        for (var shard = 1; shard <= shards; shard++) Assert.InRange(counts.GetValueOrDefault(shard), fewest, most);
    }

    [Fact]
    public void Stacks_whose_width_the_sweep_says_stay_whole()
    {
        var dealt = Of(Plan(30, 1, 1, stages: false), 3, width: 4, wholePoints: false);

        foreach (var stack in dealt.OrderBy(t => t.Key).Chunk(4)) Assert.Single(stack.Select(t => t.Value).Distinct());
        Assert.Equal([8, 10, 12], dealt.Values.CountBy(s => s).Select(c => c.Value).Order());
    }

    [Theory]
    [InlineData("3/8")]
    [InlineData("1/1")]
    public void A_place_reads_as_it_is_written(string text) => Assert.Equal(text, ShardPlace.Parse(text).ToString());

    [Theory]
    [InlineData("0/8")]
    [InlineData("9/8")]
    [InlineData("3")]
    [InlineData("-1/8")]
    [InlineData("1/10001")]
    [InlineData("a/b")]
    public void What_is_no_place_is_refused_with_the_rule(string text) =>
        Assert.StartsWith(
            $"--shard is '{text}', but must be two whole numbers such as 3/8", Assert.Throws<SweepException>(() => ShardPlace.Parse(text)).Message);

    private static List<Dealt> Plan(int points, int seeds, int keys, bool stages)
    {
        var plan = new List<Dealt>();
        foreach (var point in Enumerable.Range(0, points))
        {
            foreach (var seed in Enumerable.Range(0, seeds))
            {
                long? stage = null;
                if (stages && point % 3 == 0)
                {
                    plan.Add(new Dealt(plan.Count + 1, $"stage-{point}", "stage", null));
                    stage = plan.Count;
                }

                plan.Add(new Dealt(plan.Count + 1, $"point-{point}", $"key-{point % keys}", stage));
            }
        }

        return plan;
    }
}
