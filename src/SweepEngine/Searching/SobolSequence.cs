using System.Numerics;

namespace VicRegSweeps.SweepEngine.Searching;

/// <summary>Points that fill a cube more evenly than chance does: Sobol's sequence, scrambled as by Owen.</summary>
/// <remarks>
/// In the order of Antonov and Saleev's Gray code, with the primitive polynomials and initial numbers of Joe and Kuo 2008 (their file
/// new-joe-kuo-6.21201), as SciPy has them. Owen 1995 flips every binary digit by chance, given the digits before it: the
/// points stay as even, their mean is that of the cube, and another seed gives other points. A point depends on its number
/// alone, so a longer sequence begins with the shorter.
/// </remarks>
public sealed class SobolSequence
{
    /// <summary>The most dimensions that a sequence has.</summary>
    public const int MostDimensions = 32;

    private const int Bits = 32;
    private const double Unit = 1.0 / (1L << Bits);

    /// <summary>For every dimension but the first: its polynomial, the highest coefficient first, then its initial numbers.</summary>
    private static readonly uint[][] JoeKuo =
    [
        [3, 1], [7, 1, 3], [11, 1, 3, 1], [13, 1, 1, 1], [19, 1, 1, 3, 3], [25, 1, 3, 5, 13], [37, 1, 1, 5, 5, 17], [41, 1, 1, 5, 5, 5],
        [47, 1, 1, 7, 11, 19], [55, 1, 1, 5, 1, 1], [59, 1, 1, 1, 3, 11], [61, 1, 3, 5, 5, 31], [67, 1, 3, 3, 9, 7, 49],
        [91, 1, 1, 1, 15, 21, 21], [97, 1, 3, 1, 13, 27, 49], [103, 1, 1, 1, 15, 7, 5], [109, 1, 3, 1, 15, 13, 25], [115, 1, 1, 5, 5, 19, 61],
        [131, 1, 3, 7, 11, 23, 15, 103], [137, 1, 3, 7, 13, 13, 15, 69], [143, 1, 1, 3, 13, 7, 35, 63], [145, 1, 3, 5, 9, 1, 25, 53],
        [157, 1, 3, 1, 13, 9, 35, 107], [167, 1, 3, 1, 5, 27, 61, 31], [171, 1, 1, 5, 11, 19, 41, 61], [185, 1, 3, 5, 3, 3, 13, 69],
        [191, 1, 1, 7, 13, 1, 19, 1], [193, 1, 3, 7, 5, 13, 19, 59], [203, 1, 1, 3, 9, 25, 29, 41], [211, 1, 3, 5, 13, 23, 1, 55],
        [213, 1, 3, 7, 3, 13, 59, 17],
    ];

    private readonly uint[][] directions;
    private readonly ulong[]? keys;

    /// <param name="dimensions">From 1 to <see cref="MostDimensions"/>.</param>
    /// <param name="seed">What the scrambling is drawn by; null leaves the sequence as it is, its first point at the cube's corner.</param>
    public SobolSequence(int dimensions, int? seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimensions, MostDimensions);
        directions = [.. Enumerable.Range(0, dimensions).Select(Directions)];
        keys = seed is { } s ? [.. Enumerable.Range(0, dimensions).Select(d => SplitMix64.After(SplitMix64.After((ulong)s) + (ulong)d))] : null;
    }

    public int Dimensions => directions.Length;

    /// <summary>A point of the sequence.</summary>
    /// <param name="number">From 0.</param>
    /// <returns>One number a dimension: from 0, below 1. Scrambled ones lie in the middle of their 2^-32.</returns>
    public double[] this[uint number]
    {
        get
        {
            var gray = number ^ (number >> 1);
            var point = new double[Dimensions];
            for (var d = 0; d < point.Length; d++)
            {
                var digits = 0u;
                for (var rest = gray; rest != 0; rest &= rest - 1) digits ^= directions[d][BitOperations.TrailingZeroCount(rest)];
                point[d] = keys is null ? digits * Unit : (Scrambled(digits, keys[d]) + 0.5) * Unit;
            }

            return point;
        }
    }

    /// <summary>What every binary digit of a number adds to a coordinate, as fractions of 2^32.</summary>
    private static uint[] Directions(int dimension)
    {
        var v = new uint[Bits];
        if (dimension == 0)
        {
            for (var i = 0; i < Bits; i++) v[i] = 1u << (Bits - 1 - i);
            return v;
        }

        var (polynomial, initial) = (JoeKuo[dimension - 1][0], JoeKuo[dimension - 1][1..]);
        var degree = initial.Length;
        for (var i = 0; i < Bits; i++)
        {
            if (i < degree)
            {
                v[i] = initial[i] << (Bits - 1 - i);
                continue;
            }

            v[i] = v[i - degree] ^ (v[i - degree] >> degree);
            for (var k = 1; k < degree; k++)
            {
                if (((polynomial >> (degree - k)) & 1) != 0) v[i] ^= v[i - k];
            }
        }

        return v;
    }

    private static uint Scrambled(uint digits, ulong key)
    {
        var flips = 0u;
        for (var bit = Bits - 1; bit >= 0; bit--)
        {
            var before = ((ulong)bit << Bits) | (uint)((ulong)digits >> (bit + 1));
            flips |= (uint)(SplitMix64.After(key ^ SplitMix64.After(before)) >> 63) << bit;
        }

        return digits ^ flips;
    }
}
