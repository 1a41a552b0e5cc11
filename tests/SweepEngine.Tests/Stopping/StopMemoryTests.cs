using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stopping;

namespace VicRegSweeps.SweepEngine.Tests.Stopping;

public sealed class StopMemoryTests
{
    private static readonly Trial A = FormulaRunner.Trial(1);
    private static readonly Trial B = FormulaRunner.Trial(2);

    [Fact]
    public void Collapse_ends_a_trial_only_when_it_lasts_and_only_after_the_first_epochs()
    {
        var memory = Collapse(CollapseAction.Stop);
        string[] verdicts = ["complete", "complete", "none", "dimensional", "complete"];
        var ended = new List<int>();
        foreach (var (index, verdict) in verdicts.Index())
        {
            See(memory, A, index + 1, verdict);
            See(memory, B, index + 1, "none");
            ended.AddRange(memory.Decide([A, B], index + 1, 10 * index, 1).Select(e => index + 1));
        }

        // Epochs 1 and 2 lie before after_epochs, 3 is healthy, 4 and 5 are two in a row.
        Assert.Equal([5], ended);
    }

    [Theory]
    [InlineData(CollapseAction.Label)]
    [InlineData(CollapseAction.Off)]
    public void Collapse_that_is_only_labelled_ends_nothing(CollapseAction action)
    {
        var memory = Collapse(action);
        for (var epoch = 1; epoch < 9; epoch++)
        {
            See(memory, A, epoch, "complete");
            Assert.Empty(memory.Decide([A], epoch, epoch, 1));
        }
    }

    [Fact]
    public void The_record_says_why()
    {
        var memory = Collapse(CollapseAction.Stop);
        for (var epoch = 3; epoch <= 4; epoch++)
        {
            See(memory, A, epoch, "complete");
            foreach (var (_, outcome) in memory.Decide([A], epoch, 40, 2.5))
            {
                Assert.Equal(
                    new Outcome(TrialState.Stopped, null,
                    "stop.collapse: its representation was collapsed in 2 evaluations in a row (complete: spread is low)", 4, 40, 2.5),
                    outcome);
            }
        }
    }

    [Fact]
    public void A_trial_that_trains_longer_than_it_may_has_failed_for_that_and_between_evaluations_too()
    {
        var memory = new StopMemory(new StopRules { Timeout = TimeSpan.FromSeconds(90) }, FormulaRunner.Words);

        Assert.Empty(memory.Decide([A, B], 1, 10, 90));
        var ended = memory.Decide([A, B], 2, 20, 90.25);

        Assert.Equal([A, B], ended.Select(e => e.Trial));
        Assert.Equal(
            new Outcome(TrialState.Failed, "timeout", "stop.timeout: it has trained for 90.3 s, longer than 90 s", 2, 20, 90.25), ended[0].Outcome);
    }

    [Fact]
    public void Halving_ranks_by_a_loss_term_too_and_says_point_rank_and_how_many()
    {
        var memory = new StopMemory(new StopRules { Halving = new HalvingRule("loss/total") { Goal = HalvingGoal.Minimize, EveryEpochs = 1 } },
            FormulaRunner.Words);
        var other = FormulaRunner.Trial(1, ("formula.slope", 2));
        memory.See(A.Id, new LossRow(1, 10, 5, 3, 0, 0, 0));
        memory.See(B.Id, new LossRow(1, 10, 5, 4, 0, 0, 0));
        memory.See(other.Id, new LossRow(1, 10, 5, 1, 0, 0, 0));
        See(memory, A, 1, "none");

        var ended = memory.Decide([A, B, other], 1, 10, 1);

        Assert.Equal([A, B], ended.Select(e => e.Trial));
        Assert.All(ended, e => Assert.Equal(
            $"stop.halving: loss/total was 3.5 in the mean of 2 seeds after 1 epochs; point {A.Point} was rank 2 of 2 points, and 1 went on",
            e.Outcome.Reason));
    }

    [Fact]
    public void Nothing_is_stopped_by_values_that_are_not_there()
    {
        var memory = new StopMemory(new StopRules { Halving = new HalvingRule("embedding/no_such_metric") { EveryEpochs = 1 } }, FormulaRunner.Words);
        See(memory, A, 1, "none");
        memory.See(B.Id, new LossRow(1, 10, 5, double.NaN, 0, 0, 0));

        Assert.Empty(memory.Decide([A, FormulaRunner.Trial(1, ("formula.slope", 2))], 1, 10, 1));
    }

    private static StopMemory Collapse(CollapseAction action) =>
        new(new StopRules { Collapse = new CollapseRule { Action = action, AfterEpochs = 3, Sustained = 2 } }, FormulaRunner.Words);

    private static void See(StopMemory memory, Trial trial, int epoch, string verdict)
    {
        memory.See(trial.Id, new PanelRow(epoch, epoch, "representation", [], [], verdict, "spread is low"));
        memory.See(trial.Id, new PanelRow(epoch, epoch, "embedding", [], [], "complete", "another space"));
    }
}
