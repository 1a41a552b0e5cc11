using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Trials.Images;

/// <summary>The binary version of CIFAR-100 with its fine labels: a file of 50,000 training images, and one of 10,000 test images.</summary>
/// <remarks>A record begins with the coarse label, of 20, and the fine one, of 100.</remarks>
public static class Cifar100
{
    /// <summary>Where it is looked for unless a trial or CIFAR100_DIR says otherwise.</summary>
    public const string Folder = "data/cifar-100-binary";

    private const string TrainFile = "train.bin";

    internal static CifarFormat Format { get; } = new(
        "CIFAR-100",
        "cifar100",
        "CIFAR100_DIR",
        Folder,
        [
            "apple", "aquarium fish", "baby", "bear", "beaver", "bed", "bee", "beetle", "bicycle", "bottle",
            "bowl", "boy", "bridge", "bus", "butterfly", "camel", "can", "castle", "caterpillar", "cattle",
            "chair", "chimpanzee", "clock", "cloud", "cockroach", "couch", "crab", "crocodile", "cup", "dinosaur",
            "dolphin", "elephant", "flatfish", "forest", "fox", "girl", "hamster", "house", "kangaroo", "keyboard",
            "lamp", "lawn mower", "leopard", "lion", "lizard", "lobster", "man", "maple tree", "motorcycle", "mountain",
            "mouse", "mushroom", "oak tree", "orange", "orchid", "otter", "palm tree", "pear", "pickup truck", "pine tree",
            "plain", "plate", "poppy", "porcupine", "possum", "rabbit", "raccoon", "ray", "road", "rocket",
            "rose", "sea", "seal", "shark", "shrew", "skunk", "skyscraper", "snail", "snake", "spider",
            "squirrel", "streetcar", "sunflower", "sweet pepper", "table", "tank", "telephone", "television", "tiger", "tractor",
            "train", "trout", "tulip", "turtle", "wardrobe", "whale", "willow tree", "wolf", "woman", "worm",
        ],
        LabelBytes: 2,
        [TrainFile],
        ["test.bin"],
        ImagesPerFile: CifarFormat.TrainImages,
        LookAlike);

    /// <inheritdoc cref="CifarFormat.Read"/>
    private static string Fetch => CommandName.Line("data", "fetch", Format.Word);

    public static (ImageSet Train, ImageSet Test) Read(string path, int trainImages, int testImages) => Format.Read(path, trainImages, testImages);

    private static string? LookAlike(string path)
    {
        if (File.Exists(path)) return $"'{path}' is a file, but must be the folder with {TrainFile}, such as cifar-100-binary.";
        if (!Directory.Exists(path) || File.Exists(Path.Combine(path, TrainFile))) return null;

        if (File.Exists(Path.Combine(path, "data_batch_1.bin"))) return $"'{path}' holds CIFAR-10, but CIFAR-100 is needed. Download it with '{Fetch}'.";
        if (File.Exists(Path.Combine(path, "train")) || File.Exists(Path.Combine(path, "train.mat")))
            return $"'{path}' holds another version of CIFAR-100, but the binary version is needed. Download it with '{Fetch}'.";
        return Directory.EnumerateDirectories(path).FirstOrDefault(below => File.Exists(Path.Combine(below, TrainFile))) is { } inner
            ? $"'{path}' is one folder too high. CIFAR-100 lies in '{inner}'."
            : null;
    }
}
