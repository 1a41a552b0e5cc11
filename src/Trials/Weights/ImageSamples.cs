using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Files;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Images;
using VicRegSweeps.Trials.Sources;
using VicRegSweeps.Trials.Stacks;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Weights;

/// <summary>Images, which the trial's backbone turns into features without augmentation.</summary>
/// <param name="backbone">Owned.</param>
/// <param name="side">S.</param>
/// <param name="count">N.</param>
/// <param name="pixels">Reads one image into [3][S][S]. Several threads call it.</param>
/// <param name="file">What the images lie in; owned. Null where there is nothing to close.</param>
internal sealed class ImageSamples(IBackbone backbone, int side, long count, ImageSamples.ReadPixels pixels, IDisposable? file = null) : ISamples
{
    private const int BytesTogether = 1 << 25;

    private readonly long? frames;

    public delegate void ReadPixels(long image, Span<byte> to);

    public long Count => count;

    public int Together { get; } = Math.Max(1, BytesTogether / (3 * side * side * sizeof(float)));

    public string Unit => "images";

    public long Frames
    {
        get => frames ?? count;
        init => frames = value;
    }

    /// <summary>PNG and JPEG files of a folder, in the order of their names below it.</summary>
    /// <exception cref="SweepException">It cannot be read, or has none.</exception>
    public static ImageSamples OfFolder(string path, IBackbone backbone, int side)
    {
        var folder = ImageFolder.Read(path);
        if (folder.Files.Count == 0) throw new SweepException($"'{path}' has no PNG or JPEG file in it.");

        return new ImageSamples(backbone, side, folder.Files.Count, (image, to) =>
        {
            var name = folder.PathOf((int)image);
            if (ImageFile.Decode(OwnFiles.Try(name, () => OrdinaryFile.Bytes(name)), side, to) is { } wrong)
                throw new SweepException($"'{name}' cannot be read: {wrong}. Mend it, or take it away.");
        });
    }

    /// <summary>Images of an NPY file, uint8 [N, H, W, 3].</summary>
    /// <exception cref="SweepException">The file cannot be read, or holds something else.</exception>
    public static ImageSamples OfNpy(string path, IBackbone backbone, int side) => OfFile(NpySource.Open(path), backbone, side);

    /// <summary>Frames of video in an NPY file, uint8 [S, T, H, W, 3], sequence after sequence.</summary>
    /// <exception cref="SweepException">The file cannot be read, or holds something else.</exception>
    public static ImageSamples OfVideo(string path, IBackbone backbone, int side) => OfFile(VideoSource.Open(path), backbone, side);

    /// <param name="file">Owned; its last three axes are those of an image.</param>
    private static ImageSamples OfFile(NpyRows file, IBackbone backbone, int side)
    {
        var (height, width) = ((int)file.Shape[^3], (int)file.Shape[^2]);
        var count = file.Shape.SkipLast(3).Aggregate(1L, (product, size) => product * size);
        return new ImageSamples(backbone, side, count, (number, to) =>
        {
            var image = new byte[height * width * 3]; // [H][W][3]
            file.Read(number * image.Length, image);
            ImageResize.ToSquare(image, width, height, side, to);
        }, file)
        {
            Frames = file.Shape.Count == 5 ? file.Shape[1] : count,
        };
    }

    /// <param name="images">Owned.</param>
    /// <param name="frames">T; 1 where the images have no order.</param>
    public static ImageSamples OfSet(ImageSet images, IBackbone backbone, int frames)
    {
        var bytes = 3 * images.Side * images.Side;
        return new ImageSamples(backbone, images.Side, images.Count, (image, to) => images.Images.bytes.Slice((int)image * bytes, bytes).CopyTo(to), images)
        {
            Frames = frames,
        };
    }

    public Tensor Features(long first, int count)
    {
        using var scope = NewDisposeScope();
        var bytes = empty([count, 3, side, side], ScalarType.Byte); // [count, 3, S, S]
        var size = 3 * side * side;
        Cores.Share(count, Environment.ProcessorCount, (_, image) => pixels(first + image, bytes.bytes.Slice(image * size, size)));
        var features = empty([count, backbone.Features]);
        var batches = backbone.Batch.Split(count);
        backbone.Batch.Share(batches.Count, piece =>
        {
            using var inner = NewDisposeScope();
            var (from, many) = batches[piece];
            features.narrow(0, from, many).copy_(backbone.Forward(bytes.narrow(0, from, many).to(backbone.Device).to(float32).Div(255)));
        });
        return features.MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        backbone.Dispose();
        file?.Dispose();
    }
}
