using TorchSharp;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Stacks;
using static TorchSharp.torch;

namespace VicRegSweeps.Bench;

/// <summary>Live tensors and resident memory over a thousand steps and over a hundred stacks.</summary>
internal static class MemoryBenchmark
{
    private const int Width = 32;

    public static void Run()
    {
        Console.WriteLine($"memory: stacks of {Width} trials");
        using var batch = randn(512, Vgg16.FeatureCount);
        using (var stack = NewStack())
        {
            Step(stack, batch, 100);
            Report("after 100 steps");
            Step(stack, batch, 900);
            Report("after 1000 steps");
        }

        foreach (var (stacks, upTo) in new[] { (10, 10), (90, 100) })
        {
            for (var i = 0; i < stacks; i++)
            {
                using var stack = NewStack();
                Step(stack, batch, 2);
            }

            Report($"after {upTo} stacks");
        }
    }

    private static Stack NewStack() => new(
        [.. Enumerable.Range(0, Width).Select(i => Trial.Of(TrialSettings.From(TrialCatalogue.Parameters, ("loss.variance_weight", 1 + i)), seed: i % 3))],
        totalSteps: 10_000,
        CPU);

    private static void Step(Stack stack, Tensor batch, int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            stack.Step([.. stack.Seeds.Select(_ => batch)]);
        }
    }

    private static void Report(string when)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        Console.WriteLine($"{when,-16} {DisposeScopeManager.Statistics.ThreadTotalLiveCount,6} live tensors {process.WorkingSet64 >> 20,6} MiB resident");
    }
}
