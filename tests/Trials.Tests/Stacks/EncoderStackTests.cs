using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Images;
using VicRegSweeps.Trials.Stacks;
using VicRegSweeps.Trials.Tests.Images;
using VicRegSweeps.Trials.Weights;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Stacks;

/// <summary>
/// A trained backbone in a stack becomes what TorchSharp's own layers, and PyTorch, would make of it alone; groups of one convolution are
/// what one trial after the other is; a trial alone, among others and resumed has the same bits on one core.
/// </summary>
public sealed class EncoderStackTests : IDisposable
{
    private const double DoubleTolerance = 1e-6;

    private readonly ScratchFolder scratch = new();
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public static TheoryData<string, string> ArchesAndOptimizers => new(
        ("conv4", "adam"), ("conv4", "sgd"), ("resnet18", "adam"), ("resnet18", "sgd"));

    public void Dispose()
    {
        scope.Dispose();
        scratch.Dispose();
    }

    [Theory]
    [MemberData(nameof(ArchesAndOptimizers))]
    public void Every_trial_of_a_mixed_stack_follows_its_own_plain_training(string arch, string optimizer)
    {
        const int steps = 6;
        var trials = EncoderTrials.Mixed(arch, optimizer).ToArray();
        using var each = new Stack(trials, steps, CPU, float64, cores: 2);
        using var grouped = new Stack(trials, steps, CPU, float64, byTensorOperations: true);
        var plain = each.Trials.Select(t => new PlainTrial(t, steps, float64)).ToArray();
        var batches = Batches(each, steps, float64);

        for (var step = 0; step < steps; step++)
        {
            each.Step(batches[step]);
            grouped.Step(batches[step]);
            var (byEach, byGroups) = (each.TakeLosses(1), grouped.TakeLosses(1));
            foreach (var (k, trial) in plain.Index())
            {
                var alone = trial.Step(batches[step][each.Seeds.ToList().IndexOf(each.Trials[k].Seed)]);
                Assert.Equal(alone, byEach[k].Total!.Value, DoubleTolerance * Math.Abs(alone));
                Assert.Equal(alone, byGroups[k].Total!.Value, DoubleTolerance * Math.Abs(alone));
            }
        }

        var images = EncoderTrials.HeldOut(9).to(float64);
        foreach (var stack in new[] { each, grouped })
        {
            var (embedding, representation) = stack.Evaluate(images);
            foreach (var (k, trial) in plain.Index())
            {
                var (plainEmbedding, plainRepresentation) = trial.Evaluate(images);
                Assert.InRange(TestTrials.Difference(embedding[k], plainEmbedding), 0, DoubleTolerance);
                Assert.InRange(TestTrials.Difference(representation[k], plainRepresentation), 0, DoubleTolerance);
                var tensors = stack.TensorsOf(stack.Trials[k]).Where(t => t.Key.Contains("running", StringComparison.Ordinal)).ToList();
                Assert.Contains(tensors, t => t.Key == "backbone.bn1.running_var");
                Assert.All(tensors, t => Assert.InRange(TestTrials.Difference(t.Value, trial.ValueOf(t.Key)), 0, DoubleTolerance));
            }
        }
    }

    [Theory]
    [InlineData("conv4")]
    [InlineData("resnet18")]
    public void Groups_give_what_one_trial_after_the_other_gives_under_LARS_too(string arch)
    {
        const int steps = 5;
        var trials = EncoderTrials.Mixed(arch, "lars").ToArray();
        using var each = new Stack(trials, steps, CPU, float64, cores: 2);
        using var grouped = new Stack(trials, steps, CPU, float64, byTensorOperations: true);
        foreach (var batch in Batches(each, steps, float64))
        {
            each.Step(batch);
            grouped.Step(batch);
        }

        foreach (var (name, tensor) in grouped.State) Assert.InRange(TestTrials.Difference(each.State[name], tensor), 0, 1e-8);
    }

    [Theory]
    [InlineData("conv4")]
    [InlineData("resnet18")]
    public void On_one_core_a_trial_has_the_same_bits_alone_among_others_and_resumed(string arch)
    {
        const int steps = 8;
        var trials = EncoderTrials.Mixed(arch, "adam").ToArray();
        using var stack = new Stack(trials, steps, CPU, cores: 1);
        Advance(stack, 0, 5);
        TestTrials.Save(stack, scratch["checkpoint"]);
        Advance(stack, 5, steps);
        var together = stack.TakeLosses(1);
        foreach (var (k, trial) in stack.Trials.Index())
        {
            using var alone = new Stack([trial], steps, CPU, cores: 1);
            Advance(alone, 0, steps);
            Assert.Equal(together[k], alone.TakeLosses(1)[0]);
        }

        using var resumed = new Stack([trials[0], trials[3]], steps, CPU, cores: 1);
        resumed.Load(scratch["checkpoint"]);
        Assert.Equal(5, resumed.StepsDone);
        Advance(resumed, 5, steps);

        var places = resumed.Trials.Select(t => stack.Trials.ToList().IndexOf(t)).ToArray();
        Assert.Equal([.. places.Select(k => together[k])], resumed.TakeLosses(1));
        Assert.All(stack.State, s => Assert.Equal(
            TestTrials.Doubles(s.Value.index_select(0, tensor([.. places.Select(k => (long)k)]))), TestTrials.Doubles(resumed.State[s.Key])));
    }

