using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Metrics;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Metrics;

/// <summary>The panel on samples whose metrics are known beforehand, or found by plain loops.</summary>
public sealed class PanelTests
{
    private const int Samples = 400;

    [Fact]
    public void Orthonormal_directions_of_equal_spread_have_full_rank_everywhere()
    {
        var panel = One(Whitened("white", Samples, 8));
        Near(8, panel[PanelMetrics.ParticipationRatio]);
        Near(8, panel[PanelMetrics.EffectiveRank]);
        Near(8, panel[PanelMetrics.StableRank]);
        Near(1, panel[PanelMetrics.ConditionNumber]);
        Near(0, panel[PanelMetrics.OffDiagonalCorrelationRms]);
        Near(1, panel[PanelMetrics.StdMean]);
        Near(1, panel[PanelMetrics.RelativeSpread], 0.01);
        Assert.Equal("none", Verdict.Of(panel, 8).Collapse);
    }

    [Fact]
    public void A_line_in_space_has_rank_one_and_is_a_dimensional_collapse()
    {
        var along = TestTrials.Normal("along", Samples, 1).to(float64);
        var panel = One(matmul(along, TestTrials.Normal("direction", 1, 20).to(float64)));
        Near(1, panel[PanelMetrics.ParticipationRatio]);
        Near(1, panel[PanelMetrics.EffectiveRank], 1e-6);
        Near(1, panel[PanelMetrics.OffDiagonalCorrelationMeanAbs], 1e-9);
        Assert.Null(panel[PanelMetrics.ConditionNumber]);
        Assert.Equal("dimensional", Verdict.Of(panel, 20).Collapse);
    }

    [Fact]
    public void Rank_r_is_found_whatever_the_basis()
    {
        var panel = One(matmul(Whitened("five", Samples, 5), Orthonormal("basis", 5, 30)));
        Near(5, panel[PanelMetrics.ParticipationRatio]);
        Near(5, panel[PanelMetrics.EffectiveRank], 1e-5);
        Near(5, panel[PanelMetrics.StableRank]);
    }

    [Fact]
    public void Complete_collapse_with_noise_left_looks_healthy_to_rank_and_not_to_the_verdict()
    {
        var panel = One(TestTrials.Normal("residue", Samples, 50).to(float64).Mul(1e-5).Add(3));
        Assert.True(panel[PanelMetrics.EffectiveRank] > 40);
        Assert.Equal("complete", Verdict.Of(panel, 50).Collapse);
    }

    [Fact]
    public void A_cloud_shrunk_to_the_origin_is_complete_collapse_though_its_directions_are_perfect()
    {
        var panel = One(TestTrials.Normal("speck", Samples, 50).to(float64).Mul(1e-6));
        Near(1, panel[PanelMetrics.RelativeSpread], 0.1);
        Near(1 / Math.Sqrt(50), panel[PanelMetrics.StdL2], 0.01);
        Assert.Equal("complete", Verdict.Of(panel, 50).Collapse);
    }

    [Fact]
    public void Equal_samples_have_no_spectrum_and_no_NaN()
    {
        var panel = One(TestTrials.Full([Samples, 6], 0.3, float64));
        Near(0, panel[PanelMetrics.StdMean], 1e-12);
        Assert.Equal(6, panel[PanelMetrics.DeadDims]);
        Assert.Null(panel[PanelMetrics.EffectiveRank]);
        Assert.Null(panel[PanelMetrics.ParticipationRatio]);
        Assert.Null(panel[PanelMetrics.OffDiagonalCorrelationRms]);
        Assert.Empty(panel.Spectrum);
        Assert.Equal("complete", Verdict.Of(panel, 6).Collapse);
        Assert.Equal("complete", Verdict.Of(One(zeros(Samples, 6)), 6).Collapse);
    }

    [Fact]
    public void One_dimension_has_no_correlations()
    {
        var panel = One(TestTrials.Normal("one", Samples, 1));
        Near(1, panel[PanelMetrics.ParticipationRatio]);
        Near(1, panel[PanelMetrics.ConditionNumber]);
        Assert.Null(panel[PanelMetrics.OffDiagonalCorrelationRms]);
        Assert.Equal("none", Verdict.Of(panel, 1).Collapse);
    }

    [Fact]
    public void Fewer_samples_than_dimensions_have_no_condition_number()
    {
        var panel = One(TestTrials.Normal("few", 10, 30));
        Assert.Null(panel[PanelMetrics.ConditionNumber]);
        Assert.InRange(panel[PanelMetrics.ParticipationRatio]!.Value, 1, 9);
        Assert.Equal(10, panel.Spectrum.Count);
    }

    [Fact]
    public void A_large_mean_takes_no_digits_from_the_spread()
    {
        var z = TestTrials.Normal("offset", Samples, 7).to(float64);
        var (near, far) = (One(z), One(z.Add(1e4)));
        Near(near[PanelMetrics.EffectiveRank]!.Value, far[PanelMetrics.EffectiveRank], 1e-6);
        Near(near[PanelMetrics.StdMean]!.Value, far[PanelMetrics.StdMean], 1e-9);
        Assert.True(far[PanelMetrics.RelativeSpread] < 1e-3);
    }

