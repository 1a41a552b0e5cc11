namespace VicRegSweeps.Trials.Images;

/// <summary>The binary version of CIFAR-10: five files of 10,000 training images, and one of 10,000 test images.</summary>
public static class Cifar10
{
    /// <summary>Where it is looked for unless a trial or CIFAR10_DIR says otherwise.</summary>
    public const string Folder = "data/cifar-10-batches-bin";

    internal static CifarFormat Format { get; } = new(
        "CIFAR-10",
        "cifar10",
        "CIFAR10_DIR",
        Folder,
        ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
        LabelBytes: 1,
        ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"],
        ["test_batch.bin"],
        ImagesPerFile: 10_000,
        Cifar10LookAlike.Describe);

    /// <inheritdoc cref="CifarFormat.Read"/>
    public static (ImageSet Train, ImageSet Test) Read(string path, int trainImages, int testImages) => Format.Read(path, trainImages, testImages);
}
