using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Images;
using VicRegSweeps.Trials.Sources;

namespace VicRegSweeps.Trials.Tests.Extending;

/// <summary>Generated stripes, upright or level, which need no file.</summary>
internal sealed class StripesSource : IImageSource
{
    public string Word => "stripes";

    public IReadOnlyList<string> ClassNames => ["upright", "level"];

    public string Place(TrialSettings s) => "generated";

    public string? Complaint(TrialSettings s) => null;

    public string? Missing(TrialSettings s) => null;

    public SourceShape Look(TrialSettings s) =>
        new(s.Integer("data.train_images"), s.Integer("data.test_images"), HasLabels: true, ImageSet.SmallSide);

    public ReadImages Read(TrialSettings s, int train, SourceReading reading) =>
        new(Images(first: 0, train), Images(first: train, s.Integer("data.test_images")));

    /// <summary>An image depends on its number alone, so that more images begin with the same ones.</summary>
    private static ImageSet Images(int first, int count)
    {
        const int Side = ImageSet.SmallSide;
        var pixels = new byte[count * 3 * Side * Side];      // [N, 3, S, S]
        var labels = new long[count];
        for (var i = 0; i < count; i++)
        {
            var image = pixels.AsSpan(i * 3 * Side * Side, 3 * Side * Side);
            var number = first + i;
            labels[i] = number % 2;
            for (var at = 0; at < image.Length; at++)
            {
                var along = labels[i] == 0 ? at % Side : at / Side % Side;
                image[at] = (along + number) / (2 + (number % 5)) % 2 == 0 ? (byte)230 : (byte)25;
            }
        }

        return ImageSet.Create(pixels, labels, classes: 2);
    }
}
