using TorchSharp;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Stacks;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Stacks;

/// <summary>On a GPU an operation costs its launch, so a step has so many of them however many trials there are.</summary>
/// <remarks>Counted are the tensors that operations make; the backward pass is one call, whose graph is theirs.</remarks>
public sealed class LaunchBudgetTests
{
    [Theory]
    [InlineData("adam", 195)]
    [InlineData("sgd", 195)]
    [InlineData("lars", 260)]
    public void A_step_makes_as_many_tensors_whatever_the_width(string optimizer, int budget)
    {
        var tensors = new[] { 1, 8, 64 }.Select(width => TensorsOfStep(width, optimizer)).ToList();

        Assert.All(tensors, count => Assert.Equal(tensors[0], count));
        Assert.InRange(tensors[0], 1, budget);
    }

    private static long TensorsOfStep(int width, string optimizer)
    {
        var trials = Enumerable.Range(0, width)
            .Select(k => TestTrials.Of(0, ("train.optimizer", optimizer), ("train.weight_decay", 0.01), ("loss.variance_weight", k)))
            .ToList<Trial>();
        using var stack = new Stack(trials, 10, CPU, byTensorOperations: true);
        using var batch = TestTrials.Batches(0, 1)[0];
        stack.Step([batch]);

        var statistics = DisposeScopeManager.Statistics.TensorStatistics;
        var before = statistics.CreatedInScopeCount + statistics.CreatedOutsideScopeCount;
        stack.Step([batch]);
        return statistics.CreatedInScopeCount + statistics.CreatedOutsideScopeCount - before;
    }
}
