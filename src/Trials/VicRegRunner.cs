using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials.Costs;
using VicRegSweeps.Trials.Native;
using VicRegSweeps.Trials.Predictors;
using VicRegSweeps.Trials.Sources;
using VicRegSweeps.Trials.Stacks;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials;

/// <summary>
/// Trains VICReg trials. It keeps the data of the last bank, which most stacks of a sweep share, and the pace at which
/// it works, for the plans of later sweeps.
/// </summary>
/// <param name="device"><c>cpu</c> or <c>cuda:N</c>, from <see cref="Devices.Resolve"/>. Nothing is loaded before the first run.</param>
/// <param name="cacheFolder">Where feature banks are kept.</param>
/// <param name="time">The clock that training is measured by; the machine's own unless given.</param>
public sealed class VicRegRunner(string device, string cacheFolder, TimeProvider? time = null) : ITrialRunner, IDisposable
{
    // On a processor width hardly matters, see docs/performance.md; a narrower stack is less to do again after a kill.
    // Trained backbones take seconds a step, and an interruption waits for a step of the whole stack: each core has one of them.
    private const int WidestOnProcessor = 64;

    // What is free before the first stack: what training frees stays with libtorch, and the driver counts it as taken.
    private readonly Lazy<long?> freeMemory = new(() => NvidiaDriver.FreeBytes(Devices.GpuOf(device) ?? 0));
    private readonly TimeProvider time = time ?? TimeProvider.System;
    private StackData? data;
    private PanelRow? baseline;
    private string? baselineName;
    private string? dataKey;

    public ParameterCatalogue Catalogue => TrialCatalogue.Parameters;

    public string StackKey(Trial trial) => StackSettings.Key(trial.Settings);

    public int StackWidth(Trial trial) => device == "cpu" ? TrialInputs.IsTrained(trial.Settings) ? Environment.ProcessorCount : WidestOnProcessor : GpuMemory.StackWidth(ShapeCost.Of(trial.Settings), freeMemory.Value);

    public void Run(StackWork work, ITrialSink sink, CancellationToken cancel)
    {
        NativeRuntime.EnsureLoaded();
        var settings = work.Trials[0].Settings;
        var preparing = new Watch(time);
        var input = Prepare(settings, sink, cancel);
        sink.Spent("feature bank", preparing.Elapsed);
        sink.Baseline(baselineName!, baseline!);
        if (PredictorSettings.IsPredictor(settings))
        {
            PredictorTraining.Run(work, input, sink, new Device(device), time, cancel);
            return;
        }

        var timed = new TimedSink(sink, time);
        try
        {
            StackTraining.Run(work, input, timed, new Device(device), time, cancel);
        }
        finally
        {
            PaceFile.Add(cacheFolder, stack: timed.Pace(work.Trials, device, calibration: false));
        }
    }

    public void Dispose() => data?.Dispose();

    private StackData Prepare(TrialSettings settings, ITrialSink sink, CancellationToken cancel)
    {
        var key = StackData.Key(settings);
        if (key != dataKey) Load(settings, key, sink, cancel);
        var name = FeaturePanel.NameOf(data!.Bank, parameter => settings[parameter]);
        if (name != baselineName)
        {
            baselineName = null;
            baseline = StackEvaluation.Of(settings, data).Baseline();
            baselineName = name;
        }

        return data;
    }

    private void Load(TrialSettings settings, string key, ITrialSink sink, CancellationToken cancel)
    {
        (dataKey, baselineName) = (null, null);
        data?.Dispose();
        new FileContents(cacheFolder, sink.Progress, cancel).RefuseOthers(settings);
        var clock = new BankClock(sink.Progress, time);
        data = StackData.Load(settings, new Device(device), cacheFolder, clock.Report, cancel, sink.Input);
        if (BankCost.WayOf(settings) is { } way)
        {
            PaceFile.Add(
                cacheFolder,
                build: clock.Pace(way, device, calibration: false),
                bank: new KnownBank(BankCost.KeyOf(settings), data.Bank));
        }

        dataKey = key;
    }
}
