using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Images;

namespace VicRegSweeps.Trials.Sources;

/// <summary>All sources that there are. A further one is added here, and nowhere else.</summary>
internal static class DataSources
{
    public const string Parameter = "data.source";

    public static IReadOnlyList<ISource> All { get; } =
        [new CifarSource(Cifar10.Format), new CifarSource(Cifar100.Format), new FolderSource(), new NpySource(), new FeaturesSource(), new ShapesSource(),
            new DotsSource(), new VideoSource()];

    public static ISource Of(TrialSettings s) =>
        Named(s.Text(Parameter)) ?? throw new ArgumentOutOfRangeException(nameof(s), s.Text(Parameter), "No such data source.");

    /// <returns>Null where there is none of that name.</returns>
    public static ISource? Named(string? word) => All.FirstOrDefault(source => source.Word == word);

    /// <summary>Whether samples are images, which have views and a backbone.</summary>
    public static bool AreImages(TrialSettings s) => s.Text(Parameter) != FeaturesSource.Name;

    /// <summary>Whether samples are frames of video, which have neighbours.</summary>
    public static bool IsVideo(TrialSettings s) => Named(s.Text(Parameter)) is IVideoSource;

    /// <summary>Whether samples lie in the user's own files, which have no order, number or division of their own.</summary>
    public static bool AreOwn(TrialSettings s) => s.Text(Parameter) is FolderSource.Name or NpySource.Name or FeaturesSource.Name or VideoSource.Name;
}
