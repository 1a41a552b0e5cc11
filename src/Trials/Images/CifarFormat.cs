using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Files;

namespace VicRegSweeps.Trials.Images;

/// <summary>
/// The binary version of one of the CIFAR data sets: files of records, each some label bytes, of which the last counts, and 3 × 32 × 32
/// pixel bytes, red plane first.
/// </summary>
/// <param name="Name">For messages, such as <c>CIFAR-10</c>.</param>
/// <param name="Word">What <c>data.source</c> and <c>data fetch</c> call it.</param>
/// <param name="Variable">The environment variable that names its folder.</param>
/// <param name="Folder">Where it is looked for unless something else is said.</param>
/// <param name="LabelBytes">Before the pixels of a record.</param>
/// <param name="ImagesPerFile">Of a file with training images.</param>
/// <param name="LookAlike">A sentence about what lies at a path in its place; null where it is the right folder, or nothing known.</param>
/// <remarks>Krizhevsky 2009, https://www.cs.toronto.edu/~kriz/cifar.html.</remarks>
internal sealed record CifarFormat(
    string Name,
    string Word,
    string Variable,
    string Folder,
    IReadOnlyList<string> ClassNames,
    int LabelBytes,
    IReadOnlyList<string> TrainFiles,
    IReadOnlyList<string> TestFiles,
    int ImagesPerFile,
    Func<string, string?> LookAlike)
{
    public const int TrainImages = 50_000;
    public const int TestImages = 10_000;

    private const int ImageBytes = 3 * ImageSet.SmallSide * ImageSet.SmallSide;

    private int RecordBytes => LabelBytes + ImageBytes;

    private string Fetch => CommandName.Line("data", "fetch", Word);

    /// <summary>What is wrong with a folder, as far as can be seen without reading its files; null where nothing is.</summary>
    public string? Complaint(string path) =>
        LookAlike(path) is { } other ? other
        : Directory.Exists(path) ? null
        : $"There is no {Name} folder '{path}'. Download it with '{Fetch}', or set {Variable} or data.path to the folder with {TrainFiles[0]}.";

    /// <summary>The first images of the training and of the test files. Files that none of them comes from need not exist.</summary>
    /// <param name="path">The folder with the files.</param>
    /// <param name="trainImages">1 … 50,000.</param>
    /// <param name="testImages">1 … 10,000.</param>
    public (ImageSet Train, ImageSet Test) Read(string path, int trainImages, int testImages)
    {
        CheckCount("data.train_images", trainImages, TrainImages);
        CheckCount("data.test_images", testImages, TestImages);
        if (Complaint(path) is { } complaint) throw new SweepException(complaint);

        return (ReadSet(path, TrainFiles, "data.train_images", trainImages), ReadSet(path, TestFiles, "data.test_images", testImages));
    }

    private void CheckCount(string parameter, int asked, int available)
    {
        if (asked < 1 || asked > available)
            throw new SweepException($"'{parameter}' is {asked}, but {Name} allows 1 to {available}.");
    }

    private ImageSet ReadSet(string path, IReadOnlyList<string> files, string parameter, int count)
    {
        var pixels = new byte[(long)count * ImageBytes];
        var labels = new long[count];
        for (var start = 0; start < count; start += ImagesPerFile)
        {
            var file = Path.Combine(path, files[start / ImagesPerFile]);
            if (!File.Exists(file))
            {
                throw start == 0
                    ? new SweepException($"'{file}' is missing. Download {Name} with '{Fetch}'.")
                    : new SweepException(
                        $"'{file}' is missing: {parameter} is {count}, but the files before it have only {start} images. Ask for fewer images, or download {Name} with '{Fetch}'.");
            }

            var images = Math.Min(ImagesPerFile, count - start);
            ReadFile(file, pixels.AsSpan(start * ImageBytes, images * ImageBytes), labels.AsSpan(start, images));
        }

        return ImageSet.Create(pixels, labels, ClassNames.Count);
    }

    private void ReadFile(string file, Span<byte> pixels, Span<long> labels)
    {
        try
        {
            using var stream = OrdinaryFile.Open(file);
            CheckLength(file, stream.Length, labels.Length);
            for (var i = 0; i < labels.Length; i++)
            {
                var label = 0;
                for (var number = 0; number < LabelBytes; number++) label = stream.ReadByte();
                if (label >= ClassNames.Count)
                    throw new SweepException($"'{file}' is damaged: record {i} has label {label}, but {Name} has labels 0 to {ClassNames.Count - 1}.");
                labels[i] = label;
                stream.ReadExactly(pixels.Slice(i * ImageBytes, ImageBytes));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SweepException($"'{file}' cannot be read: {error.Message}", error);
        }
    }

    private void CheckLength(string file, long length, int needed)
    {
        if (length % RecordBytes != 0)
        {
            throw new SweepException(
                $"'{file}' is damaged: {length} bytes are not a multiple of the {RecordBytes} bytes of a record of {Name}'s binary version.");
        }

        if (length / RecordBytes < needed)
            throw new SweepException($"'{file}' is too short: it has {length / RecordBytes} images, but {needed} are needed.");
    }
}
