namespace VicRegSweeps.SweepEngine;

/// <summary>A sweep file that has been read and found valid.</summary>
/// <param name="Name">Lower-case letters, digits and hyphens.</param>
/// <param name="Question">What the sweep is to find out; null when the file does not say.</param>
/// <param name="Seeds">Distinct, not negative; at least one.</param>
/// <param name="Blocks">The sweep is their union; at least one.</param>
/// <param name="Text">The file as it was written.</param>
/// <param name="Path">Where it was read from, as messages name it.</param>
public sealed record SweepFile(
    string Name,
    string? Question,
    IReadOnlyList<long> Seeds,
    IReadOnlyList<SweepBlock> Blocks,
    string Text,
    string Path);

/// <summary>A part of a sweep: the product of its axes, around fixed values.</summary>
/// <param name="Name">Empty for a file without blocks.</param>
/// <param name="Fixed">Values that differ from the catalogue's defaults for every point of the block.</param>
/// <param name="Axes">The first varies slowest. Without any, the block is one point.</param>
/// <param name="At">Where the file defines it, for messages.</param>
public sealed record SweepBlock(
    string Name,
    IReadOnlyDictionary<string, ParameterValue> Fixed,
    IReadOnlyList<Axis> Axes,
    Place At);
