using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Trials.Randomness;

/// <summary>A sequence of random numbers that its key alone decides: xoshiro256**, seeded through SplitMix64.</summary>
/// <remarks>
/// Keys come from a seed and a stream's name, never from call order, so that drawing from one stream moves no other.
/// Blackman and Vigna, https://prng.di.unimi.it.
/// </remarks>
[SuppressMessage("Naming", "CA1711", Justification = "A stream of random numbers is what the literature calls it.")]
public sealed class RandomStream
{
    private ulong s0;
    private ulong s1;
    private ulong s2;
    private ulong s3;
    private double? spareNormal;

    public RandomStream(ulong key)
    {
        s0 = SplitMix64.Mix(key += SplitMix64.GoldenGamma);
        s1 = SplitMix64.Mix(key += SplitMix64.GoldenGamma);
        s2 = SplitMix64.Mix(key += SplitMix64.GoldenGamma);
        s3 = SplitMix64.Mix(key + SplitMix64.GoldenGamma);
    }

    public RandomStream(long seed, string name)
        : this(Key(seed, name))
    {
    }

    /// <summary>The key of a named stream: the first eight bytes of the SHA-256 of <c>seed/name</c>.</summary>
    public static ulong Key(long seed, string name)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{seed}/{name}");
        return BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>The key of one member of a family of streams, such as a step's or an image's; 5 ns, where a name costs 300.</summary>
    public static ulong Key(ulong family, long member) => SplitMix64.Mix(SplitMix64.After(family) ^ SplitMix64.Mix((ulong)member * SplitMix64.GoldenGamma + 1));

    /// <summary>64 uniform bits.</summary>
    public ulong Next()
    {
        var result = ulong.RotateLeft(s1 * 5, 7) * 9;
        var shifted = s1 << 17;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= shifted;
        s3 = ulong.RotateLeft(s3, 45);
        return result;
    }

    /// <summary>Uniform in [0, 1), with 53 bits.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public double NextDouble(double low, double high) => low + (high - low) * NextDouble();

    /// <summary>Uniform in 0 … <paramref name="bound"/> − 1, without bias.</summary>
    /// <remarks>Lemire 2019, "Fast random integer generation in an interval".</remarks>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        var range = (ulong)bound;
        var high = Math.BigMul(Next(), range, out var low);
        if (low < range)
        {
            var biased = unchecked(0 - range) % range;
            while (low < biased)
                high = Math.BigMul(Next(), range, out low);
        }

        return (int)high;
    }

    /// <summary>Standard normal, by Box–Muller.</summary>
    public double Normal()
    {
        if (spareNormal is { } spare)
        {
            spareNormal = null;
            return spare;
        }

        var radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        var (sin, cos) = Math.SinCos(2 * Math.PI * NextDouble());
        spareNormal = radius * sin;
        return radius * cos;
    }

    /// <summary>Puts the items in an order drawn uniformly from all orders (Fisher–Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var last = items.Length - 1; last > 0; last--)
        {
            var other = NextInt(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    /// <summary>0 … <paramref name="count"/> − 1 in random order.</summary>
    public int[] Permutation(int count)
    {
        var order = new int[count];
        for (var i = 0; i < count; i++)
            order[i] = i;
        Shuffle<int>(order);
        return order;
    }
}
