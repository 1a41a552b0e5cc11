using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Stacks;
using VicRegSweeps.Trials.Tests.Images;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Stacks;

/// <summary>Trials on streamed views keep the promises of trials on a bank: nothing but their own settings changes a bit of them.</summary>
public sealed class StreamTrainingTests : IDisposable
{
    private const int Steps = 6; // Four an epoch.

    private static readonly (string, ParameterValue)[] Streamed =
    [
        ("augment.views", "stream"), ("backbone.precision", "float32"), ("data.test_images", 12), ("eval.reference_images", 20),
    ];

    private readonly ScratchFolder scratch = new();
    private readonly StackData data;

    public StreamTrainingTests()
    {
        data = Load();
    }

    [Fact]
    public void A_trial_alone_gives_the_bits_that_it_gives_among_others_and_again()
    {
        Trial[] trials = [Trial(3), Trial(0), Trial(3, ("loss.variance_weight", 1))];
        using var stack = new Stack(trials, Steps, CPU);
        Train(stack, data, 0, Steps);
        var together = stack.TakeLosses(1);

        using var again = Load();
        using var alone = new Stack([trials[2]], Steps, CPU);
        Train(alone, again, 0, Steps);

        Assert.Equal(together[stack.Trials.Index().Single(t => t.Item == trials[2]).Index], alone.TakeLosses(1)[0]);
    }

    [Fact]
    public void A_resumed_trial_gives_the_bits_of_an_uninterrupted_one()
    {
        using var through = new Stack([Trial(0)], Steps, CPU);
        Train(through, data, 0, Steps);
        using (var interrupted = new Stack([Trial(0)], Steps, CPU))
        {
            Train(interrupted, data, 0, 5);
            TestTrials.Save(interrupted, scratch["checkpoint"]);
        }

        using var again = Load();
        using var resumed = new Stack([Trial(0)], Steps, CPU);
        resumed.Load(scratch["checkpoint"]);
        Train(resumed, again, 5, Steps);

        Assert.Equal(through.TakeLosses(1), resumed.TakeLosses(1));
    }

    [Fact]
    public void Streamed_features_are_standardized_by_two_views_of_every_reference_image()
    {
        using var scope = NewDisposeScope();
        using var bank = StackData.LoadBank(Trial(0).Settings, CPU, scratch.Path, _ => { }, TestContext.Current.CancellationToken);
        Assert.Equal([20, 2, 512], bank.Train.Views.shape);
        var calibration = bank.Train.Views.reshape(40, 512).to(float64);
        var (mean, std) = (calibration.mean([0]), calibration.std(0, unbiased: false));
        using var raw = Load(("backbone.standardize", false));

        var expected = (raw.Batches(16).Of([0], 1, 2)[0].to(float64) - mean) / std;
        var actual = data.Batches(16).Of([0], 1, 2)[0].to(float64);

        var alive = std.Gt(FeatureBank.DeadBelow).nonzero().flatten();
        Assert.InRange((actual - expected).index_select(1, alive).abs().max().item<double>(), 0, 1e-3);
        Assert.InRange(actual.index_select(1, alive).abs().mean().item<double>(), 0.4, 2);
    }

    [Fact]
    public void Evaluation_has_the_reference_and_held_out_images()
    {
        Assert.Equal((64, 20, 12), (data.Images, data.Reference.shape[0], data.HeldOut.shape[0]));
        Assert.Null(data.TrainViews);
    }

    public void Dispose()
    {
        data.Dispose();
        scratch.Dispose();
    }

    private static Trial Trial(long seed, params (string, ParameterValue)[] settings) => TestTrials.Of(seed, [.. Streamed, .. settings]);

    private StackData Load(params (string, ParameterValue)[] settings) => StackData.Load(
        Trial(0, settings).Settings, CPU, scratch.Path, _ => { }, TestContext.Current.CancellationToken);

    private static void Train(Stack stack, StackData data, int from, int to)
    {
        using var batches = data.Batches(16);
        for (var step = from; step < to; step++)
        {
            using var scope = NewDisposeScope();
            stack.Step(batches.Of(stack.Seeds, step / batches.StepsPerEpoch, step % batches.StepsPerEpoch));
        }
    }
}