    [Fact]
    public void On_several_cores_training_again_gives_the_same_bits_and_keeping_some_changes_nothing()
    {
        const int steps = 6;
        var trials = EncoderTrials.Mixed("conv4", "adam").ToArray();
        using var first = new Stack(trials, steps, CPU, cores: 2);
        Advance(first, 0, steps);
        var before = new Stack(trials, steps, CPU, cores: 2);
        Advance(before, 0, 3);
        using var rest = before.Keep([trials[0], trials[2]]);
        Advance(rest, 3, steps);

        var expected = first.Trials.Zip(first.TakeLosses(1)).Where(t => rest.Trials.Contains(t.First)).Select(t => t.Second);
        Assert.Equal(expected, rest.TakeLosses(1));
    }

    /// <remarks>libtorch's oneDNN ends the process where two cores prepare the gradient of one convolution at once.</remarks>
    [Fact]
    public void First_steps_of_new_shapes_on_several_cores_end_well()
    {
        for (var width = 4; width < 64; width++)
        {
            using var stack = new Stack(
                [.. Enumerable.Range(0, 2).Select(seed => EncoderTrials.Of("conv4", seed, ("backbone.widths", $"{width}-4-6-{width + 1}")))], 1, CPU, cores: 2);
            Advance(stack, 0, 1);
        }
    }

    [Fact]
    public void A_neighbour_that_diverges_changes_nothing()
    {
        var (good, bad) = (EncoderTrials.Of("conv4", 0), EncoderTrials.Of("conv4", 0, ("train.learning_rate", 1e30)));
        using var alone = new Stack([good], 5, CPU, cores: 1);
        using var beside = new Stack([good, bad], 5, CPU, cores: 1);
        Advance(alone, 0, 5);
        Advance(beside, 0, 5);

        Assert.Equal(alone.TakeLosses(1)[0], beside.TakeLosses(1)[0]);
        Assert.Null(beside.Divergences()[0]);
        Assert.NotNull(beside.Divergences()[1]);
    }

    [Fact]
    public void Steps_leave_no_tensor_behind()
    {
        using var stack = new Stack([.. EncoderTrials.Mixed("resnet18", "lars")], 20, CPU, cores: 1);
        var batches = Batches(stack, 1, float32)[0];
        stack.Step(batches);
        var before = TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var step = 0; step < 10; step++) stack.Step(batches);

