using VicRegSweeps.SweepEngine.Stores;
using static VicRegSweeps.Reports.Tests.ScriptedSweep;

namespace VicRegSweeps.Reports.Tests;

/// <summary>Which embeddings a store keeps, and how exactly.</summary>
public sealed class EmbeddingStoreTests
{
    [Fact]
    public void One_seed_of_a_point_is_kept_and_what_came_before_training_once()
    {
        using var sweep = new ScriptedSweep(ByWeights, Grid(3));
        using var reader = sweep.Read();

        var kept = reader.Vectors();

        var seeds = reader.Trials().ToDictionary(t => t.Id, t => t.Seed);
        Assert.Equal(6, kept.Count);
        Assert.All(kept, e => Assert.Equal((0, 40L, 2), (seeds[e.Trial], e.Step, e.Epoch)));
        Assert.Single(kept.Select(e => e.Before).Distinct());
        Assert.NotNull(kept[0].Before);
        Assert.Equal((40, 3), (reader.Sample(kept[0].Before!.Value).Rows, kept[0].Dimension));
    }

    [Theory]
    [InlineData(1f, 0f)]
    [InlineData(1e-6f, 5f)]
    [InlineData(1e20f, 0f)]
    public void Deviations_keep_three_digits_whatever_their_size(float scale, float offset)
    {
        var random = new Random(2);
        var values = Enumerable.Range(0, 300).Select(_ => offset + (scale * (float)random.NextDouble())).ToArray();

        var packed = PackedVectors.Of(values, 3);
        var back = PackedVectors.Unpack(packed.Centre, packed.Scale, packed.Samples);

        // Next to a distance of 5, float32 itself has steps of 5e-7.
        Assert.All(values.Zip(back), v =>
            Assert.True(Math.Abs(v.First - v.Second) <= Math.Max(scale * 5e-4, Math.Abs(offset) * 2e-7), $"{v.First} became {v.Second}"));
    }

    [Fact]
    public void A_python_reads_the_samples_as_the_documents_say()
    {
        using var sweep = new ScriptedSweep(ByWeights, Grid(1));
        using var reader = sweep.Read();
        var first = reader.Vectors()[0];
        var sample = reader.Sample(first.Number);

        var found = Python.Numbers("numpy, sqlite3", $"""
            import numpy as np, sqlite3
            store = sqlite3.connect('file:{sweep.Database}?mode=ro', uri=True)
            centre, scale, samples, dimension, labels = store.execute('''
                SELECT e.centre, e.scale, e.samples, e.dimension, k.labels
                FROM embedding e JOIN kept_images k ON k.bank = e.bank WHERE e.number = {first.Number}''').fetchone()
            z = np.frombuffer(centre, '<f4') + scale * np.frombuffer(samples, '<f2').astype(float).reshape(-1, dimension)
            print(*z.flatten(), *np.frombuffer(labels, '<i4')[:len(z)])
            """);

        Assert.Equal(sample.Values.Select(v => (double)v).Concat(sample.Labels.Select(l => (double)l)), found, (a, b) => Math.Abs(a - b) < 1e-5);
    }
}
