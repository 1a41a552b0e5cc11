using VicRegSweeps.SweepEngine.Exclusions;
using VicRegSweeps.SweepEngine.SweepFiles;

namespace VicRegSweeps.SweepEngine.Planning;

/// <summary>What became of the points of one block.</summary>
/// <param name="Block">As the file has it.</param>
/// <param name="Size">The product of its axes.</param>
/// <param name="Excluded">How many of these the exclusions removed.</param>
/// <param name="Merged">How many of the rest were equal to a point before them.</param>
/// <param name="Points">How many of the rest are run: all, unless the file asks for a sample.</param>
public sealed record BlockOutline(SweepBlock Block, long Size, long Excluded, long Merged, long Points);

/// <summary>How many points an exclusion removed. One that several hold of is counted for the first.</summary>
public sealed record ExclusionCount(Exclusion Exclusion, long Count);
