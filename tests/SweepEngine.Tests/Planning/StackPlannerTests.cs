using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Tests.Catalogue;

namespace VicRegSweeps.SweepEngine.Tests.Planning;

public class StackPlannerTests
{
    private static readonly Trial[] Trials =
    [
        .. TestCatalogue.Plan(
            """
            seeds: 3
            grid:
              loss.variance_weight: [1, 25]
              model.embedding_dim: [2, 50]
            """).Trials(),
    ];

    [Fact]
    public void Stacks_are_cut_to_the_width_and_stand_in_the_order_of_their_first_trials()
    {
        var stacks = StackPlanner.Stacks(Trials, new TestRunner(width: 4));

        // Trials 0-2 and 6-8 have two dimensions, 3-5 and 9-11 fifty.
        Assert.Equal(["0 1 2 6", "3 4 5 9", "7 8", "10 11"], stacks.Select(s => string.Join(' ', s.Select(t => Array.IndexOf(Trials, t)))));
    }

    [Fact]
    public void The_outline_counts_what_the_stacks_hold()
    {
        var outline = StackPlanner.Outline(Trials, new TestRunner(width: 4), trial => trial);

        Assert.Equal([Trials[0], Trials[3]], outline.Shapes);
        Assert.Equal([new(0, 4), new(1, 4), new(0, 2), new(1, 2)], outline.Stacks);
    }

    [Theory]
    [InlineData(4, "3 3 3 3")]
    [InlineData(6, "6 6")]
    [InlineData(8, "6 6")]
    [InlineData(2, "2 1 2 1 2 1 2 1")]
    public void Seeds_that_are_judged_together_are_not_parted(int width, string sizes)
    {
        var outline = StackPlanner.Outline(Trials, new TestRunner(width), _ => 0, seedsTogether: 3);

        Assert.Equal(sizes, string.Join(' ', outline.Stacks.OrderBy(s => s.Shape).Select(s => s.Trials)));
    }

    [Theory]
    [InlineData(3, "stop.halving stops nothing in this sweep. ")]
    [InlineData(6, null)]
    public void A_plan_says_where_halving_has_nothing_to_choose_from(int width, string? beginning)
    {
        var plan = TestCatalogue.Plan(
            """
            seeds: 3
            grid:
              loss.variance_weight: [1, 25]
              model.embedding_dim: [2, 50]
            stop: {halving: {metric: embedding/knn_top1}}
            """);

        var outline = StackPlanner.Outline(plan.Trials(), new TestRunner(width), _ => 0, seedsTogether: HalvingOutlook.SeedsTogether(plan));
        var outlook = HalvingOutlook.Of(plan, outline.Stacks);

        if (beginning is null) Assert.Null(outlook);
        else Assert.StartsWith(beginning, outlook, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_counts_the_stacks_in_which_halving_stops_nothing()
    {
        var plan = TestCatalogue.Plan("seeds: 3\ngrid: {loss.variance_weight: [0, 1, 25]}\nstop: {halving: {metric: embedding/knn_top1}}\n");

        Assert.StartsWith("stop.halving stops nothing in 1 of 2 stacks. ", HalvingOutlook.Of(plan, [new(0, 6), new(0, 3)]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_width_of_one_trains_every_trial_alone() =>
        Assert.Equal(Trials, StackPlanner.Stacks(Trials, new TestRunner(width: 1)).Select(Assert.Single));

    [Fact]
    public void Without_trials_there_are_no_stacks() =>
        Assert.Empty(StackPlanner.Stacks([], new TestRunner(width: 4)));
}
