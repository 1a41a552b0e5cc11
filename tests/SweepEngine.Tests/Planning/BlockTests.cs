using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Tests.Catalogue;

namespace VicRegSweeps.SweepEngine.Tests.Planning;

/// <summary>Zips, blocks and what a block does to what stands above it.</summary>
public class BlockTests
{
    /// <summary>Everything at once; the expected trials were written by hand from the file.</summary>
    private const string ThreeBlocks =
        """
        seeds: [0, 5]
        fixed:
          train.epochs: 3
        grid:
          loss.variance_weight: [0, 25]
        zip:
          - model.embedding_dim: [2, 50, 50]
            model.representation_dim: [16, 100, 200]
        exclude:
          - loss.variance_weight == 0 and model.embedding_dim == 2
        blocks:
          - name: wide                  # another axis in the place of one of a zip
            grid: {model.embedding_dim: [4]}
            exclude: [model.representation_dim > 150]
          - name: momentum              # a value in the place of an axis, and new axes that vary fastest
            fixed: {loss.variance_weight: 1}
            zip:
              - model.embedding_dim: [8]
                model.representation_dim: [8]
            grid:
              train.optimizer: [adam, sgd]
              train.momentum: [0.5, 0.9]
          - name: again                 # equal to points before it, but for one
            fixed: {train.epochs: 3, model.embedding_dim: 50}
            grid: {model.representation_dim: [200, 300], loss.variance_weight: [25]}
            exclude: [model.representation_dim == 300 and loss.variance_weight == 0]
        """;

    // Block, variance weight, E, R, optimizer, momentum, epochs.
    private static readonly string[] Expected =
    [
        " 0 50 100 adam - 3",
        " 0 50 200 adam - 3",
        " 25 2 16 adam - 3",
        " 25 50 100 adam - 3",
        " 25 50 200 adam - 3",
        "wide 0 4 16 adam - 3",
        "wide 0 4 100 adam - 3",
        "wide 25 4 16 adam - 3",
        "wide 25 4 100 adam - 3",
        "momentum 1 8 8 adam - 3",
        "momentum 1 8 8 sgd 0.5 3",
        "momentum 1 8 8 sgd 0.9 3",
        "again 25 50 300 adam - 3",
    ];

    [Fact]
    public void Three_blocks_with_zips_and_exclusions_are_the_trials_of_a_list_by_hand()
    {
        var plan = TestCatalogue.Plan(ThreeBlocks);

        Assert.Equal(Expected.SelectMany(point => new[] { $"{point} seed 0", $"{point} seed 5" }), plan.Trials().Select(t => $"{Shown(t)} seed {t.Seed}"));
        Assert.Equal((13, 26, 2), (plan.Points, plan.TrialCount, plan.Merged));
        Assert.Equal(
            [("", 6, 1, 0, 5), ("wide", 6, 2, 0, 4), ("momentum", 4, 0, 1, 3), ("again", 2, 0, 1, 1)],
            plan.Blocks.Select(b => (b.Block.Name, (int)b.Size, (int)b.Excluded, (int)b.Merged, (int)b.Points)));
        Assert.Equal([1, 2, 0], plan.Exclusions.Select(e => (int)e.Count));
    }

    [Fact]
    public void A_sample_of_the_three_blocks_is_that_many_of_the_list_in_its_order()
    {
        var counts = new int[Expected.Length];
        for (var seed = 0; seed < 300; seed++)
        {
            var plan = TestCatalogue.Plan(ThreeBlocks + $"\nsample: {{count: 5, seed: {seed}}}");
            var drawn = plan.Trials().Where(t => t.Seed == 0).Select(Shown).ToList();

            Assert.Equal((5, 10, 13), (plan.Points, plan.TrialCount, plan.Population));
            Assert.Equal(5, plan.Blocks.Sum(b => b.Points));
            Assert.Equal(Expected.Intersect(drawn), drawn);
            foreach (var point in drawn)
                counts[Array.IndexOf(Expected, point)]++;
        }

        // Each point is drawn 300 × 5/13 = 115 times on average, with a standard deviation of 8.4.
        Assert.All(counts, count => Assert.InRange(count, 115 - 42, 115 + 42));
    }

