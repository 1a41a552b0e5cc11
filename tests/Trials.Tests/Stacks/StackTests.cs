using TorchSharp;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Stacks;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Stacks;

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

    /// <summary>Those that TorchSharp has too.</summary>
    public static TheoryData<string> Optimizers => new("adam", "sgd");

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Every_trial_of_a_mixed_stack_follows_its_own_plain_training(string optimizer)
    {
        const int steps = 100;
        var trials = TestTrials.Mixed(optimizer).ToArray();
        using var processor = new Stack(trials, steps, CPU, float64, cores: 2);
        using var tensors = new Stack(trials, steps, CPU, float64, byTensorOperations: true);
        var plain = processor.Trials.Select(t => new PlainTrial(t, steps, float64)).ToArray();
        var batches = Batches(processor, steps, float64);

        for (var step = 0; step < steps; step++)
        {
            processor.Step(batches[step]);
            tensors.Step(batches[step]);
            var (byProcessor, byTensors) = (processor.TakeLosses(1), tensors.TakeLosses(1));
            foreach (var (k, trial) in plain.Index())
            {
                var alone = trial.Step(batches[step][processor.Seeds.ToList().IndexOf(processor.Trials[k].Seed)]);
                Assert.Equal(alone, byProcessor[k].Total!.Value, DoubleTolerance * Math.Abs(alone));
                Assert.Equal(alone, byTensors[k].Total!.Value, DoubleTolerance * Math.Abs(alone));
            }
        }

        var features = TestTrials.Normal("held out", 40, Vgg16.FeatureCount).to(float64);
        foreach (var stack in new[] { processor, tensors })
        {
            var (embedding, representation) = stack.Evaluate(features);
            foreach (var (k, trial) in plain.Index())
            {
                var (plainEmbedding, plainRepresentation) = trial.Evaluate(features);
                Assert.InRange(TestTrials.Difference(embedding[k], plainEmbedding), 0, DoubleTolerance);
                Assert.InRange(TestTrials.Difference(representation[k], plainRepresentation), 0, DoubleTolerance);
            }
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(37)]
    public void By_tensor_operations_a_trial_among_neighbours_equals_the_trial_alone(int width)
    {
        const int steps = 10;
        var subject = TestTrials.Of(3, ("loss.variance_weight", 9));
        using var alone = ByTensorOperations([subject], steps);
        using var among = ByTensorOperations([subject, .. Enumerable.Range(1, width - 1).Select(i => TestTrials.Of(i % 5, ("loss.variance_weight", i)))],
            steps);
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

    [Theory]
    [InlineData("adam")]
    [InlineData("sgd")]
    [InlineData("lars")]
    public void The_processors_step_is_that_of_tensor_operations(string optimizer)
    {
        const int steps = 25;
        var trials = TestTrials.Mixed(optimizer).ToArray();
        using var processor = new Stack(trials, steps, CPU, float64, cores: 2, byTensorOperations: false);
        using var tensors = new Stack(trials, steps, CPU, float64, cores: 2, byTensorOperations: true);
        foreach (var batch in Batches(processor, steps, float64))
        {
            processor.Step(batch);
            tensors.Step(batch);
        }

        foreach (var (name, tensor) in tensors.State)
        {
            Assert.InRange(TestTrials.Difference(processor.State[name], tensor), 0, 1e-9);
        }
    }

    [Fact]
    public void The_processors_step_has_LARS_as_tensor_operations_have_it_with_a_share_and_clipping_of_each_trials_own()
    {
        const int steps = 25;
        Trial[] trials =
        [
            Lars(("train.lars_eta", 0.02)), Lars(("train.lars_clip", true)), Lars(("train.lars_eta", 5), ("train.lars_clip", true)), Lars(),
        ];
        using var processor = new Stack(trials, steps, CPU, float64, cores: 2, byTensorOperations: false);
        using var tensors = new Stack(trials, steps, CPU, float64, cores: 2, byTensorOperations: true);
        foreach (var batch in Batches(processor, steps, float64))
        {
            processor.Step(batch);
            tensors.Step(batch);
        }

        foreach (var (name, tensor) in tensors.State) Assert.InRange(TestTrials.Difference(processor.State[name], tensor), 0, 1e-9);
        var rows = TestTrials.Doubles(tensors.State["parameters"]).Chunk((int)tensors.State["parameters"].shape[1]).ToList();
        Assert.Equal(4, rows.Select(row => row[0]).Distinct().Count()); // each setting does something

        static Trial Lars(params (string, ParameterValue)[] settings) =>
            TestTrials.Of(0, [("train.optimizer", "lars"), ("train.learning_rate", 1e-2), ("train.weight_decay", 0.01), .. settings]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_neighbour_that_diverges_changes_nothing_and_says_where_it_did(bool byTensorOperations)
    {
        var (good, bad) = (TestTrials.Of(0), TestTrials.Of(0, ("train.learning_rate", 1e30)));
        using var alone = new Stack([good, TestTrials.Of(0, ("loss.gamma", 2))], 20, CPU, float32, cores: 2, byTensorOperations);
        using var beside = new Stack([good, bad], 20, CPU, float32, cores: 2, byTensorOperations);
        foreach (var batch in TestTrials.Batches(0, 20))
        {
            alone.Step([batch]);
            beside.Step([batch]);
        }

        var (expected, actual) = (alone.TakeLosses(1), beside.TakeLosses(1));
        Assert.Equal(expected[0], actual[0]);
        Assert.Null(actual[1].Total);
        Assert.Null(beside.Divergences()[0]);
        Assert.Equal(new Divergence(2, "invariance"), beside.Divergences()[1]); // the first step is one of 1e30
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_only_adds_a_constant_before_a_BatchNorm_or_the_loss_never_moves(bool byTensorOperations)
    {
        var trial = TestTrials.Of(1);
        using var stack = new Stack([trial], 30, CPU, float32, cores: 1, byTensorOperations);
        var layout = new StackLayout(StackSettings.From(trial.Settings).Network);
        var constants = layout.Parameters.Where(layout.HasNoGradient).ToList();
        var before = stack.State["parameters"].clone();
        foreach (var batch in TestTrials.Batches(1, 30))
        {
            stack.Step([batch]);
        }

        Assert.Contains(constants, s => s.Name == "expander.6.bias");
        Assert.All(constants, s => Assert.True(s.Of(stack.State["parameters"]).Equals(s.Of(before))));
    }

    [Fact]
    public void A_thousand_steps_leave_no_tensor_behind()
    {
        using var stack = new Stack([.. TestTrials.Mixed("adam")], 1000, CPU);
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
            new Stack([.. TestTrials.Mixed(optimizer)], 10, CPU).Dispose();
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    /// <summary>[steps][seeds of the stack].</summary>
    private static Tensor[][] Batches(Stack stack, int steps, ScalarType type = ScalarType.Float32)
    {
        var perSeed = stack.Seeds.Select(seed => TestTrials.Batches(seed, steps)).ToArray();
        return [.. Enumerable.Range(0, steps).Select(step => perSeed.Select(batches => batches[step].to(type)).ToArray())];
    }

    private static Stack ByTensorOperations(IReadOnlyList<Trial> trials, int steps) =>
        new(trials, steps, CPU, float32, cores: 1, byTensorOperations: true);
}
