using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Images;
using VicRegSweeps.Trials.Sources;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Predictors;

/// <summary>What the evaluations of all predictors of a stack have in common: which frames are seen and predicted, and where the dots are in them, if that is known.</summary>
/// <remarks>
/// The same windows for every horizon: H frames are seen, the furthest that is predicted is in the sequence too. Letters: N training and M
/// held-out sequences, T frames, w windows, H history, C coordinates of all dots.
/// </remarks>
internal sealed class VideoWindows : IDisposable
{
    /// <param name="s">Of one of the trials: they agree in what decides this.</param>
    /// <param name="train">N · T.</param>
    /// <param name="test">M · T.</param>
    public VideoWindows(TrialSettings s, long train, long test, Device device)
    {
        using var scope = NewDisposeScope();
        Settings = PredictorSettings.From(s);
        TrainFirsts = Firsts(train, Settings.History + 1).DetachFromDisposeScope();
        TestFirsts = Firsts(test, Settings.History + Settings.Horizons).DetachFromDisposeScope();
        TrainSeconds = Seconds(train).DetachFromDisposeScope();
        TestSeconds = Seconds(test).DetachFromDisposeScope();

        (TrainPositions, TrainVelocities) = Truth(DotsPart.Train, train, TrainSeconds);
        (TestPositions, TestVelocities) = Truth(DotsPart.Test, test, TestSeconds);

        Tensor Firsts(long frames, int length) => tensor(
            [
                .. from sequence in Enumerable.Range(0, (int)(frames / Settings.Frames))
                   from start in Enumerable.Range(0, Settings.Frames - length + 1)
                   select ((long)sequence * Settings.Frames) + start,
            ],
            device: device);

        Tensor Seconds(long frames) => tensor([.. Enumerable.Range(0, (int)frames).Where(i => i % Settings.Frames > 0).Select(i => (long)i)], device: device);

        (Tensor? Positions, Tensor? Velocities) Truth(DotsPart part, long frames, Tensor seconds)
        {
            if (((IVideoSource)DataSources.Of(s)).Truth(s, part) is not var (positions, velocities)) return (null, null);

            return (
                tensor(positions, [frames, positions.Length / frames], device: device).DetachFromDisposeScope(),
                tensor(velocities, [frames, velocities.Length / frames], device: device).index_select(0, seconds).DetachFromDisposeScope());
        }
    }

    public PredictorSettings Settings { get; }

    /// <summary>The first frames of all training windows of H + 1 frames, by their flat numbers.</summary>
    public Tensor TrainFirsts { get; }

    /// <summary>The first frames of the held-out windows, [w].</summary>
    public Tensor TestFirsts { get; }

    /// <summary>Every training frame that has one before it.</summary>
    public Tensor TrainSeconds { get; }

    /// <summary>Every held-out frame that has one before it.</summary>
    public Tensor TestSeconds { get; }

    /// <summary>In pixels, [N · T, C]; this and the next three are null where nobody knows where things are.</summary>
    public Tensor? TrainPositions { get; }

    /// <summary>In pixels, [M · T, C].</summary>
    public Tensor? TestPositions { get; }

    /// <summary>Of <see cref="TrainSeconds"/>, in pixels a frame, [·, C].</summary>
    public Tensor? TrainVelocities { get; }

    /// <summary>Of <see cref="TestSeconds"/>, in pixels a frame, [·, C].</summary>
    public Tensor? TestVelocities { get; }

    /// <summary>w of one held-out sequence.</summary>
    public int PerSequence => Settings.Frames - Settings.History - Settings.Horizons + 1;

    /// <summary>Positions so many frames after the last that is seen, in every held-out window.</summary>
    /// <param name="horizon">0 for the last that is seen.</param>
    /// <returns>[w, C]; only where positions are known.</returns>
    public Tensor PositionsAt(int horizon)
    {
        using var scope = NewDisposeScope();
        return TestPositions!.index_select(0, TestFirsts.Add(Settings.History - 1 + horizon)).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var tensor in new[] { TrainFirsts, TestFirsts, TrainSeconds, TestSeconds, TrainPositions, TestPositions, TrainVelocities, TestVelocities })
            tensor?.Dispose();
    }
}
