namespace VicRegSweeps.SweepEngine;

/// <summary>The mixing of SplitMix64: numbers that look like chance, the same on every machine.</summary>
/// <remarks>Steele, Lea and Flood 2014.</remarks>
public static class SplitMix64
{
    public const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    /// <summary>The number that follows a state.</summary>
    public static ulong After(ulong state) => Mix(unchecked(state + GoldenGamma));

    /// <summary>The finalizer: a bijection in which every input bit moves every output bit.</summary>
    public static ulong Mix(ulong x)
    {
        x = unchecked((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9);
        x = unchecked((x ^ (x >> 27)) * 0x94D049BB133111EB);
        return x ^ (x >> 31);
    }
}
