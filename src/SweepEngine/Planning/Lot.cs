namespace VicRegSweeps.SweepEngine.Planning;

/// <summary>The lot that a point draws: it decides who is in a sample, and who comes first in a shuffled order.</summary>
/// <remarks>
/// A lot depends on the seed and on the point alone. Other axes, other points and their order change nothing about
/// it, so a file that is edited keeps as much of its sample as it can, and a larger sample contains the smaller.
/// </remarks>
/// <param name="Key">What is drawn: the smallest are taken, and come first.</param>
/// <param name="Block">The block of the point.</param>
/// <param name="Number">Its number there.</param>
internal readonly record struct Lot(ulong Key, int Block, int Number) : IComparable<Lot>
{
    /// <summary>What shuffles: no seed of a sample.</summary>
    public const long Shuffle = -1;

    public static Lot Of(UInt128 fingerprint, long seed, int block, int number) =>
        new(SplitMix64.After((ulong)fingerprint ^ SplitMix64.After(unchecked((ulong)seed))), block, number);

    // Ties are as good as impossible, but even they must not depend on how sorting is done.
    public int CompareTo(Lot other) => (Key, Block, Number).CompareTo((other.Key, other.Block, other.Number));
}
