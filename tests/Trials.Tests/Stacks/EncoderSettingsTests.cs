using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Costs;
using VicRegSweeps.Trials.Stacks;

namespace VicRegSweeps.Trials.Tests.Stacks;

/// <summary>What sweep files may say of backbones that are trained, and what is refused, each in a sentence.</summary>
public sealed class EncoderSettingsTests
{
    [Theory]
    [InlineData("backbone.arch", "vgg16", "'backbone.train' is true and 'backbone.arch' is vgg16, but only conv4 and resnet18 can be trained. Name one of them, or leave backbone.train false.")]
    [InlineData("backbone.arch", "none", "'backbone.train' is true and 'backbone.arch' is none, but only conv4 and resnet18 can be trained. Name one of them, or leave backbone.train false.")]
    [InlineData("backbone.widths", "32-64", "'backbone.widths' is 32-64, but conv4 has four convolutions: give four widths, such as 32-64-128-256.")]
    [InlineData("backbone.weights", "w.safetensors", "'backbone.weights' is a file, but 'backbone.arch' is conv4, which torchvision does not have. Leave its weights random.")]
    public void What_cannot_be_trained_is_refused(string parameter, string value, string complaint) =>
        Assert.Equal(complaint, ComplaintOf(("backbone.arch", "conv4"), ("backbone.train", true), (parameter, value)));

    [Fact]
    public void Features_made_elsewhere_leave_no_backbone_to_train() => Assert.Equal(
        "'backbone.train' is true, but data.source features gives features that another program made, and no images to train a backbone on.",
        ComplaintOf(("data.source", "features"), ("backbone.train", true)));

    [Fact]
    public void Predictors_are_built_on_frozen_backbones_alone() => Assert.Equal(
        "'backbone.train' is true and 'predictor.epochs' above 0, but predictors are trained on embeddings of a frozen backbone alone. Set one of them back.",
        ComplaintOf(("data.source", "dots"), ("augment.recipe", "neighbours"), ("backbone.arch", "conv4"), ("backbone.train", true), ("predictor.epochs", 2)));

    [Fact]
    public void What_does_nothing_beside_a_trained_backbone_is_dropped()
    {
        var s = EncoderTrials.Of("resnet18", 0, ("augment.views", 4), ("backbone.widths", "1-2-3-4")).Settings;

        Assert.All(["augment.views", "backbone.standardize", "backbone.precision", "backbone.widths"], name => Assert.Null(s[name]));
        Assert.True(TrialInputs.IsStream(s));
        Assert.Equal(s.PointId, EncoderTrials.Of("resnet18", 1, ("augment.views", "stream")).Settings.PointId);
    }

    [Fact]
    public void Trials_of_frozen_backbones_keep_the_ids_that_they_had_before_there_were_trained_ones() => Assert.Equal(
        TestTrials.Of(0).Settings.PointId, TestTrials.Of(0, ("backbone.train", false), ("backbone.width", 3), ("train.lars_eta", 1)).Settings.PointId);

    [Fact]
    public void A_trained_backbone_may_do_without_head_and_expander()
    {
        var s = EncoderTrials.Of("conv4", 0, ("model.expander", "none")).Settings;

        Assert.Null(TrialCatalogue.Parameters.Conflict(s));
        Assert.Equal((5, 5), (StackSettings.From(s).Network.EmbeddingDim, StackSettings.From(s).Network.RepresentationDim));
    }

    [Fact]
    public void The_width_scales_the_channels_of_both()
    {
        Assert.Equal([16, 32, 64, 128], Channels(("backbone.arch", "conv4"), ("backbone.width", 0.5)));
        Assert.Equal(128, Channels(("backbone.arch", "resnet18"), ("backbone.width", 0.25))[^1]);
        Assert.Equal(512, TrialInputs.Trained(Trained(("backbone.arch", "resnet18")))!.Features);
    }

    /// <summary>Counted by hand: per image 27 · 32 · 1024, 9 · 32 · 64 · 256, 9 · 64 · 128 · 64 and 9 · 128 · 256 · 16 in conv4.</summary>
    [Fact]
    public void Cost_counts_every_multiplication_of_the_convolutions()
    {
        const double first = 27 * 32 * 1024;
        const double forward = first + (9 * 32 * 64 * 256) + (9 * 64 * 128 * 64) + (9 * 128 * 256 * 16);
        const double expander = (256 * 80) + (80 * 80) + (80 * 10);
        var cost = TrialCost.Of(Trained(("backbone.arch", "conv4"), ("model.head", "none")));

        Assert.Equal(2 * 16 * ((3 * (forward + expander)) - first + (2 * 10 * 10)), cost.StepMultiplyAdds);

        // Torchvision's ResNet-18 has 11,176,512 parameters without classifier; the smaller first convolution has 64 · 3 · (49 − 9) fewer.
        Assert.Equal(11_176_512 - 7_680 + Expander(512), TrialCost.Of(Trained(("backbone.arch", "resnet18"), ("model.head", "none"))).Parameters);

        static long Expander(long features) => (features * 80) + 80 + 160 + (80 * 80) + 80 + 160 + (80 * 10) + 10;
    }

    private static TrialSettings Trained(params IEnumerable<(string, ParameterValue)> settings) => TestTrials.Of(0, [("backbone.train", true), .. settings]).Settings;

    private static int[] Channels(params (string, ParameterValue)[] settings) =>
        [.. TrialInputs.Trained(Trained(settings))!.Convolutions().Select(c => c.Outputs)];

    private static string? ComplaintOf(params (string, ParameterValue)[] settings) =>
        TrialCatalogue.Parameters.SharedConflict(TestTrials.Of(0, settings).Settings);
}
