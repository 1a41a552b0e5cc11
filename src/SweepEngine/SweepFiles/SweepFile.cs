using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Exclusions;
using VicRegSweeps.SweepEngine.Searching;
using VicRegSweeps.SweepEngine.Stopping;

namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>A sweep file that has been read and found valid.</summary>
/// <param name="Name">Lower-case letters, digits and hyphens.</param>
/// <param name="Question">What the sweep is to find out; null when the file does not say.</param>
/// <param name="Seeds">Distinct, not negative; at least one.</param>
/// <param name="Blocks">The sweep is their union; at least one.</param>
/// <param name="Text">The file as it was written; its base is a comment behind it.</param>
/// <param name="Path">Where it was read from, as messages name it.</param>
public sealed record SweepFile(
    string Name,
    string? Question,
    IReadOnlyList<long> Seeds,
    IReadOnlyList<SweepBlock> Blocks,
    string Text,
    string Path)
{
    /// <summary>When trials end before their last epoch.</summary>
    public StopRules Stop { get; init; } = StopRules.Default;

    /// <summary>With which further values trials are evaluated.</summary>
    public Evaluation Evaluation { get; init; } = Evaluation.None;

    /// <summary>How often a trial that failed is tried again, at least 0. The default, 1, forgives one bad moment of a machine.</summary>
    public int MostRetries { get; init; } = 1;

    /// <summary>The most trials in a stack, at least 1; null leaves it to the runner.</summary>
    public int? StackWidth { get; init; }

    public PointOrder Order { get; init; } = PointOrder.Grid;

    /// <summary>Null when all points are run.</summary>
    public Sample? Sample { get; init; }

    /// <summary>What chose the points of the axes; null when all combinations are run.</summary>
    public Search? Search { get; init; }

    /// <summary>What the points of a search are taken from; null where all combinations are run.</summary>
    internal Level? Searched { get; init; }

    /// <summary>The file that this one builds on; null where it stands alone.</summary>
    public SweepBase? Base { get; init; }
}

/// <summary>What a sweep file has from the one that it builds on.</summary>
/// <param name="Path">As messages name it.</param>
/// <param name="Gives">The sections and parameters that hold from there.</param>
public sealed record SweepBase(string Path, IReadOnlyList<string> Gives);

/// <summary>In which order the points of a sweep are run.</summary>
public enum PointOrder
{
    /// <summary>Block after block; the first axis varies slowest.</summary>
    Grid,

    /// <summary>By chance, the same for every run of a file: what is done early is spread over the whole sweep.</summary>
    Shuffled,
}

/// <summary>How many of a sweep's points are run, drawn without replacement.</summary>
/// <param name="Count">At least 1; a sweep of fewer points runs them all.</param>
/// <param name="Seed">What they are drawn by, at least 0. The same seed with a larger count draws the same points and more.</param>
public sealed record Sample(int Count, int Seed);

/// <summary>A part of a sweep: the product of its axes, around fixed values.</summary>
/// <param name="Name">Empty for what stands above a file's blocks.</param>
/// <param name="Fixed">Values that differ from the catalogue's defaults for every point of the block.</param>
/// <param name="Axes">The first varies slowest. Without any, the block is one point.</param>
/// <param name="At">Where the file defines it, for messages.</param>
public sealed record SweepBlock(
    string Name,
    IReadOnlyDictionary<string, ParameterValue> Fixed,
    IReadOnlyList<Axis> Axes,
    Place At)
{
    /// <summary>Which of its points are left out: the rules of the file, then its own.</summary>
    public IReadOnlyList<Exclusion> Exclusions { get; init; } = [];
}
