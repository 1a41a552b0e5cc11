using System.Globalization;
using VicRegSweeps.Reports.Projections;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Reports.Tests.Projections;

/// <summary>Ours against scikit-learn's exact t-SNE and PCA on the same samples.</summary>
public sealed class TSneTests
{
    private const string Read = """
        import sys, numpy as np
        lines = sys.stdin.read().split('\n')
        z = np.array([[float(v) for v in l.split()] for l in lines[0].split(';')])
        ours = np.array([[float(v) for v in l.split()] for l in lines[1].split(';')])
        """;

    [Fact]
    public void Neighbourhoods_and_divergence_are_those_of_scikit_learn()
    {
        var sample = Clusters(200, 20);
        var ours = TSne.Of(sample, perplexity: 20);

        var found = Python.Numbers("numpy, sklearn.manifold", $"""
            {Read}
            from sklearn.manifold import TSNE, trustworthiness
            theirs = TSNE(method='exact', init='pca', learning_rate='auto', perplexity=20, random_state=0)
            y = theirs.fit_transform(z)
            print(trustworthiness(z, ours, n_neighbors=10), trustworthiness(z, y, n_neighbors=10), theirs.kl_divergence_)
            """, Input(sample, ours.X, ours.Y));
        var (mine, theirs, divergence) = (found[0], found[1], found[2]);

        Assert.True(mine > theirs - 0.01, $"trustworthiness {mine} against {theirs}");
        Assert.Equal(divergence, ours.Divergence!.Value, 0.05 * divergence);
    }

    [Fact]
    public void The_divergence_is_that_of_the_points_it_belongs_to()
    {
        var sample = Clusters(60, 5);
        var ours = TSne.Of(sample, perplexity: 10);

        var divergence = Python.Numbers("numpy, scipy.spatial", $"""
            {Read}
            from scipy.spatial.distance import pdist, squareform
            from scipy.optimize import brentq
            d = squareform(pdist(z, 'sqeuclidean'))
            n = len(z)
            p = np.zeros((n, n))
            for i in range(n):
                rest = np.arange(n) != i
                def row(beta):
                    w = np.exp(-(d[i, rest] - d[i, rest].min()) * beta)
                    return w / w.sum()
                beta = brentq(lambda b: -(row(b) * np.log(row(b) + 1e-300)).sum() - np.log(10), 1e-6, 1e6)
                p[i, rest] = row(beta)
            p = (p + p.T) / (2 * n)
            k = 1 / (1 + squareform(pdist(ours, 'sqeuclidean')))
            np.fill_diagonal(k, 0)
            q = k / k.sum()
            m = ~np.eye(n, dtype=bool)
            print((p[m] * np.log(np.maximum(p[m], 1e-12) / np.maximum(q[m], 1e-12))).sum())
            """, Input(sample, ours.X, ours.Y));

        Assert.Equal(divergence[0], ours.Divergence!.Value, 1e-3);
    }

    [Fact]
    public void The_scale_of_a_sample_does_not_matter()
    {
        var sample = Clusters(60, 5);
        var tiny = sample with { Values = [.. sample.Values.Select(v => MathF.ScaleB(v, -20))] };    // nothing is rounded

        Assert.Equal(TSne.Of(sample).Divergence!.Value, TSne.Of(tiny).Divergence!.Value, 1e-6);
    }

    [Fact]
    public void Images_that_are_all_the_same_stay_one_point()
    {
        var map = TSne.Of(new VectorSample(3, [.. Enumerable.Repeat(0.5f, 30)], new int[10]));

        Assert.Null(map.Divergence);
        Assert.All(map.X.Concat(map.Y), v => Assert.Equal(0, v));
    }

    [Fact]
    public void Perplexity_is_at_most_a_third_of_the_others() => Assert.Equal(9.0 / 3, TSne.Of(Clusters(10, 3)).Perplexity, 12);

    [Theory]
    [InlineData(50, 6)]
    [InlineData(300, 700)] // more dimensions than are taken at once
    [InlineData(40, 3072)]
    public void Principal_components_are_scikit_learns_up_to_sign(int count, int dimension)
    {
        var sample = Clusters(count, dimension);
        var ours = Pca.Of(sample);

        var found = Python.Numbers("numpy, sklearn.decomposition", $"""
            {Read}
            from sklearn.decomposition import PCA
            p = PCA(2).fit(z)
            y = p.transform(z)
            print(*p.explained_variance_ratio_, *[max(abs(y[:, k] - ours[:, k]).max() if (y[:, k] @ ours[:, k]) > 0 else abs(y[:, k] + ours[:, k]).max() for _ in [0]) for k in range(2)])
            """, Input(sample, ours.X, ours.Y));

        Assert.Equal(found[0], ours.Shares.First, 6);
        Assert.Equal(found[1], ours.Shares.Second, 6);
        Assert.True(found[2] < 1e-4 && found[3] < 1e-4, $"{found[2]}, {found[3]}");
    }

    /// <summary>Five clusters in so many dimensions.</summary>
    private static VectorSample Clusters(int count, int dimension)
    {
        var random = new Random(5);
        var centres = Enumerable.Range(0, 5).Select(_ => Enumerable.Range(0, dimension).Select(_ => 6 * random.NextDouble()).ToArray()).ToList();
        return new VectorSample(
            dimension,
            [.. Enumerable.Range(0, count).SelectMany(i => centres[i % 5].Select(c => (float)(c + random.NextDouble())))],
            [.. Enumerable.Range(0, count).Select(i => i % 5)]);
    }

    private static string Input(VectorSample sample, double[] x, double[] y) =>
        string.Join(';', sample.Values.Chunk(sample.Dimension).Select(row => string.Join(' ', row.Select(v => v.ToString("R", CultureInfo.InvariantCulture)))))
        + "\n" + string.Join(';', x.Zip(y).Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.First:R} {p.Second:R}")));
}
