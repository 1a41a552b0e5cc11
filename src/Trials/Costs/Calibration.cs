using TorchSharp;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Native;
using VicRegSweeps.Trials.Stacks;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Costs;

/// <summary>Measures the paces of this machine for a sweep that has not been run: on noise, and within seconds.</summary>
public static class Calibration
{
    private const int FewestStepsPerEpoch = 8;
    private const int Images = 16_384; // so many that the steps between two evaluations take a time that can be told
    private const int Views = 2;
    private const int Classes = 10;
    private const int MostOfEncoder = 32;

    // A processor's cores finish their first batches, which are not counted, at about the same time.
    private static readonly int FewestBatches = Environment.ProcessorCount + 2;
    private static readonly TimeSpan Each = TimeSpan.FromSeconds(5);

    // A processor's core takes one trial after the other, so that more of them only take longer.
    private static readonly int MostOnProcessor = 8 * Environment.ProcessorCount;
    private static readonly int MostEncodersOnProcessor = Environment.ProcessorCount;

    /// <summary>Measures and keeps how quickly features are made and stacks like these are trained.</summary>
    /// <param name="trials">A stack of the sweep.</param>
    /// <param name="device">From <see cref="Devices.Resolve"/>.</param>
    /// <param name="cacheFolder">Where the paces are kept.</param>
    public static void Run(IReadOnlyList<Trial> trials, string device, string cacheFolder, TimeProvider time, CancellationToken cancel)
    {
        NativeRuntime.EnsureLoaded();
        var place = new Device(device);
        PaceFile.Add(cacheFolder, build: Bank(trials[0].Settings, device, place, time, cancel));
        cancel.ThrowIfCancellationRequested();
        PaceFile.Add(cacheFolder, stack: Stack(trials, device, place, Each, time, cancel));
        cancel.ThrowIfCancellationRequested();
    }

    /// <summary>Builds a bank of generated images, which take as long as others, and throws it away.</summary>
    private static BankPace? Bank(TrialSettings settings, string device, Device place, TimeProvider time, CancellationToken cancel)
    {
        if (BankCost.WayOf(settings) is null) return null;

        var folder = Directory.CreateTempSubdirectory("vicreg-sweep-");
        var shapes = With(settings, ("data.source", "shapes"), ("data.train_images", 4096), ("data.test_images", 2), ("augment.views", 8));
        try
        {
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            var watch = new Watch(time);
            var batches = 0;
            var clock = new BankClock(
                _ =>
                {
                    if (++batches >= FewestBatches && watch.Elapsed > Each)
                        enough.Cancel();
                },
                time);
            try
            {
                using var scope = NewDisposeScope();
                using var bank = StackData.LoadBank(shapes, place, folder.FullName, clock.Report, enough.Token);
            }
            catch (OperationCanceledException) when (enough.IsCancellationRequested)
            {
                // That much is enough.
            }

            return clock.Pace(BankCost.WayOf(shapes)!, device, calibration: true);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <param name="atLeast">How long it trains; longer where no evaluation was done by then.</param>
    internal static StackPace? Stack(
        IReadOnlyList<Trial> trials, string device, Device place, TimeSpan atLeast, TimeProvider time, CancellationToken cancel)
    {
        // Short epochs, so that there are evaluations within these seconds.
        // A step of trained backbones may take a minute of a processor; a smaller batch goes through them as quickly.
        var batch = trials[0].Settings.Integer("train.batch_size");
        var hasEncoder = TrialInputs.IsTrained(trials[0].Settings);
        if (hasEncoder) batch = Math.Min(batch, MostOfEncoder);
        var images = batch * (hasEncoder ? FewestStepsPerEpoch : Math.Max(FewestStepsPerEpoch, Images / batch));
        Trial[] calibrated =
        [
            .. trials.Take(place.type != DeviceType.CPU ? trials.Count : hasEncoder ? MostEncodersOnProcessor : MostOnProcessor).Select(t => Trial.Of(
                With(t.Settings, ("data.train_images", images), ("train.batch_size", batch), ("augment.views", Views), ("train.epochs", 1_000_000), ("train.warmup_epochs", 0),
                ("eval.every_epochs", 1)),
                t.Seed)),
        ];
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var scope = NewDisposeScope();
        using var data = Noise(calibrated[0].Settings, place);
        var watch = new Watch(time);
        var sink = new TimedSink(
            new NoSink(calibrated, () =>
            {
                if (watch.Elapsed > atLeast) enough.Cancel();
            }),
            time);
        try
        {
            StackTraining.Run(new StackWork(calibrated, null), data, sink, place, time, enough.Token);
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested)
        {
            // That much is enough.
        }

        return sink.Pace(calibrated, device, calibration: true);
    }

    private static TrialSettings With(TrialSettings settings, params (string Name, ParameterValue Value)[] changed) => TrialSettings.From(
        settings.Catalogue,
        settings.Catalogue.Parameters.Where(p => settings[p.Name] is not null).Select(p => (p.Name, settings[p.Name]!)).Concat(changed));

    private static StackData Noise(TrialSettings s, Device device)
    {
        var images = TrialInputs.Train(s);
        var (reference, heldOut) = (Math.Min(s.Integer("eval.reference_images"), images), Math.Min(s.Integer("eval.images"), TrialInputs.Test(s)));
        return new StackData(
            "noise", Features(images * Views), images, Views, null, Features(reference), Labels(reference), Features(heldOut), Labels(heldOut),
            Features(heldOut), Features(heldOut));

        Tensor Features(long rows) => randn([rows, TrialInputs.Features(s)]).to(device).DetachFromDisposeScope();

        Tensor Labels(long rows) => TensorArithmetic.Arange(rows, int64, CPU).Remainder(Classes).to(device).DetachFromDisposeScope();
    }

    /// <summary>Keeps nothing.</summary>
    /// <param name="evaluated">Called after every evaluation.</param>
    private sealed class NoSink(IReadOnlyList<Trial> trials, Action evaluated) : ITrialSink
    {
        public bool CheckpointDue => false;

        public void Loss(Trial trial, LossRow row)
        {
        }

        public void Panel(Trial trial, PanelRow row)
        {
        }

        public void Input(TrialInput input)
        {
        }

        public void Baseline(string name, PanelRow row)
        {
        }

        public void Finish(Trial trial, Outcome outcome)
        {
        }

        public void Artifact(Trial trial, string name, Action<Stream> write)
        {
        }

        public void Vectors(Trial trial, VectorRow row)
        {
        }

        public void Spent(string stage, TimeSpan time)
        {
        }

        public IReadOnlyList<Trial> Survivors(int epoch, long step, double seconds)
        {
            evaluated();
            return trials;
        }

        public void Checkpoint(long step, double seconds, Action<Stream> write)
        {
        }

        public void Progress(Progress progress)
        {
        }
    }
}
