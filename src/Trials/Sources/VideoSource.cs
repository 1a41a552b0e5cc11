using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Images;
using static System.FormattableString;

namespace VicRegSweeps.Trials.Sources;

/// <summary>Sequences of frames in an NPY file, [S, T, H, W, 3] uint8, without labels or positions. Every frame is a sample.</summary>
internal sealed class VideoSource : IVideoSource
{
    public const string Name = "video";

    private const string What = "an NPY file of video, S × T × H × W × 3 of uint8";
    private const string Sequences = "sequences";

    public string Word => Name;

    public IReadOnlyList<string>? ClassNames => null;

    public string Place(TrialSettings s) => OwnFiles.Place(s);

    public string? Complaint(TrialSettings s) => OwnFiles.Complaint(s, What, isFolder: false, () =>
    {
        var (count, testCount, _) = Headers(s);
        return OwnFiles.TooFew(s, Sequences, count, testCount);
    });

    public string? Missing(TrialSettings s) => null;

    public SourceShape Look(TrialSettings s)
    {
        var (count, testCount, frames) = Headers(s);
        var (train, test) = OwnFiles.Counts(s, count, testCount, MostSequences(s), int.MaxValue);
        return new SourceShape(train * frames, test * frames, HasLabels: false, s.Integer("data.side")) { Frames = frames };
    }

    /// <remarks>Whole sequences, so that a frame's neighbour is there too.</remarks>
    public ReadImages Read(TrialSettings s, int train, SourceReading reading)
    {
        using var video = Open(OwnFiles.PathOf(s, OwnFiles.PathParameter)!);
        using var testVideo = OwnFiles.PathOf(s, OwnFiles.TestPathParameter) is { } testPath ? Open(testPath) : null;
        var frames = (int)video.Shape[1];
        var (trainOrder, testOrder) = OwnFiles.Choose(
            s, (train + frames - 1) / frames, (int)video.Shape[0], (int?)testVideo?.Shape[0], MostSequences(s), int.MaxValue);
        return new ReadImages(ReadSet(video, trainOrder), ReadSet(testVideo ?? video, testOrder));

        ImageSet ReadSet(NpyRows file, int[] sequences) => NpySource.ReadSet(
            file, [.. sequences.SelectMany(sequence => Enumerable.Range(sequence * frames, frames))], labels: null, classes: 0, s, reading);
    }

    public (double[] Positions, double[] Velocities)? Truth(TrialSettings s, DotsPart part) => null;

    /// <exception cref="SweepException">The file cannot be read, or holds no video.</exception>
    public static NpyRows Open(string path) => NpySource.Open(path, Check);

    private static int MostSequences(TrialSettings s) => s.Integer("video.sequences");

    private static (int Count, int? TestCount, int Frames) Headers(TrialSettings s)
    {
        var (path, testPath) = (OwnFiles.PathOf(s, OwnFiles.PathParameter)!, OwnFiles.PathOf(s, OwnFiles.TestPathParameter));
        using var video = Open(path);
        using var test = testPath is null ? null : Open(testPath);
        if (test is not null && test.Shape[1] != video.Shape[1])
            throw new SweepException($"'{testPath}' has sequences of {test.Shape[1]} frames, but those of '{path}' have {video.Shape[1]}: cut them to one length.");

        return ((int)video.Shape[0], (int?)test?.Shape[0], (int)video.Shape[1]);
    }

    private static void Check(string path, NpyRows rows)
    {
        var shape = rows.Shape;
        if (shape.Count != 5 || shape[4] != 3)
        {
            var advice = shape.Count == 5 && shape[2] == 3 ? " Move the channels last: numpy.moveaxis(x, 2, -1)."
                : shape.Count == 5 && shape[4] == 4 ? " Leave out the alpha channel: x[..., :3]."
                : shape.Count == 5 && shape[4] == 1 ? " Give grey frames three channels: numpy.repeat(x, 3, axis=4)."
                : shape.Count == 4 && shape[3] == 3 ? " One sequence lacks the first axis, and there must be several: numpy.stack(sequences)."
                : shape.Count == 4 ? " Give grey frames three channels, of S × T × H × W: numpy.repeat(x[..., None], 3, axis=4); of T × S × H × W swap the axes first: numpy.swapaxes(x, 0, 1)."
                : "";
            throw new SweepException($"'{path}' is {rows.ShapeText}, but video must be S × T × H × W × 3: S sequences of T frames.{advice}");
        }

        if (shape[1] < 2)
            throw new SweepException(Invariant($"'{path}' is {rows.ShapeText}, so its sequences have {OwnFiles.Counted(shape[1], "frames")}, but must have at least 2."));
        if (shape[0] * (Int128)shape[1] > int.MaxValue || shape[2] < 1 || shape[3] < 1 || shape[2] * shape[3] > ImageFile.MostPixels)
            throw new SweepException(
                $"'{path}' is {rows.ShapeText}, but must have fewer than {int.MaxValue} frames, each of 1 to {ImageFile.MostPixels} pixels.");
    }
}
