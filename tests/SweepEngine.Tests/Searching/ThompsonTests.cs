using System.Globalization;
using CsCheck;
using VicRegSweeps.SweepEngine.Searching;

namespace VicRegSweeps.SweepEngine.Tests.Searching;

public class ThompsonTests
{
    private static readonly SearchAxis[] Plane = [.. Enumerable.Repeat(new SearchAxis(null, IsOrdered: true), 2)];

    [Fact]
    public void The_same_results_lead_to_the_same_points_and_another_seed_or_generation_to_others()
    {
        var first = Propose(seed: 1, generation: 2);

        Assert.Equal(first, Propose(seed: 1, generation: 2));
        Assert.NotEqual(first, Propose(seed: 2, generation: 2));
        Assert.NotEqual(first, Propose(seed: 1, generation: 3));

        static IReadOnlyList<double[]> Propose(int seed, int generation) => new Thompson(Plane, seed, 1e-4).Propose(Seen(), generation, 16, Any);
    }

    [Fact]
    public void Points_are_different_and_of_the_cube() => Gen.Int[0, 1000].Sample(
        seed =>
        {
            var points = new Thompson(Plane, seed, null).Propose(Seen(), 2, 24, Any);

            Assert.Equal(24, points.Select(Key).Distinct().Count());
            Assert.All(points.SelectMany(p => p), x => Assert.InRange(x, 0, 1));
        },
        iter: 10);

    // The best lies at (0.7, 0.3); evenly spread points would have 4 % of theirs so near.
    [Fact]
    public void Points_crowd_where_the_best_is_believed_to_be()
    {
        var points = new Thompson(Plane, 3, 1e-4).Propose(Seen(), 4, 32, Any);

        Assert.InRange(points.Count(p => Math.Abs(p[0] - 0.7) < 0.1 && Math.Abs(p[1] - 0.3) < 0.1), 16, 32);
    }

    [Fact]
    public void Points_keep_away_from_where_others_came_to_nothing()
    {
        // Better and better to the right, but beyond 0.6 nothing is healthy.
        var seen = Grid().Select(at => new Tried(at, at[0], 2, at[0] > 0.6 ? 0 : 1)).ToList();

        var points = new Thompson(Plane, 0, 1e-4).Propose(seen, 3, 32, Any);

        Assert.InRange(points.Count(p => p[0] > 0.7), 0, 4);
        Assert.InRange(points.Count(p => p[0] is > 0.4 and < 0.7), 20, 32);
    }

    [Fact]
    public void Without_any_result_points_are_spread()
    {
        var seen = Grid().Select(at => new Tried(at, null, 0, 0)).ToList();

        var points = new Thompson(Plane, 0, null).Propose(seen, 2, 64, Any);

        Assert.All(Enumerable.Range(0, 4), quarter => Assert.Contains(points, p => (int)(p[0] * 2) + (2 * (int)(p[1] * 2)) == quarter));
    }

    [Fact]
    public void Only_points_that_are_admitted_are_proposed_and_fewer_where_there_are_no_more()
    {
        SearchAxis[] lists = [new(3, IsOrdered: true), new(2, IsOrdered: false)];
        var taken = new double[] { lists[0].Middle(0), lists[1].Middle(0) };

        var points = new Thompson(lists, 0, null).Propose([new Tried(taken, 1, 1, 1), new Tried([lists[0].Middle(1), lists[1].Middle(0)], 2, 1, 1)], 2, 10, share =>
        {
            double[] at = [lists[0].Snapped(share[0]), lists[1].Snapped(share[1])];
            return at.SequenceEqual(taken) ? null : (at, Key(at));
        });

        Assert.Equal(5, points.Count);
    }

    [Fact]
    public void However_small_the_box_is_it_reaches_the_next_values_of_a_list()
    {
        SearchAxis[] axes = [Plane[0], new(2, IsOrdered: true)];
        var seen = Grid().Select(at => new Tried([at[0], axes[1].Middle(1)], -Math.Pow(at[0] - 0.5, 2), 1, 1)).ToList();

        var points = new Thompson(axes, 0, 1e-6).Propose(seen, 9, 32, share => Any([share[0], axes[1].Snapped(share[1])]));

        Assert.InRange(points.Count(p => p[1] < 0.5 && Math.Abs(p[0] - 0.5) < 0.1), 4, 28);
    }

    [Fact]
    public void Axes_that_keep_trials_out_of_a_stack_take_few_values()
    {
        SearchAxis[] axes = [Plane[0], Plane[1] with { IsShape = true }, Plane[1] with { IsShape = true }];
        var seen = Grid().Select((at, i) => new Tried([.. at, (i % 7) / 7.0], at[0] - at[1], 1, 1)).ToList();

        var points = new Thompson(axes, 0, null).Propose(seen, 2, 64, Any);

        Assert.InRange(points.Select(p => Key(p[1..])).Distinct().Count(), 2, Search.MostShapes);
        Assert.Equal(64, points.Select(p => p[0]).Distinct().Count());
    }

    private static List<double[]> Grid() =>
        [.. Enumerable.Range(0, 64).Select(i => new[] { ((i % 8) + 0.5) / 8, ((i / 8) + 0.5) / 8 })];

    private static List<Tried> Seen() =>
        [.. Grid().Select(at => new Tried(at, -Math.Pow(at[0] - 0.7, 2) - Math.Pow(at[1] - 0.3, 2), 1, 1))];

    private static (double[] At, string Key)? Any(double[] share) => (share, Key(share));

    private static string Key(double[] at) => string.Join(' ', at.Select(x => x.ToString("R", CultureInfo.InvariantCulture)));
}
