using TorchSharp;
using VicRegSweeps.SweepEngine;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests;

/// <summary>
/// A stack trains each of its trials as TorchSharp's own layers and optimizers would train it alone, whatever its
/// neighbours do; it can be interrupted; it leaks nothing.
/// </summary>
public sealed class StackTests
{
    // In double precision nothing but the order of additions differs; training amplifies that, from 1e-16 to 1e-8 over
    // these steps. In float32 it starts at 1e-7, so only the first steps can be compared tightly.
    private const double DoubleTolerance = 1e-6;
    private const double FloatTolerance = 1e-5;

    public static TheoryData<string> Optimizers => new("adam", "sgd");

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Every_trial_of_a_mixed_stack_follows_its_own_plain_training(string optimizer)
    {
        const int steps = 200;
        var trials = Mixed(optimizer).ToArray();
        using var stack = new Stack(trials, steps, CPU, float64);
        var plain = stack.Trials.Select(t => new PlainTrial(t, float64)).ToArray();
        var batches = Batches(stack, steps, float64);

        for (var step = 0; step < steps; step++)
        {
            stack.Step(batches[step]);
            var stacked = stack.TakeLosses(1);
            foreach (var (k, trial) in plain.Index())
            {
                var alone = trial.Step(batches[step][stack.Seeds.ToList().IndexOf(stack.Trials[k].Seed)]);
                Assert.Equal(alone, stacked[k].Total!.Value, DoubleTolerance * Math.Abs(alone));
            }
        }

        var features = TestTrials.Normal("held out", 40, StackLayout.Features).to(float64);
        foreach (var (k, trial) in plain.Index())
        {
            var (embedding, representation) = stack.Evaluate(features, k, 1);
            var (plainEmbedding, plainRepresentation) = trial.Evaluate(features);
            Assert.InRange(TestTrials.Difference(embedding[0], plainEmbedding), 0, DoubleTolerance);

            // The last bias has no gradient but rounding, which Adam scales up to whole steps: it only shifts the cloud.
            Assert.InRange(TestTrials.Difference(Centred(representation[0]), Centred(plainRepresentation)), 0, DoubleTolerance);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(37)]
    public void A_trial_among_neighbours_equals_the_trial_alone(int width)
    {
        const int steps = 10;
        var subject = TestTrials.Of(3, ("loss.variance_weight", 9));
        using var alone = new Stack([subject], steps, CPU);
        using var among = new Stack([subject, .. Enumerable.Range(1, width - 1).Select(i => TestTrials.Of(i % 5, ("loss.variance_weight", i)))], steps, CPU);
        var place = among.Trials.ToList().IndexOf(subject);
        var (batchesAlone, batchesAmong) = (Batches(alone, steps), Batches(among, steps));

        for (var step = 0; step < steps; step++)
        {
            alone.Step(batchesAlone[step]);
            among.Step(batchesAmong[step]);
            var (a, b) = (alone.TakeLosses(1)[0].Total!.Value, among.TakeLosses(1)[place].Total!.Value);
            Assert.Equal(a, b, FloatTolerance * a);
        }
    }

    [Fact]
    public void A_neighbour_that_diverges_changes_nothing()
    {
        var (good, bad) = (TestTrials.Of(0), TestTrials.Of(0, ("train.learning_rate", 1e30)));
        using var alone = new Stack([good, TestTrials.Of(0, ("loss.gamma", 2))], 20, CPU);
        using var beside = new Stack([good, bad], 20, CPU);
        foreach (var batch in TestTrials.Batches(0, 20))
        {
            alone.Step([batch]);
            beside.Step([batch]);
        }

        var (expected, actual) = (alone.TakeLosses(1), beside.TakeLosses(1));
        Assert.Equal(expected[0], actual[0]);
        Assert.Null(actual[1].Total);
    }

    [Fact]
    public void The_last_bias_gets_exactly_no_gradient_and_never_moves()
    {
        // With SGD, because Adam divides by the gradient's own size and would make a step of mere rounding.
        var trial = TestTrials.Of(1, ("train.optimizer", "sgd"));
        var layout = new StackLayout(StackSettings.From(trial.Settings));
        var bias = layout.Parameters.Single(s => s.Name == "expander.6.bias");
        var before = StackNetwork.Initialise(layout, [1], CPU).Parameters;

        using var stack = new Stack([trial], 30, CPU);
        foreach (var batch in TestTrials.Batches(1, 30))
        {
            stack.Step([batch]);
        }

        var path = Path.GetTempFileName();
        stack.Save(path);
        var after = Safetensors.Read(path).Tensors["parameters"];
        Assert.InRange((bias.Of(after) - bias.Of(before)).abs().max().item<float>(), 0, 1e-6);
        File.Delete(path);
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Going_on_from_a_checkpoint_gives_the_same_bits(string optimizer)
    {
        const int steps = 24;
        var trials = Mixed(optimizer).ToArray();
        var path = Path.GetTempFileName();

        using var through = new Stack(trials, steps, CPU);
        Advance(through, 0, steps);

        using (var interrupted = new Stack(trials, steps, CPU))
        {
            Advance(interrupted, 0, 11);
            interrupted.Save(path);
        }

        using var resumed = new Stack(trials, steps, CPU);
        resumed.Load(path);
        Assert.Equal(11, resumed.StepsDone);
        Advance(resumed, 11, steps);

        Assert.Equal(through.TakeLosses(1), resumed.TakeLosses(1));
        var features = TestTrials.Normal("held out", 40, StackLayout.Features);
        var (a, b) = (through.Evaluate(features, 0, trials.Length), resumed.Evaluate(features, 0, trials.Length));
        Assert.Equal(TestTrials.Doubles(a.Representation), TestTrials.Doubles(b.Representation));
        File.Delete(path);
    }

    [Fact]
    public void Going_on_without_the_trials_that_have_ended_changes_nothing_for_the_rest()
    {
        const int steps = 16;
        var trials = Mixed("adam").ToArray();
        var path = Path.GetTempFileName();
        using var through = new Stack(trials, steps, CPU);
        Advance(through, 0, 7);
        through.Save(path);
        Advance(through, 7, steps);

        using var rest = new Stack([trials[1], trials[2], trials[4]], steps, CPU);
        rest.Load(path);
        Advance(rest, 7, steps);

        var expected = through.Trials.Zip(through.TakeLosses(1)).Where(t => rest.Trials.Contains(t.First)).Select(t => t.Second);
        Assert.Equal(expected, rest.TakeLosses(1));
        File.Delete(path);
    }

    [Fact]
    public void A_checkpoint_of_other_trials_is_refused()
    {
        var path = Path.GetTempFileName();
        using var stack = new Stack([TestTrials.Of(0)], 10, CPU);
        stack.Save(path);
        using var other = new Stack([TestTrials.Of(1)], 10, CPU);
        Assert.Contains("other trials", Assert.Throws<SweepException>(() => other.Load(path)).Message, StringComparison.Ordinal);
        File.Delete(path);
    }

    [Fact]
    public void A_thousand_steps_leave_no_tensor_behind()
    {
        using var stack = new Stack([.. Mixed("adam")], 1000, CPU);
        var batches = Batches(stack, 1)[0];
        stack.Step(batches);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var step = 0; step < 1000; step++)
        {
            stack.Step(batches);
        }

        stack.TakeLosses(1);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Creating_and_disposing_a_stack_leaves_no_tensor_behind()
    {
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        foreach (var optimizer in new[] { "adam", "sgd", "lars" })
        {
            new Stack([.. Mixed(optimizer)], 10, CPU).Dispose();
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static void Advance(Stack stack, int from, int to)
    {
        foreach (var batch in Batches(stack, to)[from..])
        {
            stack.Step(batch);
        }
    }

    /// <summary>[steps][seeds of the stack].</summary>
    private static Tensor[][] Batches(Stack stack, int steps, ScalarType type = ScalarType.Float32)
    {
        var perSeed = stack.Seeds.Select(seed => TestTrials.Batches(seed, steps)).ToArray();
        return [.. Enumerable.Range(0, steps).Select(step => perSeed.Select(batches => batches[step].to(type)).ToArray())];
    }

    private static Tensor Centred(Tensor z) => z - z.mean([0], keepdim: true);

    /// <summary>Different seeds, weights, epsilons, learning rates and weight decays, not sorted by seed.</summary>
    private static IEnumerable<Trial> Mixed(string optimizer)
    {
        var rate = optimizer == "sgd" ? 1e-4 : 1e-3;
        (string, ParameterValue)[] common = [("train.optimizer", optimizer), ("train.learning_rate", rate)];
        yield return TestTrials.Of(4, [.. common]);
        yield return TestTrials.Of(2, [.. common, ("loss.variance_weight", 1), ("loss.invariance_weight", 1)]);
        yield return TestTrials.Of(4, [.. common, ("loss.epsilon", 0.01), ("loss.covariance_weight", 4)]);
        yield return TestTrials.Of(0, [.. common, ("train.weight_decay", 0.05)]);
        yield return TestTrials.Of(2, [.. common, ("train.learning_rate", rate / 2), ("loss.gamma", 0.5)]);
    }
}
