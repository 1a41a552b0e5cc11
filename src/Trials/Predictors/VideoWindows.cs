using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Images;
using VicRegSweeps.Trials.Sources;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Predictors;

/// <summary>What the evaluations of all predictors of a stack have in common: which frames are seen and predicted, and where the dots are in them.</summary>
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

        var (trainPlaces, trainVelocities) = Truth(DotsPart.Train, train);
        var (testPlaces, testVelocities) = Truth(DotsPart.Test, test);
        TrainPositions = trainPlaces.DetachFromDisposeScope();
        TestPositions = testPlaces.DetachFromDisposeScope();
        TrainVelocities = trainVelocities.index_select(0, TrainSeconds).DetachFromDisposeScope();
        TestVelocities = testVelocities.index_select(0, TestSeconds).DetachFromDisposeScope();

        Tensor Firsts(long frames, int length) => tensor(
            [
                .. from sequence in Enumerable.Range(0, (int)(frames / Settings.Frames))
                   from start in Enumerable.Range(0, Settings.Frames - length + 1)
                   select ((long)sequence * Settings.Frames) + start,
            ],
            device: device);

        Tensor Seconds(long frames) => tensor([.. Enumerable.Range(0, (int)frames).Where(i => i % Settings.Frames > 0).Select(i => (long)i)], device: device);

        (Tensor Positions, Tensor Velocities) Truth(DotsPart part, long frames)
        {
            var (positions, velocities) = DotsSource.Truth(s, part);
            return (tensor(positions, [frames, positions.Length / frames], device: device), tensor(velocities, [frames, velocities.Length / frames], device: device));
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

    /// <summary>In pixels, [N · T, C].</summary>
    public Tensor TrainPositions { get; }

    /// <summary>In pixels, [M · T, C].</summary>
    public Tensor TestPositions { get; }

    /// <summary>Of <see cref="TrainSeconds"/>, in pixels a frame, [·, C].</summary>
    public Tensor TrainVelocities { get; }

    /// <summary>Of <see cref="TestSeconds"/>, in pixels a frame, [·, C].</summary>
    public Tensor TestVelocities { get; }

    /// <summary>w of one held-out sequence.</summary>
    public int PerSequence => Settings.Frames - Settings.History - Settings.Horizons + 1;

    /// <summary>Positions so many frames after the last that is seen, in every held-out window.</summary>
    /// <param name="horizon">0 for the last that is seen.</param>
    /// <returns>[w, C].</returns>
    public Tensor PositionsAt(int horizon)
    {
        using var scope = NewDisposeScope();
        return TestPositions.index_select(0, TestFirsts.Add(Settings.History - 1 + horizon)).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var tensor in new[] { TrainFirsts, TestFirsts, TrainSeconds, TestSeconds, TrainPositions, TestPositions, TrainVelocities, TestVelocities })
            tensor.Dispose();
    }
}
