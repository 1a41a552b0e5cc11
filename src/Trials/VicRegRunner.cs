using System.Diagnostics;
using VicRegSweeps.SweepEngine;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials;

/// <summary>Trains VICReg trials. It keeps the data of the last bank, which most stacks of a sweep share.</summary>
/// <param name="device"><c>cpu</c> or <c>cuda:N</c>, from <see cref="Devices.Resolve"/>. Nothing is loaded before the first run.</param>
/// <param name="cacheFolder">Where feature banks are kept.</param>
public sealed class VicRegRunner(string device, string cacheFolder) : ITrialRunner, IDisposable
{
    // More trials than this gain nothing: see docs/performance.md.
    private const int WidestOnProcessor = 32;
    private const int WidestOnGpu = 512;

    private StackData? data;
    private PanelRow? baseline;
    private string? dataKey;

    public ParameterCatalogue Catalogue => TrialCatalogue.Parameters;

    public IReadOnlyList<Metric> Metrics => PanelMetrics.All;

    public string StackKey(Trial trial) => StackSettings.Key(trial.Settings);

    public int StackWidth(Trial trial) => device == "cpu" ? WidestOnProcessor : WidestOnGpu;

    public void Run(StackWork work, ITrialSink sink, CancellationToken cancel)
    {
        NativeRuntime.EnsureLoaded();
        var settings = work.Trials[0].Settings;
        var start = Stopwatch.GetTimestamp();
        Prepare(settings, sink, cancel);
        sink.Spent("feature bank", Stopwatch.GetElapsedTime(start));
        sink.Baseline(data!.Bank, baseline!);
        StackTraining.Run(work, data, sink, new Device(device), cancel);
    }

    public void Dispose() => data?.Dispose();

    private void Prepare(TrialSettings settings, ITrialSink sink, CancellationToken cancel)
    {
        var key = StackData.Key(settings);
        if (key == dataKey)
        {
            return;
        }

        (dataKey, baseline) = (null, null);
        data?.Dispose();
        data = StackData.Load(settings, new Device(device), cacheFolder, sink.Progress, cancel);
        baseline = StackEvaluation.Of(settings, data).Baseline();
        dataKey = key;
    }
}
