using System.Text.Json;
using VicRegSweeps.SweepEngine.Catalogue;
using static VicRegSweeps.Reports.Tests.ScriptedSweep;

namespace VicRegSweeps.Reports.Tests.Analysis;

/// <summary>
/// A complete factorial is found to be one whichever way its file says it, and its analysis of variance is that of nested fits by least
/// squares over the groups of parameters that are meant.
/// </summary>
public sealed class DesignTests
{
    private const string L = "loss.invariance_weight", M = "loss.variance_weight", N = "loss.covariance_weight", Epsilon = "loss.epsilon";
    private const string E = "model.embedding_dim", R = "model.representation_dim", Name = "model.name";

    private static readonly double[][] Weights = [[25, 25, 1], [1, 1, 1], [25, 0, 0]];
    private static readonly double[][] RepeatedWeights = [[25, 25, 1], [25, 0, 1], [25, 25, 0]];
    private static readonly double[][] Sizes = [[2, 16], [50, 100]];
    private static readonly double[][] ThreeSizes = [[2, 16], [50, 16], [50, 100]];
    private static readonly double[] Three = [1e-5, 1e-4, 1e-3];

    private const string ZipWeights = $"zip:\n- {L}: [25, 1, 25]\n  {M}: [25, 1, 0]\n  {N}: [1, 1, 0]\n";

    /// <summary>By name: the sweep file's text, its points and the groups of parameters that are its factors; null where the grid is not complete.</summary>
    private static readonly Dictionary<string, (string File, IEnumerable<(string, ParameterValue)[]> Points, string[][]? Factors)> Designs = new(StringComparer.Ordinal)
    {
        ["complete"] = ("", from m in Three from n in Three select Point((M, m), (N, n)), [[M], [N]]),
        ["one axis"] = ("", from e in Three select Point((Epsilon, e)), [[Epsilon]]),
        ["one zip alone, declared"] = (
            $"zip:\n- {L}: [25, 25, 25]\n  {M}: [25, 0, 25]\n  {N}: [1, 1, 0]\n", from w in RepeatedWeights select Weight(w), [[M, N]]),
        ["one zip alone, found"] = ("", from w in Weights select Weight(w), [[L, M, N]]),
        ["zipped twice, declared"] = (
            $"{ZipWeights}- {E}: [2, 50]\n  {R}: [16, 100]\n", from w in Weights from s in Sizes select Point([.. Weight(w), .. Size(s)]), [[L, M, N], [E, R]]),
        ["zipped twice, found"] = ("", from w in Weights from s in Sizes select Point([.. Weight(w), .. Size(s)]), [[L, M, N], [E, R]]),
        ["a zip beside a grid of which one cell is left out"] = (
            $"grid:\n  {Epsilon}: [1.0e-5, 1.0e-4, 1.0e-3]\n  {E}: [2, 50]\n  {R}: [16, 100]\n{ZipWeights}exclude:\n- {E} == 2 and {R} == 100\n",
            from e in Three from s in ThreeSizes from w in Weights select Point([(Epsilon, e), .. Size(s), .. Weight(w)]), [[L, M, N], [Epsilon], [E, R]]),
        ["a zip that only its file tells from a grid with a hole"] = (
            $"zip:\n- {M}: [0, 0, 1, 1, 25]\n  {N}: [0, 1, 0, 1, 0]\n",
            from w in new[] { (0, 0), (0, 1), (1, 0), (1, 1), (25, 0) } select Point((M, w.Item1), (N, w.Item2)), [[M, N]]),
        ["nested"] = (
            "", from o in new[] { ("adam", 0.0), ("sgd", 0.5), ("sgd", 0.9) } from e in Three select Point((Name, o.Item1), (M, o.Item2), (Epsilon, e)), [[M, Name], [Epsilon]]),
        ["blocks"] = (
            $"grid:\n  {Epsilon}: [1.0e-5, 1.0e-4, 1.0e-3]\nblocks:\n- name: small\n  fixed: {{{E}: 2, {R}: 16}}\n- name: large\n  fixed: {{{E}: 50, {R}: 100}}\n",
            from s in Sizes from e in Three select Point([.. Size(s), (Epsilon, e)]), [[Epsilon], [E, R]]),
        ["a level excluded"] = ("", from m in Three[1..] from n in Three select Point((M, m), (N, n)), [[M], [N]]),
        ["cells excluded"] = ("", from m in Three from n in Three where m != n || m > 1e-5 select Point((M, m), (N, n)), null),
        ["a zip that another block takes apart"] = (
            $"{ZipWeights}blocks:\n- name: more\n  grid: {{{M}: [0]}}\n", from w in Weights.Append([25, 0, 1]) select Weight(w), null),
        ["a sample of a grid"] = ("sample: {count: 3, seed: 0}\n", from i in Enumerable.Range(0, 3) select Point((M, Three[i]), (N, Three[(i + 1) % 3])), null),
    };

