using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Predictors;
using VicRegSweeps.Trials.Stacks;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Predictors;

/// <summary>A stack trains each of its predictors as TorchSharp's own layers and optimizer would train it alone, and goes on with the same bits.</summary>
public sealed class PredictorStackTests
{
    private const int Batch = 32;

    [Theory]
    [InlineData(true, 3)]
    [InlineData(false, 2)]
    public void Every_predictor_of_a_stack_follows_its_own_plain_training(bool isResidual, int history)
    {
        Trial[] trials =
        [
            Of(2, ("predictor.residual", isResidual), ("predictor.history", history)),
            Of(0, ("predictor.residual", isResidual), ("predictor.history", history), ("predictor.learning_rate", 0.01)),
            Of(2, ("predictor.residual", isResidual), ("predictor.history", history), ("loss.variance_weight", 1)),
        ];
        using var stack = new PredictorStack(trials, CPU, float64);
        var plain = stack.Trials.Select(t => new PlainPredictor(stack, t)).ToArray();

        for (var step = 0; step < 20; step++)
        {
            using var scope = NewDisposeScope();
            var frames = TestTrials.Normal($"frames/{step}", 3, Batch, history + 4, 6).to(float64);
            stack.Step(frames);
            foreach (var ((k, alone), loss) in plain.Index().Zip(stack.TakeLosses(1)))
                Assert.Equal(alone.Step(frames[k]), loss.Terms[0]!.Value, 1e-12);
        }

        var seen = TestTrials.Normal("held out", 3, 5, history, 6).to(float64);
        var predicted = stack.Predict(seen, 12);
        foreach (var (k, alone) in plain.Index()) Assert.InRange(TestTrials.Difference(predicted[k], alone.Predict(seen[k], 12)), 0, 1e-9);
    }

    [Fact]
    public void Saved_and_loaded_or_without_neighbours_that_have_ended_it_goes_on_with_the_same_bits()
    {
        Trial[] trials = [Of(0), Of(1), Of(1, ("predictor.learning_rate", 0.002))];
        using var through = new PredictorStack(trials, CPU);
        var cut = new PredictorStack(trials, CPU);
        Steps(through, 0, 6);
        Steps(cut, 0, 3);
        using var file = new MemoryStream();
        var path = Path.GetTempFileName();
        using (var stream = File.Create(path)) StackCheckpoint.Write(stream, cut);
        cut.Dispose();
        using var loaded = new PredictorStack(trials, CPU);
        StackCheckpoint.Read(path, loaded);
        File.Delete(path);
        using var rest = loaded.Keep([trials[0], trials[2]]);
        Steps(rest, 3, 6, 0, 2);

        Assert.Equal((6, 6), (rest.StepsDone, rest.BatchesInWindow));
        foreach (var trial in rest.Trials)
            Assert.All(rest.TensorsOf(trial), t => Assert.Equal(TestTrials.Doubles(through.TensorsOf(trial)[t.Key]), TestTrials.Doubles(t.Value)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void All_trials_at_once_as_on_a_GPU_get_what_each_gets_by_itself(bool isResidual)
    {
        Trial[] trials = [Of(0, ("predictor.residual", isResidual)), Of(1, ("predictor.residual", isResidual)), Of(1, ("predictor.residual", isResidual), ("predictor.learning_rate", 0.01))];
        using var whole = new PredictorStack(trials, CPU, float64, isWhole: true);
        using var apart = new PredictorStack(trials, CPU, float64);
        Steps(whole, 0, 10);
        Steps(apart, 0, 10);

        Assert.Equal((1, 3), (whole.Pieces, apart.Pieces));
        foreach (var trial in trials)
            Assert.All(whole.TensorsOf(trial), t => Assert.InRange(TestTrials.Difference(t.Value, apart.TensorsOf(trial)[t.Key]), 0, 1e-12));
    }

    [Fact]
    public void The_step_at_which_a_loss_was_first_not_finite_is_kept()
    {
        Trial[] trials = [Of(0), Of(1), Of(2)];
        using var stack = new PredictorStack(trials, CPU);
        Steps(stack, 0, 3);
        using (NewDisposeScope())
        {
            var frames = TestTrials.Normal("frames", 3, Batch, 7, 6);
            frames[1, 0, 0, 0] = float.NaN;
            frames[2, 0, 6, 0] = float.PositiveInfinity;
            stack.Step(frames);
        }

        Assert.Equal([null, 4, 4], stack.Divergences());
        Steps(stack, 4, 6);
        Assert.Equal([null, 4, 4], stack.Divergences());
    }

    [Fact]
    public void A_step_makes_as_many_tensors_whatever_the_width()
    {
        var made = new[] { 1, 4, 16 }.Select(width =>
        {
            using var stack = new PredictorStack([.. Enumerable.Range(0, width).Select(k => Of(0, ("loss.variance_weight", k)))], CPU, float32, isWhole: true);
            using var frames = TestTrials.Normal("frames", width, Batch, 7, 6);
            stack.Step(frames);
            var statistics = TorchSharp.DisposeScopeManager.Statistics.TensorStatistics;
            var before = statistics.CreatedInScopeCount + statistics.CreatedOutsideScopeCount;
            stack.Step(frames);
            return statistics.CreatedInScopeCount + statistics.CreatedOutsideScopeCount - before;
        }).ToList();

        Assert.All(made, count => Assert.Equal(made[0], count));
        Assert.InRange(made[0], 1, 160); // Views among them.
    }

    [Fact]
    public void A_predictor_is_built_on_the_same_settings_without_a_predictor()
    {
        var trial = Of(5, ("predictor.width", 9), ("loss.gamma", 2));

        Assert.Equal(Of(5, ("predictor.epochs", 0), ("loss.gamma", 2)), trial.Stage);
        Assert.Null(trial.Stage!.Stage);
        Assert.Equal(trial.Stage, Of(5, ("predictor.rollout", 2), ("loss.gamma", 2)).Stage);
        Assert.DoesNotContain("predictor.history", trial.Stage.Settings.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void Sequences_that_are_too_short_are_refused()
    {
        var settings = Of(0, ("video.frames", 6), ("predictor.history", 3), ("predictor.rollout", 4)).Settings;

        Assert.Equal(
            "'predictor.history' and 'predictor.rollout' are 3 and 4, but a sequence has 6 frames, and needs as many as both together.",
            TrialCatalogue.Parameters.SharedConflict(settings));
    }

    private static void Steps(PredictorStack stack, int first, int end, params int[] places)
    {
        for (var step = first; step < end; step++)
        {
            using var scope = NewDisposeScope();
            var frames = TestTrials.Normal($"frames/{step}", 3, Batch, 7, 6).to(stack.State["parameters"].dtype);
            stack.Step(places.Length == 0 ? frames : frames.index_select(0, tensor([.. places.Select(p => (long)p)])));
        }
    }

    private static Trial Of(long seed, params IEnumerable<(string Name, ParameterValue Value)> settings) => TestTrials.Of(
        seed,
        [("data.source", "dots"), ("augment.recipe", "neighbours"), ("video.sequences", 20), ("predictor.epochs", 2), ("predictor.width", 16), .. settings]);
}
