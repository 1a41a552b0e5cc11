using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Trials.Images;

/// <summary>Reads the binary version of CIFAR-10: records of one label byte and 3 × 32 × 32 pixel bytes, red plane first.</summary>
/// <remarks>Krizhevsky 2009, https://www.cs.toronto.edu/~kriz/cifar.html.</remarks>
public static class Cifar10
{
    public const int Classes = 10;
    public const int TrainImages = 50_000;
    public const int TestImages = 10_000;

    private const int ImagesPerFile = 10_000;
    private const int ImageBytes = 3 * ImageSet.Side * ImageSet.Side;
    private const int RecordBytes = 1 + ImageBytes;

    private static readonly string[] TrainFiles =
        ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"];

    private static readonly string[] TestFiles = ["test_batch.bin"];

    /// <summary>The first images of the training and of the test files. Files that none of them comes from need not exist.</summary>
    /// <param name="path">The folder with <c>data_batch_1.bin</c> and its siblings.</param>
    /// <param name="trainImages">1 … 50,000.</param>
    /// <param name="testImages">1 … 10,000.</param>
    public static (ImageSet Train, ImageSet Test) Read(string path, int trainImages, int testImages)
    {
        CheckCount("data.train_images", trainImages, TrainImages);
        CheckCount("data.test_images", testImages, TestImages);
        if (Cifar10LookAlike.Describe(path) is { } other)
            throw new SweepException(other);
        if (!Directory.Exists(path))
            throw new SweepException($"There is no CIFAR-10 folder '{path}'. Download it with '{Cifar10LookAlike.Fetch}', or set CIFAR10_DIR or data.path to the folder with {TrainFiles[0]}.");

        return (ReadSet(path, TrainFiles, "data.train_images", trainImages), ReadSet(path, TestFiles, "data.test_images", testImages));
    }

    private static void CheckCount(string parameter, int asked, int available)
    {
        if (asked < 1 || asked > available)
            throw new SweepException($"'{parameter}' is {asked}, but CIFAR-10 allows 1 to {available}.");
    }

    private static ImageSet ReadSet(string path, string[] files, string parameter, int count)
    {
        var pixels = new byte[(long)count * ImageBytes];
        var labels = new long[count];
        for (var start = 0; start < count; start += ImagesPerFile)
        {
            var file = Path.Combine(path, files[start / ImagesPerFile]);
            if (!File.Exists(file))
            {
                throw start == 0
                    ? new SweepException($"'{file}' is missing. Download CIFAR-10 with '{Cifar10LookAlike.Fetch}'.")
                    : new SweepException(
                        $"'{file}' is missing: {parameter} is {count}, but the files before it have only {start} images. Ask for fewer images, or download CIFAR-10 with '{Cifar10LookAlike.Fetch}'.");
            }

            var images = Math.Min(ImagesPerFile, count - start);
            ReadFile(file, pixels.AsSpan(start * ImageBytes, images * ImageBytes), labels.AsSpan(start, images));
        }

        return ImageSet.Create(pixels, labels, Classes);
    }

    private static void ReadFile(string file, Span<byte> pixels, Span<long> labels)
    {
        try
        {
            using var stream = File.OpenRead(file);
            CheckLength(file, stream.Length, labels.Length);
            for (var i = 0; i < labels.Length; i++)
            {
                var label = stream.ReadByte();
                if (label >= Classes)
                    throw new SweepException($"'{file}' is damaged: record {i} has label {label}, but CIFAR-10 has labels 0 to {Classes - 1}.");
                labels[i] = label;
                stream.ReadExactly(pixels.Slice(i * ImageBytes, ImageBytes));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SweepException($"'{file}' cannot be read: {error.Message}", error);
        }
    }

    private static void CheckLength(string file, long length, int needed)
    {
        if (length % RecordBytes != 0)
        {
            throw new SweepException(
                $"'{file}' is damaged: {length} bytes are not a multiple of the {RecordBytes} bytes of a record of CIFAR-10's binary version.");
        }

        if (length / RecordBytes < needed)
            throw new SweepException($"'{file}' is too short: it has {length / RecordBytes} images, but {needed} are asked of it.");
    }
}
