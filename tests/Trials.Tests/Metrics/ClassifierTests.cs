using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Metrics;
using VicRegSweeps.Trials.Randomness;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Metrics;

/// <summary>kNN and the ridge probe against brute force.</summary>
public sealed class ClassifierTests
{
    private const int Classes = 4;

    private static readonly Tensor ReferenceLabels = TensorArithmetic.Arange(60).Remainder(Classes);
    private static readonly Tensor QueryLabels = TensorArithmetic.Arange(24).Remainder(Classes);
    private static readonly Tensor Reference = Blobs("reference", ReferenceLabels);
    private static readonly Tensor Queries = Blobs("queries", QueryLabels);

    [Theory]
    [InlineData(1, 0.07)]
    [InlineData(7, 0.07)]
    [InlineData(7, 1)]
    [InlineData(1000, 0.5)]
    public void Neighbours_vote_as_plain_loops_let_them(int k, double temperature)
    {
        var accuracy = NearestNeighbours.Top1(Reference, ReferenceLabels, Queries, QueryLabels, k, temperature);
        for (var trial = 0; trial < 2; trial++)
        {
            var (reference, queries) = (Rows(Reference[trial]), Rows(Queries[trial]));
            var right = queries.Index().Count(q => Vote(q.Item) == q.Index % Classes);
            Assert.Equal(right / (double)queries.Length, accuracy[trial], 1e-9);

            int Vote(double[] query)
            {
                var votes = new double[Classes];
                foreach (var (cosine, label) in reference.Select((r, i) => (Cosine(query, r), i % Classes)).OrderByDescending(p => p.Item1).Take(k))
                {
                    votes[label] += Math.Exp(cosine / temperature);
                }

                return votes.Index().MaxBy(v => v.Item).Index;
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void Leaving_one_out_is_asking_the_others(int k)
    {
        var accuracy = NearestNeighbours.LeaveOneOutTop1(Reference, ReferenceLabels, k, 0.07);
        for (var trial = 0; trial < 2; trial++)
        {
            var right = 0.0;
            for (var i = 0; i < 60; i++)
            {
                var others = TensorArithmetic.Arange(60).Ne(i).nonzero().flatten();
                right += NearestNeighbours.Top1(
                    Reference.narrow(0, trial, 1).index_select(1, others),
                    ReferenceLabels.index_select(0, others),
                    Reference.narrow(0, trial, 1).narrow(1, i, 1),
                    ReferenceLabels.narrow(0, i, 1),
                    k,
                    0.07)[0];
            }

            Assert.Equal(right / 60, accuracy[trial], 1e-9);
        }
    }

    [Fact]
    public void Every_row_of_a_sample_in_pieces_leaves_out_itself_and_nobody_else()
    {
        // 3000² similarities do not fit one piece. Each row's twin, far behind it, is of another class.
        var z = TestTrials.Normal("twins", 1, 1500, 8).repeat(1, 2, 1);
        var labels = cat([zeros(1500, int64), ones(1500, int64)]);
        Assert.Equal(0, NearestNeighbours.LeaveOneOutTop1(z, labels, 1, 0.07)[0]);
        Assert.Equal(1, NearestNeighbours.LeaveOneOutTop1(z, zeros(3000, int64), 1, 0.07)[0]);
    }

    [Fact]
    public void Votes_do_not_overflow_however_low_the_temperature()
    {
        var accuracy = NearestNeighbours.Top1(Reference, ReferenceLabels, Queries, QueryLabels, 60, 0.001);
        Assert.Equal(NearestNeighbours.Top1(Reference, ReferenceLabels, Queries, QueryLabels, 1, 0.001)[0], accuracy[0]);
    }

    [Fact]
    public void A_cross_validated_probe_never_sees_what_it_is_asked()
    {
        // Any labels can be learnt by heart in 200 dimensions; of others they say nothing.
        var noise = TestTrials.Normal("noise", 1, 60, 200);
        Assert.Equal(1, RidgeProbe.Top1(noise, ReferenceLabels, noise, ReferenceLabels)[0]);
        Assert.InRange(RidgeProbe.CrossValidatedTop1(noise, ReferenceLabels)[0], 0, 0.5);
        Assert.InRange(RidgeProbe.CrossValidatedTop1(Reference, ReferenceLabels)[0], 0.9, 1);
    }

    [Fact]
    public void A_cross_validated_probe_of_a_collapsed_sample_is_at_chance() =>
        Assert.Equal(1.0 / Classes, RidgeProbe.CrossValidatedTop1(ones(1, 60, 3), ReferenceLabels)[0], 1e-12);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void Few_rows_are_enough_to_cross_validate(int rows) =>
        Assert.InRange(RidgeProbe.CrossValidatedTop1(TestTrials.Normal("few", 1, rows, 3), TensorArithmetic.Arange(rows))[0], 0, 0);

    [Fact]
    public void The_probe_does_not_depend_on_scale_or_offset()
    {
        var accuracy = RidgeProbe.Top1(Reference, ReferenceLabels, Queries, QueryLabels);
        Assert.Equal(accuracy, RidgeProbe.Top1(Reference.Mul(1e-4).Add(7), ReferenceLabels, Queries.Mul(1e-4).Add(7), QueryLabels));
        Assert.All(accuracy, a => Assert.InRange(a, 0.5, 1));
    }

    [Fact]
    public void The_probe_solves_the_ridge_regression_that_it_says()
    {
        // Gradient descent on the same objective, from scratch, must end at the same classes.
        var x = Reference[0].to(float64);
        var mean = x.mean([0], keepdim: true);
        x = x - mean;
        var y = nn.functional.one_hot(ReferenceLabels, Classes).to(float64);
        var yMean = y.mean([0], keepdim: true);
        var ridge = RidgeProbe.RelativeRidge * x.var(0, unbiased: false).mean().item<double>();
        var w = zeros(x.shape[1], Classes, dtype: float64);
        for (var step = 0; step < 20_000; step++)
        {
            using var scope = NewDisposeScope();
            var gradient = matmul(x.t(), matmul(x, w) - (y - yMean)).Div(x.shape[0]).Add(w.Mul(ridge));
            w.sub_(gradient.Mul(0.2));
        }

        var predicted = matmul(Queries[0].to(float64) - mean, w).Add(yMean).argmax(1);
        var expected = predicted.eq(QueryLabels).to(float64).mean().item<double>();
        Assert.Equal(expected, RidgeProbe.Top1(Reference, ReferenceLabels, Queries, QueryLabels)[0], 1e-12);
    }

    [Theory]
    [InlineData(12, 40)]
    [InlineData(40, 12)]
    public void Solving_by_samples_and_by_dimensions_predicts_the_same(int samples, int dimension)
    {
        var (reference, queries) = (TestTrials.Normal("solved", 2, samples, dimension), TestTrials.Normal("asked", 2, 9, dimension));
        var targets = nn.functional.one_hot(TensorArithmetic.Arange(samples).Remainder(Classes), Classes).to(float64);
        double[] ridges = [1e-3, 1, 1e-6];
        var (byDimensions, bySamples) = (RidgeProbe.Scores(reference, targets, queries, ridges, false), RidgeProbe.Scores(reference, targets, queries, ridges, true));
        Assert.All(byDimensions.Zip(bySamples), pair => Assert.InRange(TestTrials.Difference(pair.First, pair.Second), 0, 1e-9));
        Assert.True(TestTrials.Difference(byDimensions[0], byDimensions[1]) > 1e-3);
    }

    [Fact]
    public void Several_votes_and_several_ridges_at_once_are_each_as_alone_to_the_last_bit()
    {
        (int Neighbours, double Temperature)[] votes = [(7, 0.07), (1, 0.5), (1000, 0.07), (7, 2)];
        double[] ridges = [1e-3, 10, 1e-6];

        Assert.Equal(
            votes.Select(v => NearestNeighbours.Top1(Reference, ReferenceLabels, Queries, QueryLabels, v.Neighbours, v.Temperature)),
            NearestNeighbours.Top1(Reference, ReferenceLabels, Queries, QueryLabels, votes));
        var probes = RidgeProbe.Top1(Reference, ReferenceLabels, Queries, QueryLabels, ridges);
        Assert.Equal(ridges.Select(r => RidgeProbe.Top1(Reference, ReferenceLabels, Queries, QueryLabels, [r])[0]), probes);
        Assert.Equal(RidgeProbe.Top1(Reference, ReferenceLabels, Queries, QueryLabels), probes[0]);
    }

    [Fact]
    public void Constant_samples_of_more_dimensions_leave_the_most_frequent_class()
    {
        var labels = tensor(new long[] { 2, 2, 2, 1 });
        Assert.Equal(0.75, RidgeProbe.Top1(ones(1, 4, 30), labels, ones(1, 4, 30), labels)[0]);
    }

    [Fact]
    public void Votes_of_one_neighbour_after_the_other_are_those_of_all_at_once_bit_by_bit()
    {
        using var scope = NewDisposeScope();
        var weights = CounterRandom.Uniform(3, [200, 20], CPU);
        var labels = CounterRandom.Uniform(4, [200, 20], CPU).Mul(10).to(int64);

        var (atOnce, inTurn) = (NearestNeighbours.VotesOf(labels, weights, 10, atOnce: true), NearestNeighbours.VotesOf(labels, weights, 10, atOnce: false));

        Assert.True(atOnce.Equals(inTurn));
        Assert.Equal(weights.sum().item<float>(), inTurn.sum().item<float>(), 0.01f);
    }

    [Fact]
    public void Constant_samples_leave_the_most_frequent_class()
    {
        var labels = tensor(new long[] { 2, 2, 2, 1 });
        var accuracy = RidgeProbe.Top1(ones(1, 4, 3), labels, ones(1, 4, 3), labels);
        Assert.Equal(0.75, accuracy[0]);
    }

    /// <returns>[2, n, 5]: one trial with classes well apart, one with much noise.</returns>
    private static Tensor Blobs(string name, Tensor labels)
    {
        var centres = TestTrials.Normal("centres", Classes, 5).index_select(0, labels);
        var noise = TestTrials.Normal(name, labels.shape[0], 5);
        return stack([centres.Add(noise.Mul(0.2)), centres.Add(noise)]);
    }

    private static double[][] Rows(Tensor z) => [.. TestTrials.Doubles(z).Chunk((int)z.shape[1])];

    private static double Cosine(double[] x, double[] y) =>
        x.Zip(y, (a, b) => a * b).Sum() / Math.Sqrt(x.Sum(a => a * a) * y.Sum(b => b * b));
}
