using System.Buffers.Binary;
using System.Security.Cryptography;
using CsCheck;
using VicRegSweeps.SweepEngine.Searching;

namespace VicRegSweeps.SweepEngine.Tests.Searching;

public class SobolSequenceTests
{
    // scipy.stats.qmc.Sobol(32, scramble=False, bits=32).random(1024), SciPy 1.10.1, times 2^32.
    private const string FifthOfSciPy =
        "3758096384,3758096384,536870912,1610612736,3758096384,2684354560,3758096384,1610612736,1610612736,536870912,1610612736,3758096384,3758096384,536870912,3758096384,"
        + "1610612736,3758096384,1610612736,1610612736,2684354560,2684354560,2684354560,3758096384,1610612736,1610612736,1610612736,3758096384,536870912,2684354560,2684354560,"
        + "3758096384,2684354560";

    private const string Sha256OfSciPy = "efdcb1b1b34d3ee5c1847b7c18dc6c6b5b2b4ad2e0720ada11521a23f8bc18e8";

    [Fact]
    public void Without_scrambling_the_points_are_those_of_SciPy()
    {
        var sequence = new SobolSequence(32, seed: null);

        Assert.Equal(FifthOfSciPy.Split(',').Select(double.Parse), sequence[5].Select(x => x * (1L << 32)));
        var bytes = new byte[1024 * 32 * sizeof(uint)];
        for (var i = 0; i < 1024 * 32; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i * sizeof(uint)), (uint)(sequence[(uint)(i / 32)][i % 32] * (1L << 32)));
        Assert.Equal(Sha256OfSciPy, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    [Fact]
    public void A_point_depends_on_seed_number_and_dimension_alone() =>
        Gen.Select(Gen.Int[1, 32], Gen.Int[0, 1000], Gen.UInt[0, 100_000]).Sample((dimensions, seed, number) =>
        Assert.Equal(new SobolSequence(32, seed)[number].Take(dimensions), new SobolSequence(dimensions, seed)[number]));

    [Fact]
    public void Scrambled_or_not_every_dimension_has_one_point_in_each_of_its_equal_parts() => Gen.Int[0, 10_000].Sample(
        seed =>
        {
            var sequence = new SobolSequence(32, seed);
            var points = Enumerable.Range(0, 256).Select(n => sequence[(uint)n]).ToList();
            Assert.All(Enumerable.Range(0, 32), d => Assert.Equal(Enumerable.Range(0, 256), points.Select(p => (int)(p[d] * 256)).Order()));
        },
        iter: 50);

    // The first two dimensions are a (0, m, 2)-net: every box of area 2^-m, however oblong, has one of 2^m points.
    [Fact]
    public void Scrambling_keeps_a_point_in_every_elementary_box() => Gen.Int[0, 10_000].Sample(
        seed =>
        {
            var sequence = new SobolSequence(2, seed);
            for (var across = 0; across <= 8; across++)
            {
                var boxes = Enumerable.Range(0, 256).Select(n => sequence[(uint)n])
                    .Select(p => ((int)(p[0] * (1 << across)), (int)(p[1] * (1 << (8 - across)))));
                Assert.Equal(256, boxes.Distinct().Count());
            }
        },
        iter: 50);

    [Fact]
    public void Another_seed_gives_other_points()
    {
        var points = Enumerable.Range(0, 1000).Select(seed => new SobolSequence(1, seed)[0][0]).ToList();

        Assert.Equal(1000, points.Distinct().Count());
        // Uniform: the mean of a thousand is off by more than 0.05 once in ten million times.
        Assert.InRange(points.Average(), 0.45, 0.55);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(10)]
    public void The_discrepancy_is_far_below_that_of_chance(int dimensions)
    {
        var random = new Random(1);
        var sobol = Enumerable.Range(0, 20).Average(seed => Discrepancy(Points(new SobolSequence(dimensions, seed))));
        var chance = Enumerable.Range(0, 20)
            .Average(_ => Discrepancy([.. Enumerable.Range(0, 256).Select(_ => Enumerable.Range(0, dimensions).Select(_ => random.NextDouble()).ToArray())]));

        Assert.True(sobol < chance / 3, $"{sobol} is not below a third of {chance}");
    }

    // scipy.stats.qmc.discrepancy of SciPy's own 256 points.
    [Theory]
    [InlineData(2, 1.663160380993567e-05)]
    [InlineData(5, 0.0002597808337478913)]
    public void Our_discrepancy_is_that_of_SciPy(int dimensions, double expected) =>
        Assert.Equal(expected, Discrepancy(Points(new SobolSequence(dimensions, seed: null))), expected * 1e-9);

    private static double[][] Points(SobolSequence sequence) => [.. Enumerable.Range(0, 256).Select(n => sequence[(uint)n])];

    /// <summary>The centred L2 discrepancy, squared (Hickernell 1998, equation 5b).</summary>
    private static double Discrepancy(double[][] points)
    {
        var (count, dimensions) = (points.Length, points[0].Length);
        var single = points.Sum(p =>
            p.Aggregate(1.0, (product, x) => product * (1 + (0.5 * Math.Abs(x - 0.5)) - (0.5 * Math.Abs(x - 0.5) * Math.Abs(x - 0.5)))));
        var pairs = 0.0;
        foreach (var p in points)
        {
            foreach (var q in points)
            {
                var product = 1.0;
                for (var d = 0; d < dimensions; d++)
                    product *= 1 + (0.5 * Math.Abs(p[d] - 0.5)) + (0.5 * Math.Abs(q[d] - 0.5)) - (0.5 * Math.Abs(p[d] - q[d]));
                pairs += product;
            }
        }

        return Math.Pow(13.0 / 12, dimensions) - (2.0 / count * single) + (pairs / count / count);
    }
}
