using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials.Arrays;

namespace VicRegSweeps.Trials.Sources;

/// <summary>Features that were made elsewhere, [N, V, F] float16 or float32 in an NPY file, with labels [N] in another or without.</summary>
internal sealed class FeaturesSource : ISource
{
    public const string Name = "features";

    private const string What = "an NPY file of features, N × V × F of float32 or float16";
    private const int FewestViews = 2;
    private const int ValuesPerPiece = 1 << 22;

    public string Word => Name;

    public IReadOnlyList<string>? ClassNames => null;

    public string Place(TrialSettings s) => OwnFiles.Place(s);

    public string? Complaint(TrialSettings s) => OwnFiles.Complaint(s, What, isFolder: false, () =>
    {
        Look(s, out var count, out var testCount);
        return OwnFiles.TooFew(s, "samples", count, testCount);
    });

    public string? Missing(TrialSettings s) => null;

    public SourceShape Look(TrialSettings s) => Look(s, out _, out _);

    /// <summary>Opens both sets, and reads their files once from beginning to end, unless they are known to hold finite numbers alone.</summary>
    /// <exception cref="SweepException">The files cannot be read, or hold something else.</exception>
    public static (FeatureViews Train, FeatureViews Test) Open(TrialSettings s, SourceReading reading)
    {
        var path = OwnFiles.PathOf(s, OwnFiles.PathParameter)!;
        var testPath = OwnFiles.PathOf(s, OwnFiles.TestPathParameter) ?? path;
        var train = OpenFile(path);
        var test = OpenFile(testPath);
        try
        {
            var testCount = testPath == path ? null : (long?)test.Shape[0];
            var (labels, testLabels, classes) = ClassLabels.Of(s, train.Shape[0], testCount);
            var (trainOrder, testOrder) = OwnFiles.Choose(s, s.Integer("data.train_images"), (int)train.Shape[0], (int?)testCount);
            var content = ContentOf(train, reading);
            var testContent = testPath == path ? content : ContentOf(test, reading);
            return (
                new FeatureViews(train, trainOrder, labels, classes, KeyOf(s, "train", content, trainOrder.Length, labels, classes)),
                new FeatureViews(test, testOrder, testCount is null ? labels : testLabels, classes,
                KeyOf(s, "test", testContent, testOrder.Length, testCount is null ? labels : testLabels, classes)));
        }
        catch
        {
            train.Dispose();
            test.Dispose();
            throw;
        }
    }

    /// <summary>Stands for both sets, as a feature bank's key does for a bank.</summary>
    public static string KeyOf(string trainContent, string testContent) => HashOf("features", trainContent, testContent)[..32];

    private static SourceShape Look(TrialSettings s, out int count, out int? testCount)
    {
        var path = OwnFiles.PathOf(s, OwnFiles.PathParameter)!;
        using var file = OpenFile(path);
        using var testFile = OwnFiles.PathOf(s, OwnFiles.TestPathParameter) is { } testPath ? OpenFile(testPath) : null;
        if (testFile is not null && testFile.Shape[2] != file.Shape[2])
            throw new SweepException(
                $"'{testFile.Path}' has {testFile.Shape[2]} features a view, but '{path}' has {file.Shape[2]}; they must have equally many.");

        (count, testCount) = ((int)file.Shape[0], (int?)testFile?.Shape[0]);
        var labels = count == 0 ? null : ClassLabels.Of(s, count, testCount).Train;
        var (train, test) = count == 0 ? (0, 0) : OwnFiles.Counts(s, count, testCount);
        return new SourceShape(train, test, labels is not null, Side: 0, (int)file.Shape[2], (int)file.Shape[1]);
    }

    private static NpyRows OpenFile(string path)
    {
        var file = NpyRows.Open(path, type => type is ('f', 2) or ('f', 4), "float32 or float16 numbers", "Save x.astype(numpy.float32).");
        var shape = file.Shape;
        var complaint = shape.Count != 3
            ? $"'{path}' is {file.ShapeText}, but features must be N × V × F, V views of each of N samples: VICReg compares two views of a sample."
                + (shape.Count == 2 ? " Give the features of two or more augmentations of every sample: numpy.stack([first, second], axis=1)." : "")
            : shape[1] < FewestViews
                ? $"'{path}' has {OwnFiles.Counted(shape[1], "views")} of each sample ({file.ShapeText}), but must have at least {FewestViews}: VICReg compares two views of a sample. "
                    + "Give the features of two or more augmentations of every sample: numpy.stack([first, second], axis=1)."
            : shape[2] < 1 || shape.Any(size => size > int.MaxValue) ? $"'{path}' is {file.ShapeText}, but each size must be from 1 to {int.MaxValue}."
            : null;
        if (complaint is null) return file;

        file.Dispose();
        throw new SweepException(complaint);
    }

    /// <summary>The checksum of a file's features.</summary>
    /// <inheritdoc cref="Open"/>
    public static string ContentOf(string path, SourceReading reading)
    {
        using var file = OpenFile(path);
        return ContentOf(file, reading);
    }

    /// <summary>The file's checksum; whoever computes it sees that every number is finite.</summary>
    private static string ContentOf(NpyRows file, SourceReading reading)
    {
        var memory = new ContentMemory(reading.CacheFolder, file.Path);
        if (memory["", file.Stamp] is { } known) return known;

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(file.ShapeText));
        var values = new float[ValuesPerPiece];
        var (total, perSample) = (file.Shape[0] * file.Shape[1] * file.Shape[2], file.Shape[1] * file.Shape[2]);
        for (var first = 0L; first < total; first += ValuesPerPiece)
        {
            reading.Cancel.ThrowIfCancellationRequested();
            var piece = values.AsSpan(0, (int)Math.Min(ValuesPerPiece, total - first));
            file.Read(first, piece);
            for (var i = 0; i < piece.Length; i++)
            {
                if (float.IsFinite(piece[i])) continue;

                var (sample, rest) = Math.DivRem(first + i, perSample);
                var (view, feature) = Math.DivRem(rest, file.Shape[2]);
                throw new SweepException(
                    $"'{file.Path}' holds {(float.IsNaN(piece[i]) ? "NaN" : "an infinite number")} in sample {sample}, view {view}, feature {feature} (counted from 0), but features must be finite.");
            }

            hash.AppendData(MemoryMarshal.AsBytes(piece));
            reading.Progress?.Invoke(new Progress("checking features", Math.Min(total, first + piece.Length) / perSample, file.Shape[0], "samples"));
        }

        file.CheckUnchanged();
        var sum = Convert.ToHexStringLower(hash.GetHashAndReset());
        memory.Add("", file.Stamp, sum);
        memory.Save();
        return sum;
    }

    private static string KeyOf(TrialSettings s, string part, string content, int count, long[]? labels, int classes) =>
        HashOf(part, content, OwnFiles.ChoiceText(s), $"{count}", $"{classes}", labels is null ? "" : string.Join(',', labels));

    private static string HashOf(params string[] parts) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))));
}