        Assert.Equal(before, TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    /// <summary>Twenty steps from the same weights on the same pixels, by the very module that is exported and PyTorch's own optimizer.</summary>
    [Theory]
    [InlineData("conv4", "adam")]
    [InlineData("resnet18", "adam")]
    [InlineData("resnet18", "sgd")]
    [InlineData("conv4", "lars")]
    public void PyTorch_takes_the_same_twenty_steps(string arch, string optimizer)
    {
        PyTorch.SkipUnlessThere();
        const int steps = 20;
        var trial = EncoderTrials.Of(arch, 3,
            ("train.optimizer", optimizer), ("train.learning_rate", optimizer == "lars" ? 0.3 : optimizer == "sgd" ? 1e-3 : 2e-3), ("train.weight_decay", 0.01),
            ("train.lars_eta", 0.02), ("train.lars_clip", true));
        using var stack = new Stack([trial], steps, CPU, float64, cores: 2);
        WeightsFolder.Write(scratch.Path, trial, Artifact(stack, trial));
        var batches = EncoderTrials.Batches(3, steps);
        NpyFile.Write(scratch["pixels.npy"], cat(batches, 0));
        var losses = new List<double>();
        foreach (var batch in batches)
        {
            stack.Step([batch.to(float64)]);
            losses.Add(stack.TakeLosses(1)[0].Total!.Value);
        }

        var (code, output) = PyTorch.Run(Path.Combine(AppContext.BaseDirectory, "Stacks", "encoder.py"), scratch.Path, optimizer);
        Assert.True(code == 0, output);

        var theirs = TestTrials.Doubles(NpyFile.ReadReal(scratch["losses.npy"], 2));
        Assert.Equal(steps, theirs.Length);
        Assert.All(losses.Zip(theirs), pair => Assert.InRange(Math.Abs(pair.First - pair.Second) / pair.Second, 0, 1e-5));
        Assert.NotEqual(losses[0], losses[^1], 1e-3);
        var (embedding, representation) = stack.Evaluate(batches[0].to(float64));
        Assert.InRange(TestTrials.Difference(embedding[0], NpyFile.ReadReal(scratch["embedding.npy"], 2)), 0, 1e-4);
        Assert.InRange(TestTrials.Difference(representation[0], NpyFile.ReadReal(scratch["representation.npy"], 2)), 0, 1e-4);
    }

    [Theory]
    [InlineData("conv4")]
    [InlineData("resnet18")]
    public void PyTorch_loads_a_trained_backbone_under_torchvisions_names_and_gets_the_same_embeddings(string arch)
    {
        PyTorch.SkipUnlessThere();
        var trial = EncoderTrials.Of(arch, 3, ("model.head", "7"), ("train.learning_rate", 0.01));
        using var stack = new Stack([trial], 5, CPU, cores: 1);
        Advance(stack, 0, 5);
        var artifact = Artifact(stack, trial);
        var (train, test) = Shapes.Generate(0, 12, 2);
        test.Dispose();
        using (train)
        using (var pixels = TrialInputs.Backbone(trial.Settings, CPU))
        using (var model = TrainedModel.Read(artifact, trial.Settings))
        {
            var images = train.Images.to(float32).Div(255);
            NpyFile.Write(scratch["images.npy"], images);
            var (embedding, representation) = model.Apply(pixels.Forward(images));
            WeightsFolder.Write(scratch.Path, trial, artifact);
            var (backbone, _) = Safetensors.Read(scratch["backbone.safetensors"]);
            Assert.Contains(arch == "conv4" ? "conv4.weight" : "layer4.1.bn2.running_var", backbone.Keys);

            var (code, output) = PyTorch.Run(Path.Combine(AppContext.BaseDirectory, "Stacks", "encoder.py"), scratch.Path, "apply");
            Assert.True(code == 0, output);

            Assert.InRange(TestTrials.Difference(embedding, NpyFile.ReadReal(scratch["embedding.npy"], 2)), 0, 1e-4);
            Assert.InRange(TestTrials.Difference(representation, NpyFile.ReadReal(scratch["representation.npy"], 2)), 0, 1e-4);
        }
    }

    [Fact]
    public void Training_starts_from_the_weights_of_a_file_where_one_is_given()
    {
        using var drawn = new Stack([EncoderTrials.Of("resnet18", 8)], 5, CPU, cores: 1);
        Advance(drawn, 0, 2);
        var shape = drawn.Network.Encoder!;
        Safetensors.Write(scratch["w.safetensors"], drawn.TensorsOf(drawn.Trials[0]).Where(t => t.Key.StartsWith("backbone.", StringComparison.Ordinal))
            .ToDictionary(t => t.Key["backbone.".Length..], t => t.Value));
        var trial = EncoderTrials.Of("resnet18", 1, ("backbone.weights", scratch["w.safetensors"]));
        using var from = new Stack([trial], 5, CPU, cores: 1);

        Assert.Null(TrialCatalogue.Parameters.SharedConflict(trial.Settings));
        Assert.Contains("but ResNet-18 for small images has", new ConvNetEncoder(ConvNetShape.SmallResNet18(1)).File.Complaint(scratch["w.safetensors"])!,
            StringComparison.Ordinal);
        foreach (var name in shape.Convolutions().SelectMany(c => c.Tensors()).Select(t => $"backbone.{t.Name}"))
            Assert.Equal(TestTrials.Doubles(drawn.TensorsOf(drawn.Trials[0])[name]), TestTrials.Doubles(from.TensorsOf(trial)[name]));
    }

    [Fact]
    public void Before_training_a_backbone_gives_what_a_frozen_one_of_its_seed_gives()
    {
        var trained = EncoderTrials.Of("conv4", 0, ("backbone.seed", 5));
        var frozen = TestTrials.Of(0, ("backbone.arch", "conv4"), ("backbone.widths", "3-4-6-5"), ("backbone.seed", 5), ("backbone.precision", "float32"));
        var (train, test) = Shapes.Generate(0, 6, 2);
        test.Dispose();
        using (train)
        using (var pixels = TrialInputs.Backbone(trained.Settings, CPU))
        using (var backbone = TrialInputs.Backbone(frozen.Settings, CPU))
        {
            var images = train.Images.to(float32).Div(255);
            var features = backbone.Forward(images);

            Assert.Equal((5L, 3072), (features.shape[1], pixels.Features));
            Assert.InRange(TestTrials.Difference(TrialInputs.Untrained(trained.Settings, pixels.Forward(images)), features), 0, 1e-5);
        }
    }

    private string Artifact(Stack stack, Trial trial)
    {
        using var file = File.Create(scratch["artifact"]);
        TrainedModel.Write(file, stack, trial, null);
        return scratch["artifact"];
    }

    private static void Advance(Stack stack, int from, int to)
    {
        var batches = Batches(stack, to, float32);
        for (var step = from; step < to; step++) stack.Step(batches[step]);
    }

    /// <summary>[steps][seeds of the stack].</summary>
    private static Tensor[][] Batches(Stack stack, int steps, ScalarType type)
    {
        var perSeed = stack.Seeds.Select(seed => EncoderTrials.Batches(seed, steps)).ToArray();
        return [.. Enumerable.Range(0, steps).Select(step => perSeed.Select(batches => batches[step].to(type)).ToArray())];
    }
}
