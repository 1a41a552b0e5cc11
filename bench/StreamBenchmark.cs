using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials;
using VicRegSweeps.Trials.Stacks;
using static TorchSharp.torch;

namespace VicRegSweeps.Bench;

/// <summary>A step on streamed views, for stacks of several widths: the backbone runs once for all trials of a seed.</summary>
internal static class StreamBenchmark
{
    private const int Batch = 256;
    private const int Steps = 4;

    // What every figure is the best of: other processes only ever add time.
    private const int Rounds = 3;

    public static void Run()
    {
        var cache = Directory.CreateTempSubdirectory("vicreg-bench-").FullName;
        try
        {
            using var data = StackData.Load(SettingsOf(0), CPU, cache, _ => { }, CancellationToken.None);
            Console.WriteLine($"streamed step: batch {Batch}, all trials of one seed, {Environment.ProcessorCount} cores");
            Console.WriteLine("trials   ms a step   against one trial");
            var alone = SecondsOfAStep(1, data);
            foreach (var width in new[] { 1, 8, 32, 128 })
            {
                var seconds = width == 1 ? alone : SecondsOfAStep(width, data);
                Console.WriteLine($"{width,6} {seconds * 1e3,11:0} {seconds / alone,19:0.00}");
            }
        }
        finally
        {
            Directory.Delete(cache, recursive: true);
        }
    }

    private static double SecondsOfAStep(int width, StackData data)
    {
        using var stack = new Stack([.. Enumerable.Range(0, width).Select(i => Trial.Of(SettingsOf(i), seed: 0))], totalSteps: 1_000_000, CPU);
        using var batches = data.Batches(Batch);
        var step = 0;
        Advance(1);
        return Enumerable.Range(0, Rounds).Min(_ => Clock.Seconds(() => Advance(Steps))) / Steps;

        void Advance(int steps)
        {
            for (var i = 0; i < steps; i++, step++)
            {
                using var scope = NewDisposeScope();
                stack.Step(batches.Of(stack.Seeds, step / batches.StepsPerEpoch, step % batches.StepsPerEpoch));
            }
        }
    }

    private static TrialSettings SettingsOf(int i) => TrialSettings.From(
        TrialCatalogue.Parameters,
        ("augment.views", "stream"),
        ("backbone.precision", "float32"),
        ("data.train_images", 4096),
        ("data.test_images", 100),
        ("eval.reference_images", 100),
        ("loss.variance_weight", 1 + (0.1 * i)));
}
