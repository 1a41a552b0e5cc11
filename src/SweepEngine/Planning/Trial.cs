using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.Planning;

/// <summary>Point × seed: the unit that is recorded. Trials of one id are equal.</summary>
/// <param name="Id">16 hex digits that depend on the settings and the seed alone.</param>
/// <param name="Point">16 hex digits that depend on the settings alone: trials of one point differ in the seed.</param>
/// <param name="Block">The block of the sweep file that it came from first; empty where the file has no blocks.</param>
/// <param name="Seed">What every random stream of the trial is derived from.</param>
public sealed record Trial(string Id, string Point, string Block, long Seed, TrialSettings Settings)
{
    /// <remarks>Hashed when first asked for: a plan of a million trials needs none of their ids.</remarks>
    public string Id { get => field ??= Settings.Id(Seed); init; } = Id;

    /// <inheritdoc cref="Id"/>
    public string Point { get => field ??= Settings.PointId; init; } = Point;

    /// <summary>The trial that this one is built on, see <see cref="ParameterCatalogue.StageOf"/>; null where it stands on its own.</summary>
    public Trial? Stage => Settings.Catalogue.StageOf(Settings) is { } stage ? Of(stage.EvaluatedWith(Settings.Evaluation), Seed, Block) : null;

    public static Trial Of(TrialSettings settings, long seed, string block = "") =>
        new(null!, null!, block, seed, settings);

    public bool Equals(Trial? other) => Id == other?.Id;

    public override int GetHashCode() => Id.GetHashCode(StringComparison.Ordinal);
}
