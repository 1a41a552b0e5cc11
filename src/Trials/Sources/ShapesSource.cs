using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Images;

namespace VicRegSweeps.Trials.Sources;

/// <summary>Generated shapes, which need no file.</summary>
internal sealed class ShapesSource : IImageSource
{
    // Generated images are the same for every sweep; the backbone's seed moves the backbone and the views alone.
    private const long Seed = 0;

    public string Word => "shapes";

    public IReadOnlyList<string>? ClassNames => Shapes.ClassNames;

    public string Place(TrialSettings s) => "generated";

    public string? Complaint(TrialSettings s) => null;

    public string? Missing(TrialSettings s) => null;

    public SourceShape Look(TrialSettings s) =>
        new(s.Integer("data.train_images"), s.Integer("data.test_images"), HasLabels: true, ImageSet.SmallSide);

    public ReadImages Read(TrialSettings s, int train, SourceReading reading)
    {
        var (training, test) = Shapes.Generate(Seed, train, s.Integer("data.test_images"));
        return new ReadImages(training, test);
    }
}
