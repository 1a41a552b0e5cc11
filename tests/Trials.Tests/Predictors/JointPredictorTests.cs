using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Predictors;
using VicRegSweeps.Trials.Stacks;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Predictors;

/// <summary>A head and a predictor that are trained together: alone as in a stack, cut as run through, and collapsed without the two terms.</summary>
public sealed class JointPredictorTests
{
    private const int Batch = 32;
    private const int Frames = 4;    // history 2, rollout 2

    [Fact]
    public void A_trial_gets_in_a_stack_the_bits_that_it_gets_alone()
    {
        Trial[] trials = [Of(0), Of(1), Of(1, ("loss.covariance_weight", 4)), Of(0, ("predictor.learning_rate", 0.002))];
        using var together = new PredictorStack(trials, CPU);
        Steps(together, 0, 5);

        foreach (var trial in trials)
        {
            using var alone = new PredictorStack([trial], CPU);
            Steps(alone, 0, 5);
            Equal(alone, together, trial);
        }
    }

    [Fact]
    public void Saved_and_loaded_or_without_neighbours_that_have_ended_it_goes_on_with_the_same_bits()
    {
        Trial[] trials = [Of(0), Of(1), Of(1, ("loss.variance_weight", 1))];
        using var through = new PredictorStack(trials, CPU);
        var cut = new PredictorStack(trials, CPU);
        Steps(through, 0, 6);
        Steps(cut, 0, 3);
        var path = Path.GetTempFileName();
        using (var stream = File.Create(path)) StackCheckpoint.Write(stream, cut);
        cut.Dispose();
        using var loaded = new PredictorStack(trials, CPU);
        StackCheckpoint.Read(path, loaded);
        File.Delete(path);
        using var rest = loaded.Keep([trials[0], trials[2]]);
        Steps(rest, 3, 6);

        foreach (var trial in rest.Trials) Equal(through, rest, trial);
    }

    [Fact]
    public void Without_variance_and_covariance_the_embedding_collapses_and_with_them_it_does_not()
    {
        (string, ParameterValue)[] quick = [("model.dropout", 0), ("predictor.learning_rate", 0.001)];
        var (bare, whole) = (Of(0, [.. quick, ("loss.variance_weight", 0), ("loss.covariance_weight", 0)]), Of(0, quick));
        using var stack = new PredictorStack([bare, whole], CPU);
        Steps(stack, 0, 1000);

        using var scope = NewDisposeScope();
        var features = Video("held out", 200).view(-1, Vgg16.FeatureCount);
        var (collapsed, healthy) = (Spread(0), Spread(1));
        Assert.True(collapsed < 0.1, $"{collapsed}");
        Assert.True(healthy > 0.4, $"{healthy}");

        // The part of the embeddings' length that differs between samples: what the verdict looks at first.
        double Spread(int piece)
        {
            var z = stack.Embed(piece, features)[0];
            return ((z - z.mean([0], keepdim: true)).Square().sum() / z.Square().sum()).sqrt().item<float>();
        }
    }

    [Fact]
    public void It_is_built_on_no_other_trial_and_has_no_parameter_that_does_nothing()
    {
        var trial = Of(3);
        var frozen = TestTrials.Of(3, Common);

        Assert.Null(trial.Stage);
        Assert.NotNull(frozen.Stage);
        Assert.Equal(trial, Of(3, ("train.epochs", 77), ("train.learning_rate", 0.5), ("model.expander_width", 7), ("model.representation_dim", 9)));
        Assert.Equal(
            "'predictor.joint' is true, but 'model.head' is none, so there is no embedding to train along.",
            TrialCatalogue.Parameters.SharedConflict(Of(3, ("model.head", "none")).Settings));
    }

    [Fact]
    public void Its_terms_are_weighed_as_recorded_settings_say()
    {
        var trial = Of(0, ("loss.convention", "official"), ("loss.covariance_weight", 3));
        using var stack = new PredictorStack([trial], CPU);
        Steps(stack, 0, 1);
        var row = stack.TakeLosses(1)[0];
        var factors = TrialReading.LossFactors(trial.Settings.Catalogue.Parameters
            .Where(p => trial.Settings[p.Name] is not null).ToDictionary(p => p.Name, p => trial.Settings[p.Name]!))!;

        var names = TrialVocabulary.Words.Terms.Select(t => t.Name).ToList();
        Assert.Null(row.Terms[names.IndexOf("invariance")]);
        Assert.Equal(["prediction", "variance", "covariance"], factors.Select(f => f.Term));
        Assert.Equal(row.Terms[0]!.Value, factors.Sum(f => f.Factor * row.Terms[names.IndexOf(f.Term)]!.Value), 1e-4);
    }

    private static IEnumerable<(string Name, ParameterValue Value)> Common =>
    [
        ("data.source", "dots"), ("augment.recipe", "neighbours"), ("video.sequences", 20), ("train.batch_size", Batch), ("predictor.epochs", 2),
        ("predictor.history", 2), ("predictor.rollout", 2), ("predictor.width", 16),
    ];

    internal static Trial Of(long seed, params IEnumerable<(string Name, ParameterValue Value)> settings) =>
        TestTrials.Of(seed, [.. Common, ("predictor.joint", true), .. settings]);

    /// <summary>Steps on moving points, by the number of the step and the seed.</summary>
    private static void Steps(PredictorStack stack, int first, int end)
    {
        for (var step = first; step < end; step++)
        {
            using var scope = NewDisposeScope();
            stack.Step([.. stack.Seeds.Select(seed => Video($"{seed}/{step}", Batch).view(-1, Vgg16.FeatureCount))]);
        }
    }

    /// <summary>Points that move in straight lines, seen through a matrix: frame after frame, [V, B, F].</summary>
    internal static Tensor Video(string name, int count)
    {
        var (start, direction) = (TestTrials.Normal($"{name}/start", 1, count, 8), TestTrials.Normal($"{name}/direction", 1, count, 8));
        var time = TensorArithmetic.Arange(Frames, float32).view(Frames, 1, 1);
        return matmul(start.Add((direction * time).Mul(0.3)), TestTrials.Normal("matrix", 8, Vgg16.FeatureCount)).Div(3);
    }

    private static void Equal(PredictorStack one, PredictorStack other, Trial trial)
    {
        var theirs = other.TensorsOf(trial);
        Assert.Contains("embedding.0.weight", theirs.Keys);
        Assert.All(one.TensorsOf(trial), t => Assert.Equal(TestTrials.Doubles(t.Value), TestTrials.Doubles(theirs[t.Key])));
    }
}