    public static TheoryData<string, int> Cases => [.. Designs.Keys.SelectMany(name => new[] { 1, 3 }.Select(seeds => (name, seeds)))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_analysis_of_a_design_is_that_of_least_squares_over_what_moves_together(string name, int seeds)
    {
        var (file, points, factors) = Designs[name];
        using var sweep = new ScriptedSweep(
            t => new Script { Knn = 0.2 + (0.1 * new Random(Convert.ToInt32(t.Id[..7], 16)).NextDouble()) },
            points.SelectMany(p => Enumerable.Range(0, seeds).Select(s => Trial(s, p))),
            file: file);

        var (data, findings) = sweep.Findings();

        if (factors is null)
        {
            Assert.Contains("the grid is not complete", findings.Score.Incomplete, StringComparison.Ordinal);
            return;
        }

        Assert.Equal(factors.Select(f => string.Join(' ', f.Order())).Order(), data.Axes.Select(a => string.Join(' ', a.Parameters.Order())).Order());
        var anova = findings.Score.Exact!;
        var rows = data.Trials.Select(t => new
        {
            keys = data.Axes.Select(a => string.Join('/', a.Parameters.Select(p => Settings(sweep, t.Id)[p]))),
            seed = t.Seed,
            y = t.Score,
        });
        var expected = Python.Numbers("numpy, scipy.stats", Fits, JsonSerializer.Serialize(rows)).Chunk(4).ToList();
        foreach (var (effect, fit) in anova.Effects.Zip(expected))
        {
            Assert.Equal(fit[0], effect.Freedom);
            Assert.Equal(fit[1], effect.Share, 1e-9);
            if (seeds == 1) Assert.Null(effect.F);
            else Assert.Equal((fit[2], fit[3]), (effect.F!.Value, effect.P!.Value), (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-6 * a.Item1 && Math.Abs(a.Item2 - b.Item2) < 1e-6);
        }

        Assert.Equal(expected.Count, anova.Effects.Count);
        Assert.Equal(seeds > 1 || factors.Length > 1, findings.Score.HasShares);
    }

    [Fact]
    public void Unequal_seeds_are_said_and_nothing_is_pooled()
    {
        using var sweep = new ScriptedSweep(ByWeights, Grid(3).Skip(1));

        var (_, findings) = sweep.Findings();

        Assert.Equal("the grid is not complete: 1 of its 6 points lack the value for some seed.", findings.Score.Incomplete);
        Assert.False(findings.Comparisons.Design.IsPooled);
    }

    /// <summary>df, share, F and p of every effect, small sets of factors first; seeds are blocks where there are several.</summary>
    private const string Fits = """
        import numpy as np, itertools, json, sys, scipy.stats as st
        rows = json.load(sys.stdin)
        y = np.array([r['y'] for r in rows])
        k, seeds = len(rows[0]['keys']), len(set(r['seed'] for r in rows))
        columns = [[r['keys'][f] for r in rows] for f in range(k)] + [[r['seed'] for r in rows]]
        def dummies(term):
            keys = list(zip(*[columns[c] for c in term]))
            return np.array([[1.0 if key == level else 0.0 for level in sorted(set(keys))] for key in keys])
        def rss(terms):
            x = np.hstack([np.ones((len(rows), 1))] + [dummies(t) for t in terms])
            return ((y - x @ np.linalg.lstsq(x, y, rcond=None)[0]) ** 2).sum(), np.linalg.matrix_rank(x)
        order = [t for n in range(1, k + 1) for t in itertools.combinations(range(k), n)]
        left, rank = rss(order + ([(k,)] if seeds > 1 else []))
        df, total = len(y) - rank, ((y - y.mean()) ** 2).sum()
        for i, term in enumerate(order):
            (before, r0), (after, r1) = rss(order[:i]), rss(order[:i + 1])
            f = (before - after) / (r1 - r0) / (left / df) if seeds > 1 else 0
            print(r1 - r0, (before - after) / total, f, st.f.sf(f, r1 - r0, df) if seeds > 1 else 0)
        """;

    private static Dictionary<string, string> Settings(ScriptedSweep sweep, string id)
    {
        using var reader = sweep.Read();
        return reader.Trials().First(t => t.Id == id).Settings.ToDictionary(s => s.Key, s => s.Value.Text, StringComparer.Ordinal);
    }

    private static (string, ParameterValue)[] Point(params (string, ParameterValue)[] settings) => settings;

    private static (string, ParameterValue)[] Weight(double[] w) => [(L, w[0]), (M, w[1]), (N, w[2])];

    private static (string, ParameterValue)[] Size(double[] s) => [(E, s[0]), (R, s[1])];
}
