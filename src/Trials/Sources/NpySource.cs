using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Images;
using VicRegSweeps.Trials.Stacks;

namespace VicRegSweeps.Trials.Sources;

/// <summary>Images in an NPY file, [N, H, W, 3] uint8, with labels [N] in another or without.</summary>
internal sealed class NpySource : IImageSource
{
    public const string Name = "npy";

    private const string What = "an NPY file of images, N × H × W × 3 of uint8";

    public string Word => Name;

    public IReadOnlyList<string>? ClassNames => null;

    public string Place(TrialSettings s) => OwnFiles.Place(s);

    public string? Complaint(TrialSettings s) => OwnFiles.Complaint(s, What, isFolder: false, () =>
    {
        var (count, testCount, _) = Headers(s);
        return OwnFiles.TooFew(s, "images", count, testCount);
    });

    public string? Missing(TrialSettings s) => null;

    public SourceShape Look(TrialSettings s)
    {
        var (count, testCount, hasLabels) = Headers(s);
        var (train, test) = OwnFiles.Counts(s, count, testCount);
        return new SourceShape(train, test, hasLabels, s.Integer("data.side"));
    }

    public ReadImages Read(TrialSettings s, int train, SourceReading reading)
    {
        using var images = Open(OwnFiles.PathOf(s, OwnFiles.PathParameter)!);
        using var testImages = OwnFiles.PathOf(s, OwnFiles.TestPathParameter) is { } testPath ? Open(testPath) : null;
        var (labels, testLabels, classes) = ClassLabels.Of(s, images.Shape[0], testImages?.Shape[0]);
        var (trainOrder, testOrder) = OwnFiles.Choose(s, train, (int)images.Shape[0], (int?)testImages?.Shape[0]);
        return new ReadImages(
            ReadSet(images, trainOrder, labels, classes, s, reading),
            ReadSet(testImages ?? images, testOrder, testImages is null ? labels : testLabels, classes, s, reading));
    }

    /// <summary>Reads images, or frames of video, brought to the side that is asked for.</summary>
    /// <param name="order">Which images, in their order.</param>
    internal static ImageSet ReadSet(NpyRows file, int[] order, long[]? labels, int classes, TrialSettings s, SourceReading reading)
    {
        var side = s.Integer("data.side");
        var (height, width) = ((int)file.Shape[^3], (int)file.Shape[^2]);
        var bytes = 3 * side * side;
        var pixels = new byte[(long)order.Length * bytes];
        var done = 0;
        Cores.Share(order.Length, Environment.ProcessorCount, (_, i) =>
        {
            reading.Cancel.ThrowIfCancellationRequested();
            var image = new byte[height * width * 3]; // [H][W][3]
            file.Read((long)order[i] * image.Length, image);
            ImageResize.ToSquare(image, width, height, side, pixels.AsSpan(i * bytes, bytes));
            lock (pixels) reading.Progress?.Invoke(new Progress("reading images", ++done, order.Length, "images"));
        });
        file.CheckUnchanged();
        return ImageSet.Create(pixels, labels is null ? [.. order.Select(_ => ImageSet.NoLabel)] : [.. order.Select(i => labels[i])], classes, side);
    }

    private static (int Count, int? TestCount, bool HasLabels) Headers(TrialSettings s)
    {
        using var images = Open(OwnFiles.PathOf(s, OwnFiles.PathParameter)!);
        using var test = OwnFiles.PathOf(s, OwnFiles.TestPathParameter) is { } testPath ? Open(testPath) : null;
        var (labels, _, _) = images.Shape[0] == 0 ? (null, null, 0) : ClassLabels.Of(s, images.Shape[0], test?.Shape[0]);
        return ((int)images.Shape[0], (int?)test?.Shape[0], labels is not null);
    }

    /// <exception cref="SweepException">The file cannot be read, or holds no images.</exception>
    public static NpyRows Open(string path) => Open(path, Check);

    /// <param name="check">Throws where the shape is another than it must be.</param>
    internal static NpyRows Open(string path, Action<string, NpyRows> check)
    {
        var rows = NpyRows.Open(path, type =>
            type == ('u', 1), "uint8 pixels from 0 to 255", "For floating-point pixels from 0 to 1: numpy.round(255 * x).astype(numpy.uint8).");
        try
        {
            check(path, rows);
            return rows;
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    private static void Check(string path, NpyRows rows)
    {
        var shape = rows.Shape;
        if (shape.Count != 4 || shape[3] != 3)
        {
            var advice = shape.Count == 4 && shape[1] == 3 ? " Move the channels last: numpy.transpose(x, (0, 2, 3, 1))."
                : shape.Count == 3 ? " Give grey images three channels: numpy.repeat(x[..., None], 3, axis=3)."
                : shape.Count == 4 && shape[3] == 4 ? " Leave out the alpha channel: x[..., :3]."
                : "";
            throw new SweepException($"'{path}' is {rows.ShapeText}, but images must be N × H × W × 3.{advice}");
        }

        if (shape[0] > int.MaxValue || shape[1] < 1 || shape[2] < 1 || shape[1] * shape[2] > ImageFile.MostPixels)
            throw new SweepException(
                $"'{path}' is {rows.ShapeText}, but must have fewer than {int.MaxValue} images, each of 1 to {ImageFile.MostPixels} pixels.");
    }
}