    [Fact]
    public void A_dead_dimension_is_counted_and_left_out_of_correlations()
    {
        var z = TestTrials.Normal("alive", Samples, 4).to(float64);
        z[TensorIndex.Colon, 2] = 5;
        var (panel, without) = (One(z), One(z.index_select(1, tensor(new long[] { 0, 1, 3 }))));
        Assert.Equal(1, panel[PanelMetrics.DeadDims]);
        Near(0, panel[PanelMetrics.StdMin], 1e-12);
        Near(without[PanelMetrics.OffDiagonalCorrelationRms]!.Value, panel[PanelMetrics.OffDiagonalCorrelationRms]);
    }

    [Fact]
    public void A_trial_that_is_not_finite_gets_nulls_and_spares_its_neighbours()
    {
        var z = TestTrials.Normal("pair", 2, 50, 4);
        var alone = Panel.Of(z.narrow(0, 1, 1))[0];
        z[0, 3, 2] = float.NaN;
        var panels = Panel.Of(z);
        Assert.All(panels[0].Values, v => Assert.Null(v.Value));
        Assert.Equal(alone.Values, panels[1].Values);
    }

    [Fact]
    public void Uniformity_alignment_and_stds_equal_plain_loops()
    {
        var (z1, z2) = (TestTrials.Normal("loops", 30, 3), TestTrials.Normal("other", 30, 3));
        var (a, b) = (Rows(z1), Rows(z2));
        var panel = Panel.Of(z1.unsqueeze(0), (z1.unsqueeze(0), z2.unsqueeze(0)))[0];

        var kernel = new List<double>();
        for (var i = 0; i < 30; i++)
        {
            for (var j = i + 1; j < 30; j++)
            {
                kernel.Add(Math.Exp(-2 * SquareDistance(Unit(a[i]), Unit(a[j]))));
            }
        }

        Near(Math.Log(kernel.Average()), panel[PanelMetrics.Uniformity]);
        Near(Enumerable.Range(0, 30).Average(i => SquareDistance(Unit(a[i]), Unit(b[i]))), panel[PanelMetrics.Alignment]);
        var stds = Enumerable.Range(0, 3).Select(d => Std([.. a.Select(r => r[d])])).Order().ToArray();
        Near(stds.Average(), panel[PanelMetrics.StdMean]);
        Near(stds[0], panel[PanelMetrics.StdMin]);
        Near(stds[1], panel[PanelMetrics.StdMedian]);
        Near(Enumerable.Range(0, 3).Average(d => Std([.. a.Select(r => Unit(r)[d])])), panel[PanelMetrics.StdL2]);
    }

    [Theory]
    [InlineData(0.12, 0)]  // chance 0.1 of 400 samples: a standard error is 0.015
    [InlineData(0.14, 0)]
    [InlineData(0.15, 1)]
    [InlineData(0.9, 1)]
    public void Knn_is_informative_three_standard_errors_above_chance(double top1, double expected) =>
        Assert.Equal(expected, Panel.Of(TestTrials.Normal("labelled", 1, Samples, 3), null, [top1], [0], chance: 0.1)[0][PanelMetrics.KnnInformative]);

    [Fact]
    public void A_representation_is_measured_by_gamma_and_any_other_space_by_itself()
    {
        var panel = One(TestTrials.Normal("small", Samples, 10).to(float64).Mul(0.02));
        Assert.Equal("complete", Verdict.Of(panel, 10, gamma: 1).Collapse);
        Assert.Equal("none", Verdict.Of(panel, 10, gamma: 0.1).Collapse);
        Assert.Equal("none", Verdict.Of(panel, 10).Collapse);
        Assert.StartsWith("std_mean / γ is 0.0", Verdict.Of(panel, 10, gamma: 1).Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.8, "none")]
    [InlineData(0.93, "dimensional")]
    public void A_diagonal_streak_in_the_plane_is_a_dimensional_collapse_from_a_correlation_of_nine_tenths(double correlation, string verdict)
    {
        var white = Whitened("streak", Samples, 2);
        var mixing = tensor(new[] { 1, correlation, 0, Math.Sqrt(1 - (correlation * correlation)) }, 2, 2);
        Assert.Equal(verdict, Verdict.Of(One(matmul(white, mixing)), 2).Collapse);
    }

