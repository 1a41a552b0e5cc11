using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Images;
using VicRegSweeps.Trials.Stacks;
using VicRegSweeps.Trials.Weights;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Weights;

/// <summary>Weights that a trial leaves give in PyTorch, in the article's own module, what they give here.</summary>
public sealed class WeightsTests : IDisposable
{
    private const int Images = 40;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("weights");
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("vgg16")]
    [InlineData("resnet18")]
    public void PyTorch_loads_them_strictly_into_the_articles_module_and_gets_the_same_embeddings(string arch)
    {
        PyTorch.SkipUnlessThere();
        var (trial, artifact, features, images) = Trained(("backbone.arch", arch), ("backbone.precision", "float32"));
        NpyFile.Write(PathOf("features.npy"), features);
        NpyFile.Write(PathOf("images.npy"), images);
        WeightsFolder.Write(Directory.CreateDirectory(PathOf("out")).FullName, trial, artifact);

        var (code, output) = PyTorch.Run(Path.Combine(AppContext.BaseDirectory, "Weights", "article.py"), PathOf("out"), folder.FullName);
        Assert.True(code == 0, output);

        using var model = TrainedModel.Read(artifact, trial.Settings);
        var (embedding, representation) = model.Apply(features);
        Assert.InRange(TestTrials.Difference(embedding, Written("article-embedding")), 0, 1e-5);
        Assert.InRange(TestTrials.Difference(representation, Written("article-representation")), 0, 1e-5);

        // From the images on: through the backbone, whose weights are exported too. Standardizing and BatchNorm divide by small numbers,
        // and with them the rounding by which our convolutions differ from PyTorch's.
        Assert.InRange(TestTrials.Difference(features, Written("image-features")), 0, 1e-5);
        Assert.InRange(TestTrials.Difference(embedding, Written("image-embedding")), 0, 2e-4);
        Assert.InRange(TestTrials.Difference(representation, Written("image-representation")), 0, 2e-4);
        if (arch != "vgg16") return;

        using var direct = new DirectVgg16(Vgg16.RandomWeights(0), ScalarType.Float32, CPU);
        // Most of that is the rounding of minimal filtering: libtorch's own convolutions are nearer to those of another PyTorch.
        Assert.InRange(TestTrials.Difference(model.Apply(direct.Forward(images)).Embedding, Written("image-embedding")), 0, 5e-5);
    }

    [Fact]
    public void The_script_says_what_it_has_loaded()
    {
        PyTorch.SkipUnlessThere();
        var (trial, artifact, _, _) = Trained(("model.expander", "none"), ("model.head", "24"));
        WeightsFolder.Write(Directory.CreateDirectory(PathOf("out")).FullName, trial, artifact);

        var (code, output) = PyTorch.Run(PathOf("out/load.py"));

        Assert.Equal((0, $"trial {trial.Id}: {(512 * 24) + 24 + 24 + 24 + (24 * 6) + 6} parameters, embedding of 6 and representation of 6 dimensions"),
            (code, output.Trim()));
    }

    [Fact]
    public void What_is_read_is_what_the_stack_gives()
    {
        var trials = TestTrials.Mixed("adam").ToList();
        using var stack = new Stack(trials, 10, CPU);
        var batches = stack.Seeds.Select(seed => TestTrials.Batches(seed, 3)).ToList();
        for (var step = 0; step < 3; step++) stack.Step([.. batches.Select(b => b[step])]);
        var sample = TestTrials.Normal("sample", 9, Vgg16.FeatureCount);
        var (embedding, representation) = stack.Evaluate(sample);

        foreach (var (place, trial) in stack.Trials.Index())
        {
            using var model = TrainedModel.Read(Artifact(stack, trial, null), trial.Settings);
            var applied = model.Apply(sample);
            Assert.InRange(TestTrials.Difference(applied.Embedding, embedding[place]), 0, 1e-6);
            Assert.InRange(TestTrials.Difference(applied.Representation, representation[place]), 0, 1e-6);
        }
    }

    [Fact]
    public void Weights_of_another_trial_are_refused()
    {
        var (_, artifact, _, _) = Trained();
        var other = TestTrials.Of(0, ("model.embedding_dim", 7));

        Assert.Contains("so these are not the weights of this trial.",
            Assert.Throws<SweepException>(() => TrainedModel.Read(artifact, other.Settings)).Message, StringComparison.Ordinal);
    }

    /// <summary>A trial that was trained for some steps on standardized features of images.</summary>
    private (Trial Trial, string Artifact, Tensor Features, Tensor Images) Trained(params (string Name, SweepEngine.Catalogue.ParameterValue Value)[] settings)
    {
        var trial = TestTrials.Of(3, settings);
        var (train, test) = Shapes.Generate(0, Images, 2);
        test.Dispose();
        using (train)
        using (var backbone = TrialInputs.Backbone(trial.Settings, CPU))
        using (var stack = new Stack([trial], 10, CPU))
        {
            var images = train.Images.to(float32).Div(255);
            var features = backbone.Forward(images);
            using var scale = FeatureScale.Of(features);
            var scaled = features.clone();
            scale.Apply(scaled);
            for (var step = 0; step < 5; step++) stack.Step([scaled.narrow(0, step, 32)]);
            return (trial, Artifact(stack, trial, scale), features, images);
        }
    }

    private string Artifact(Stack stack, Trial trial, FeatureScale? scale)
    {
        var path = PathOf(trial.Id);
        using var file = File.Create(path);
        TrainedModel.Write(file, stack, trial, scale);
        return path;
    }

    private Tensor Written(string name) => NpyFile.ReadReal(PathOf($"{name}.npy"), 2);

    private string PathOf(string name) => Path.Combine(folder.FullName, name);
}
