namespace VicRegSweeps.SweepEngine;

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
        new(Mixed((ulong)fingerprint ^ Mixed(unchecked((ulong)seed))), block, number);

    // Ties are as good as impossible, but even they must not depend on how sorting is done.
    public int CompareTo(Lot other) => (Key, Block, Number).CompareTo((other.Key, other.Block, other.Number));

    /// <summary>The finalizer of SplitMix64 (Steele, Lea and Flood 2014).</summary>
    private static ulong Mixed(ulong z)
    {
        z = unchecked(z + 0x9E3779B97F4A7C15);
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        return z ^ (z >> 31);
    }
}
