using VicRegSweeps.Trials.Randomness;

namespace VicRegSweeps.Trials.Stacks;

/// <summary>Where a trial's dropout comes from: trials of one seed share their masks, so that they differ in nothing but their settings.</summary>
internal static class Dropout
{
    /// <summary>The key of the uniform numbers [2B, units] of one step; a unit below p is dropped.</summary>
    public static ulong Key(long seed, long stepsDone) => RandomStream.Key(seed, $"dropout/{stepsDone}");
}