    [Fact]
    public void A_larger_sample_keeps_the_smaller_and_so_does_a_larger_grid_as_far_as_it_can()
    {
        const string Grid = "grid:\n  loss.epsilon: {linear: [1, 100], count: 100}\n";
        string[] Points(string text) => [.. TestCatalogue.Plan(text).Trials().Select(t => t.Point)];
        var (five, twenty) = (Points(Grid + "sample: {count: 5}"), Points(Grid + "sample: {count: 20}"));
        var wider = Points(Grid.Replace("[1, 100], count: 100", "[1, 110], count: 110", StringComparison.Ordinal) + "sample: {count: 20}");
        var withMore = Points(Grid + "  train.epochs: [10]\nsample: {count: 20}");

        Assert.Empty(five.Except(twenty));
        Assert.Empty(twenty.Except(withMore));
        Assert.InRange(twenty.Intersect(wider).Count(), 14, 20);
        Assert.NotEqual(twenty, Points(Grid + "sample: {count: 20, seed: 1}"));
    }

    [Fact]
    public void A_sample_larger_than_the_sweep_is_the_whole_sweep() =>
        Assert.Equal(
            TestCatalogue.Plan(ThreeBlocks).Trials().Select(t => t.Id),
            TestCatalogue.Plan(ThreeBlocks + "\nsample: {count: 14}").Trials().Select(t => t.Id));

    [Theory]
    [InlineData("")]
    [InlineData("\nsample: {count: 9}")]
    public void A_shuffled_order_has_the_same_trials_with_the_seeds_of_a_point_together(string rest)
    {
        Trial[] inOrder = [.. TestCatalogue.Plan(ThreeBlocks + rest).Trials()];
        Trial[] shuffled = [.. TestCatalogue.Plan(ThreeBlocks + rest + "\nrun: {order: shuffled}").Trials()];

        Assert.NotEqual(inOrder.Select(t => t.Id), shuffled.Select(t => t.Id));
        Assert.Equal(inOrder.Select(t => t.Id).Order(), shuffled.Select(t => t.Id).Order());
        Assert.All(shuffled.Chunk(2), pair => Assert.Equal((pair[0].Point, 0, 5), (pair[1].Point, pair[0].Seed, pair[1].Seed)));
        Assert.Equal(shuffled.Select(t => t.Id), TestCatalogue.Plan(ThreeBlocks + rest + "\nrun: {order: shuffled}").Trials().Select(t => t.Id));
    }

    [Fact]
    public void Without_axes_above_them_the_blocks_are_all_there_is()
    {
        var plan = TestCatalogue.Plan(
            """
            fixed: {train.epochs: 3}
            blocks:
              - {name: a, grid: {loss.epsilon: [1, 2]}}
              - {name: b, fixed: {train.epochs: 4}}
            """);

        Assert.Equal(["a 1 3", "a 2 3", "b 0.0001 4"], plan.Trials().Select(t => $"{t.Block} {t.Settings["loss.epsilon"]} {t.Settings["train.epochs"]}"));
        Assert.Equal(["loss.epsilon", "train.epochs"], plan.Varying);
    }

    [Fact]
    public void A_block_may_sweep_what_is_fixed_above_and_its_axis_keeps_the_place_of_the_one_that_it_overrides()
    {
        var plan = TestCatalogue.Plan(
            """
            fixed: {train.epochs: 3}
            grid: {loss.epsilon: [1], loss.variance_weight: [1, 2]}
            blocks:
              - {name: a, grid: {train.epochs: [4, 5], loss.epsilon: [2, 3]}}
            """);

        Assert.Equal(
            ["2 1 4", "2 1 5", "2 2 4", "2 2 5", "3 1 4", "3 1 5", "3 2 4", "3 2 5"],
            plan.Trials().Where(t => t.Block == "a")
            .Select(t => $"{t.Settings["loss.epsilon"]} {t.Settings["loss.variance_weight"]} {t.Settings["train.epochs"]}"));
    }

    [Fact]
    public void Zipped_parameters_move_together_in_all_forms_of_an_axis()
    {
        var plan = TestCatalogue.Plan(
            """
            zip:
              - model.embedding_dim: {range: [2, 6], step: 2}
                loss.epsilon: {log: [0.01, 1], count: 3}
                train.optimizer: [adam, sgd, adam]
            grid: {train.epochs: [1, 2]}
            """);

        Assert.Equal(
            ["2 0.01 adam 1", "2 0.01 adam 2", "4 0.1 sgd 1", "4 0.1 sgd 2", "6 1 adam 1", "6 1 adam 2"],
            plan.Trials().Select(t =>
            $"{t.Settings["model.embedding_dim"]} {t.Settings["loss.epsilon"]} {t.Settings["train.optimizer"]} {t.Settings["train.epochs"]}"));
    }

    private static string Shown(Trial t) => string.Join(
        ' ',
        new[] { "loss.variance_weight", "model.embedding_dim", "model.representation_dim", "train.optimizer", "train.momentum", "train.epochs" }
            .Select(name => t.Settings[name]?.Text ?? "-").Prepend(t.Block));
}
