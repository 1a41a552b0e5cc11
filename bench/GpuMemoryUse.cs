using TorchSharp;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Native;
using VicRegSweeps.Trials.Stacks;
using static TorchSharp.torch;

namespace VicRegSweeps.Bench;

/// <summary>Whether a GPU's memory is back where it was between stacks.</summary>
internal static class GpuMemoryUse
{
    private const int Stacks = 20;

    public static void Run()
    {
        var word = Devices.Resolve("auto");
        var device = new Device(word);
        using var batch = randn(512, Vgg16.FeatureCount, device: device);
        var (free, live) = (new List<double>(), new List<double>());
        for (var i = 0; i < Stacks; i++)
        {
            var trials = Enumerable.Range(0, word == "cpu" ? 4 : 256).Select(k => Trial.Of(
                TrialSettings.From(TrialCatalogue.Parameters, ("loss.variance_weight", k), ("model.representation_dim", 50 + (10 * (i % 5)))), seed: 0));
            using (var stack = new Stack([.. trials], 100, device))
            {
                for (var step = 0; step < 10; step++) stack.Step([batch]);
                stack.TakeLosses(1);
            }

            free.Add((NvidiaDriver.FreeBytes(0) ?? 0) / 1e6);
            live.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        }

        Figures.Add("taken between the fifth and the last stack", free[4] - free[^1], "MB");
        Figures.Add("live tensors more after the last stack than after the first", live[^1] - live[0]);
    }
}
