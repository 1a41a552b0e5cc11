using System.Diagnostics;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Tests.Catalogue;

namespace VicRegSweeps.SweepEngine.Tests.Planning;

/// <summary>Measured while no other test runs.</summary>
[CollectionDefinition(nameof(LargePlanTests), DisableParallelization = true)]
[Collection(nameof(LargePlanTests))]
public class LargePlanTests(ITestOutputHelper output)
{
    /// <remarks>It takes about a second on an idle core; the bounds are wide because tests share the machine.</remarks>
    [Theory]
    [InlineData("loss.covariance_weight")]
    [InlineData("train.momentum")]
    public void A_million_points_are_planned_in_seconds_and_in_little_memory(string third)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var watch = Stopwatch.StartNew();

        var plan = TestCatalogue.Plan(
            $$"""
            fixed: {train.optimizer: sgd}
            grid:
              loss.variance_weight: {linear: [1, 100], count: 100}
              loss.epsilon: {log: [1e-6, 1e-2], count: 100}
              {{third}}: {linear: [0, 0.99], count: 100}
            """);
        var planned = watch.Elapsed;
        var stacks = StackPlanner.Outline(plan.Trials(), new TestRunner(width: 256), _ => 0).Stacks;

        Assert.Equal(1_000_000, plan.Points);
        Assert.Equal(1_000_000, stacks.Sum(s => s.Trials));
        var kept = (GC.GetTotalMemory(forceFullCollection: true) - before) >> 20;
        output.WriteLine($"planned {planned.TotalSeconds:F2} s, with stacks {watch.Elapsed.TotalSeconds:F2} s, kept {kept} MiB, peak {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB");
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 20);
        Assert.InRange(kept, long.MinValue, 100);
        GC.KeepAlive(plan);
        GC.KeepAlive(stacks);
    }
}
