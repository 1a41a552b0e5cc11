using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Images;

namespace VicRegSweeps.Trials.Sources;

/// <summary>A CIFAR data set in its binary version. How much there is of it is known, so that a plan needs no file.</summary>
internal sealed class CifarSource(CifarFormat format) : IImageSource
{
    public string Word => format.Word;

    public IReadOnlyList<string>? ClassNames => format.ClassNames;

    public string Place(TrialSettings s) => Path.GetFullPath(PathOf(s));

    public string? Complaint(TrialSettings s)
    {
        foreach (var (name, most) in new[] { ("data.train_images", CifarFormat.TrainImages), ("data.test_images", CifarFormat.TestImages) })
        {
            if (s.Integer(name) > most) return $"'{name}' is {s.Integer(name)}, but {format.Name} has {most}.";
        }

        return null;
    }

    public string? Missing(TrialSettings s) => format.Complaint(PathOf(s));

    public SourceShape Look(TrialSettings s) =>
        new(s.Integer("data.train_images"), s.Integer("data.test_images"), HasLabels: true, ImageSet.SmallSide);

    public ReadImages Read(TrialSettings s, int train, SourceReading reading)
    {
        var (training, test) = format.Read(PathOf(s), train, s.Integer("data.test_images"));
        return new ReadImages(training, test);
    }

    private string PathOf(TrialSettings s) => s[OwnFiles.PathParameter]?.Text ?? Environment.GetEnvironmentVariable(format.Variable) ?? format.Folder;
}