    [Fact]
    public void Uniformity_keeps_its_digits_at_collapse()
    {
        // Two samples an angle of 2e-6 apart: ln exp(−2 · 4 sin²(1e-6)).
        var z = tensor(new[] { Math.Cos(1e-6), Math.Sin(1e-6), Math.Cos(1e-6), -Math.Sin(1e-6) }).reshape(2, 2);
        Near(-8e-12, One(z)[PanelMetrics.Uniformity], 1e-20);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(400)]
    [InlineData(4_000)]
    [InlineData(1 << 20)]
    public void Uniformity_as_a_gpu_takes_it_is_the_processors(long pairsAtATime)
    {
        var z = TestTrials.Normal("three", 3, 40, 5).to(float64);
        var unit = z / z.norm(2, keepdim: true);
        var u = unit - unit.mean([1], keepdim: true);

        var sums = TestTrials.Doubles(Panel.SumsOverPairs(u, u.Square().sum(2), pairsAtATime));

        Assert.All(Panel.Of(z).Zip(sums), pair => Near(pair.First[PanelMetrics.Uniformity]!.Value, Math.Log(1 + (pair.Second / (40 * 39))), 1e-12));
    }

    [Fact]
    public void Uniformity_of_a_sample_in_pieces_is_that_of_its_pairs()
    {
        // 3 trials × 3000² pairs do not fit one piece; every sample twice, in two directions.
        var z = eye(2, dtype: float64).repeat(1500, 1).expand(3, 3000, 2);
        var (same, other) = (1499.0 / 2999, 1500.0 / 2999);
        Assert.All(Panel.Of(z), p => Near(Math.Log(same + (other * Math.Exp(-4))), p[PanelMetrics.Uniformity], 1e-12));
    }

    [Fact]
    public void RankMe_keeps_the_mean_and_its_constant()
    {
        var z = diag(tensor(new[] { 4.0, 2, 1 }));
        var p = new[] { 4.0, 2, 1 }.Select(s => (s / 7) + 1e-7);
        Near(Math.Exp(-p.Sum(x => x * Math.Log(x))), One(z)[PanelMetrics.RankMe], 1e-12);
    }

    [Theory]
    [InlineData(5, 12)]
    [InlineData(40, 41)]
    [InlineData(6, 4200)]
    public void Fewer_samples_than_dimensions_give_what_plain_loops_give(int samples, int dimension)
    {
        var z = TestTrials.Normal($"wide/{samples}/{dimension}", samples, dimension).to(float64);
        z[TensorIndex.Colon, 3] = 0.5; // A dead dimension has no correlations.
        var rows = Rows(z);
        var columns = Enumerable.Range(0, dimension)
            .Select(j => rows.Select(row => row[j]).ToArray())
            .Select(column => column.Select(v => v - column.Average()).ToArray())
            .ToArray();
        var std = columns.Select(Std).ToArray();
        var (squares, magnitudes, allSquares) = (0.0, 0.0, 0.0);
        for (var i = 0; i < dimension; i++)
        {
            for (var j = 0; j < dimension; j++)
            {
                var covariance = 0.0;
                for (var row = 0; row < samples; row++)
                {
                    covariance += columns[i][row] * columns[j][row] / (samples - 1);
                }

                var correlation = i == j || i == 3 || j == 3 ? 0 : covariance / (std[i] * std[j]);
                (squares, magnitudes, allSquares) = (squares + (correlation * correlation), magnitudes + Math.Abs(correlation),
                    allSquares + (covariance * covariance));
            }
        }

        var panel = One(z);
        var pairs = (dimension - 1.0) * (dimension - 2);
        var total = std.Sum(s => s * s);
        Near(Math.Sqrt(squares / pairs), panel[PanelMetrics.OffDiagonalCorrelationRms], 1e-11);
        Near(magnitudes / pairs, panel[PanelMetrics.OffDiagonalCorrelationMeanAbs], 1e-11);
        Near(total * total / allSquares, panel[PanelMetrics.ParticipationRatio], 1e-9);
        Assert.Null(panel[PanelMetrics.ConditionNumber]);
        Assert.Equal(samples, panel.Spectrum.Count);
    }

    private static Panel One(Tensor z) => Panel.Of(z.unsqueeze(0))[0];

    /// <summary>Columns of mean zero, unit variance and no correlation, exactly.</summary>
    private static Tensor Whitened(string name, int samples, int dimension)
    {
        var z = TestTrials.Normal(name, samples, dimension).to(float64);
        return linalg.qr(z - z.mean([0], keepdim: true)).Q.Mul(Math.Sqrt(samples - 1));
    }

    /// <summary>Rows of unit length, orthogonal to each other.</summary>
    private static Tensor Orthonormal(string name, int rows, int columns) =>
        linalg.qr(TestTrials.Normal(name, columns, rows).to(float64)).Q.t();

    private static double[][] Rows(Tensor z) => [.. TestTrials.Doubles(z).Chunk((int)z.shape[1])];

    private static double[] Unit(double[] x)
    {
        var norm = Math.Sqrt(x.Sum(v => v * v));
        return [.. x.Select(v => v / norm)];
    }

    private static double SquareDistance(double[] x, double[] y) => x.Zip(y, (a, b) => (a - b) * (a - b)).Sum();

    private static double Std(double[] x)
    {
        var mean = x.Average();
        return Math.Sqrt(x.Sum(v => (v - mean) * (v - mean)) / (x.Length - 1));
    }

    private static void Near(double expected, double? actual, double tolerance = 1e-7) =>
        Assert.Equal(expected, Assert.NotNull(actual), tolerance);
}
