using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Stacks;
using VicRegSweeps.Trials.Tests.Images;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Stacks;

/// <summary>What trials are trained on is told by its content, part by part, before anything is computed of it.</summary>
public sealed class FoundInputTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("2")]
    [InlineData("stream")]
    public void Images_and_weights_are_told_the_same_at_every_time(string views)
    {
        var first = Found(views);

        Assert.Equal(
            ["backbone's weights", "held-out images", "training images"], first.Select(i => i.Part).Distinct().Order(StringComparer.Ordinal));
        Assert.All(first, input => Assert.NotEmpty(input.Content));
        Assert.Equal(first, Found(views));
    }

    [Fact]
    public void What_is_told_of_images_does_not_depend_on_the_backbone_and_that_of_weights_not_on_the_precision()
    {
        var (one, other) = (Found("2"), Found("2", ("backbone.seed", 5), ("backbone.precision", "bfloat16")));

        Assert.Equal(one.Where(IsOfImages), other.Where(IsOfImages));
        Assert.NotEqual(one.Single(i => i.Part == "backbone's weights").Settings, other.Single(i => i.Part == "backbone's weights").Settings);
        Assert.Equal(
            Found("2", ("backbone.precision", "float32")).Single(i => i.Part == "backbone's weights"),
            Found("2", ("backbone.precision", "bfloat16")).Single(i => i.Part == "backbone's weights"));
    }

    private static bool IsOfImages(TrialInput input) => input.Part.EndsWith("images", StringComparison.Ordinal);

    private List<TrialInput> Found(string views, params IEnumerable<(string, ParameterValue)> settings)
    {
        var found = new List<TrialInput>();
        var trial = TestTrials.Of(0, [("augment.views", views == "stream" ? views : 2), ("data.test_images", 12), ("eval.reference_images", 20), .. settings]);
        StackData.Load(trial.Settings, CPU, scratch.Path, _ => { }, CancellationToken.None, found.Add).Dispose();
        return found;
    }
}
