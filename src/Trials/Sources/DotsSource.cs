using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Images;

namespace VicRegSweeps.Trials.Sources;

/// <summary>Generated video of moving dots, which needs no file: every frame is a sample, and the frames of a sequence lie side by side.</summary>
internal sealed class DotsSource : IVideoSource
{
    public const string Name = "dots";

    /// <summary>The parameters that decide the frames.</summary>
    public static readonly IReadOnlyList<string> Deciding = ["video.sequences", "video.frames", "video.dots", "video.speed", "video.noise"];

    // Generated sequences are the same for every sweep, as generated shapes are.
    private const long Seed = 0;

    public string Word => Name;

    public IReadOnlyList<string>? ClassNames => null;

    public string Place(TrialSettings s) => "generated";

    public string? Complaint(TrialSettings s) => null;

    public string? Missing(TrialSettings s) => null;

    public SourceShape Look(TrialSettings s)
    {
        var dots = Of(s);
        return new SourceShape(dots.Sequences * dots.Frames, dots.TestSequences * dots.Frames, HasLabels: false, ImageSet.SmallSide) { Frames = dots.Frames };
    }

    /// <remarks>Whole sequences, so that a frame's neighbour is there too.</remarks>
    public ReadImages Read(TrialSettings s, int train, SourceReading reading)
    {
        var dots = Of(s);
        return new ReadImages(
            (dots with { Sequences = (train + dots.Frames - 1) / dots.Frames }).Render(Seed, DotsPart.Train), dots.Render(Seed, DotsPart.Test));
    }

    /// <summary>Positions and velocities of the frames, as <see cref="Dots.Truth"/> gives them.</summary>
    public (double[] Positions, double[] Velocities)? Truth(TrialSettings s, DotsPart part) => Of(s).Truth(Seed, part);

    /// <summary>How many frames there are to train on and held out.</summary>
    /// <param name="value">A parameter's value.</param>
    /// <returns>Null where it is no video.</returns>
    public static (int Train, int Test)? Count(Func<string, int?> value) => value("video.sequences") is { } sequences && value("video.frames") is { } frames
        ? (sequences * frames, Dots.TestSequencesOf(sequences) * frames)
        : null;

    private static Dots Of(TrialSettings s) => new()
    {
        Sequences = s.Integer("video.sequences"),
        Frames = s.Integer("video.frames"),
        Count = s.Integer("video.dots"),
        Speed = s.Real("video.speed"),
        Noise = Enum.Parse<DotsNoise>(s.Text("video.noise"), ignoreCase: true),
    };
}
