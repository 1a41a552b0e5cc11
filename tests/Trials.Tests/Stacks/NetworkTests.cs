using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Costs;
using VicRegSweeps.Trials.Stacks;
using VicRegSweeps.Trials.Tests.Gpu;
using VicRegSweeps.Trials.Tests.Stacks.Gpu;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Stacks;

/// <summary>A network of any widths has PyTorch's names, and is trained as its layers would be alone, by every step that there is.</summary>
public sealed class NetworkTests
{
    public static TheoryData<string, string> Shapes => new()
    {
        { "none", "24" },
        { "none", "40-24" },
        { "48", "none" },
        { "48", "24" },
        { "40-24", "none" },
        { "48-40-24", "40-32-24" },
    };

    [Fact]
    public void The_default_is_the_articles()
    {
        var network = StackSettings.From(TrialSettings.From(TrialCatalogue.Parameters)).Network;

        Assert.Equal(
            [
                new LinearLayer("embedding.0", 512, 128), new ReluLayer("embedding.1"), new DropoutLayer("embedding.2"),
                new LinearLayer("embedding.3", 128, 32), new ReluLayer("embedding.4"), new BatchNormLayer("embedding.5", 32),
                new LinearLayer("embedding.6", 32, 50),
            ],
            network.Head);
        Assert.Equal(
            [
                new LinearLayer("expander.0", 50, 80), new BatchNormLayer("expander.1", 80), new ReluLayer("expander.2"),
                new LinearLayer("expander.3", 80, 80), new BatchNormLayer("expander.4", 80), new ReluLayer("expander.5"),
                new LinearLayer("expander.6", 80, 100),
            ],
            network.Expander);
    }

    [Fact]
    public void The_width_of_the_expander_and_its_widths_say_the_same()
    {
        var (byWidth, byWidths) = (Settings(("model.expander_width", 60)), Settings(("model.expander", "60-60")));

        Assert.Equal(StackSettings.From(byWidth).Network.Layers, StackSettings.From(byWidths).Network.Layers);
        Assert.Null(byWidths["model.expander_width"]);
    }

    [Fact]
    public void Without_head_the_embedding_is_the_features_and_without_expander_the_representation_is_the_embedding()
    {
        var (noHead, noExpander) = (Settings(("model.head", "none")), Settings(("model.expander", "none")));

        Assert.Equal((512, 100), Dimensions(noHead));
        Assert.Equal((50, 50), Dimensions(noExpander));
        Assert.All(["model.embedding_dim", "model.dropout"], name => Assert.Null(noHead[name]));
        Assert.All(["model.representation_dim", "model.expander_width"], name => Assert.Null(noExpander[name]));
        Assert.Contains("nothing to train", TrialCatalogue.Parameters.Conflict(Settings(("model.head", "none"), ("model.expander", "none"))),
            StringComparison.Ordinal);

        static (int, int) Dimensions(TrialSettings s) => (StackSettings.From(s).Network.EmbeddingDim, StackSettings.From(s).Network.RepresentationDim);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_step_trains_it_as_its_layers_alone(string head, string expander)
    {
        const int steps = 12;
        Trial[] trials =
        [
            .. new[] { (Seed: 0L, Covariance: 1.0), (0, 4), (1, 1) }.Select(t => TestTrials.Of(
                t.Seed, ("model.head", head), ("model.expander", expander), ("loss.covariance_weight", t.Covariance))),
        ];
        using var processor = new Stack(trials, steps, CPU, float64, cores: 2);
        using var tensors = new Stack(trials, steps, CPU, float64, byTensorOperations: true);
        using var single = new Stack(trials, steps, CPU, ScalarType.Float32, cores: 2);
        using var kernels = EmulatedLauncher.IsPossible
            ? new Stack(trials, steps, CPU, ScalarType.Float32, 1, byTensorOperations: false, _ => new EmulatedKernels())
            : new Stack(trials, steps, CPU);
        var plain = processor.Trials.Select(t => new PlainTrial(t, steps, float64)).ToArray();
        for (var step = 0; step < steps; step++)
        {
            Tensor[] batches = [.. processor.Seeds.Select(seed => TestTrials.Batches(seed, steps)[step])];
            Tensor[] exact = [.. batches.Select(batch => batch.to(float64))];
            processor.Step(exact);
            tensors.Step(exact);
            single.Step(batches);
            kernels.Step(batches);
            var (byProcessor, byTensors) = (processor.TakeLosses(1), tensors.TakeLosses(1));
            var (bySingle, byKernels) = (single.TakeLosses(1), kernels.TakeLosses(1));
            foreach (var (k, trial) in plain.Index())
            {
                var alone = trial.Step(exact[processor.Seeds.ToList().IndexOf(processor.Trials[k].Seed)]);
                Assert.Equal(alone, byProcessor[k].Total!.Value, 1e-9 * alone);
                Assert.Equal(alone, byTensors[k].Total!.Value, 1e-9 * alone);
                if (step >= 5) continue; // Rounding grows.

                // Adam's first steps are the signs of gradients: one that is nothing but rounding moves a weight by a whole step.
                Assert.Equal(alone, bySingle[k].Total!.Value, 1e-3 * alone);
                Assert.Equal(alone, byKernels[k].Total!.Value, 1e-3 * alone);
            }
        }

        var features = TestTrials.Normal("held out", 40, Vgg16.FeatureCount).to(float64);
        foreach (var stack in new[] { processor, tensors })
        {
            var (embedding, representation) = stack.Evaluate(features);
            foreach (var (k, trial) in plain.Index())
            {
                var (plainEmbedding, plainRepresentation) = trial.Evaluate(features);
                Assert.InRange(TestTrials.Difference(embedding[k], plainEmbedding), 0, 1e-9);
                Assert.InRange(TestTrials.Difference(representation[k], plainRepresentation), 0, 1e-9);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Its_cost_is_counted_from_its_layers(string head, string expander)
    {
        var settings = Settings(("model.head", head), ("model.expander", expander));
        var network = StackSettings.From(settings).Network;
        var products = network.Layers.OfType<LinearLayer>().Sum(l => (double)l.Inputs * l.Outputs);
        var (r, first) = (network.RepresentationDim, network.Layers.OfType<LinearLayer>().First());

        var cost = TrialCost.Of(settings);

        Assert.Equal(network.Layers.OfType<LinearLayer>()
            .Sum(l => (l.Inputs + 1L) * l.Outputs) + (2 * network.Layers.OfType<BatchNormLayer>().Sum(l => l.Dimension)), cost.Parameters);
        Assert.Equal(512 * ((3 * products) - (first.Inputs * first.Outputs) + (2.0 * r * r)), cost.StepMultiplyAdds); // The first layer's input needs no gradient.
    }

    private static TrialSettings Settings(params (string, ParameterValue)[] named) => TrialSettings.From(TrialCatalogue.Parameters, named);
}
