using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Stacks;
using VicRegSweeps.Trials.Tests.Gpu;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Stacks.Gpu;

/// <summary>
/// The step that GPUs take is the one that processors take. Its kernels run here lane by lane, so that no GPU is needed to find a wrong
/// index or formula; what is left to a GPU is whether they compile there, and how fast they are.
/// </summary>
public sealed class KernelStepTests
{
    private const string NoCompiler = "no g++ to build the kernels with";

    public static bool IsPossible => EmulatedLauncher.IsPossible;

    [Theory(SkipUnless = nameof(IsPossible), Skip = NoCompiler)]
    [InlineData("adam")]
    [InlineData("sgd")]
    [InlineData("lars")]
    public void It_moves_everything_as_the_processors_step_does(string optimizer)
    {
        const int steps = 6;
        var trials = Small(TestTrials.Mixed(optimizer)).ToArray();
        using var processor = new Stack(trials, steps, CPU, cores: 2);
        using var kernels = ByKernels(trials, steps);
        for (var step = 0; step < steps; step++)
        {
            Tensor[] batches = [.. processor.Seeds.Select(seed => TestTrials.Batches(seed, steps)[step])];
            processor.Step(batches);
            kernels.Step(batches);
        }

        foreach (var (name, tensor) in processor.State)
        {
            Assert.InRange(TestTrials.Difference(kernels.State[name], tensor), 0, 5e-5); // Rounding, of which Adam makes whole steps.
        }
    }

    [Theory(SkipUnless = nameof(IsPossible), Skip = NoCompiler)]
    [InlineData("model.dropout", 0.0)]
    [InlineData("model.dropout", 0.3)]
    [InlineData("model.representation_dim", 1)]
    [InlineData("model.embedding_dim", 1)]
    [InlineData("model.expander_width", 33)]
    [InlineData("train.batch_size", 33)]
    [InlineData("loss.covariance_weight", 0.0)]
    public void Every_shape_and_setting_gives_the_processors_terms(string parameter, double value)
    {
        var trials = Small([TestTrials.Of(1)], (parameter, value)).ToArray();
        var batch = trials[0].Settings.Integer("train.batch_size");
        using var processor = new Stack(trials, 3, CPU, cores: 1);
        using var kernels = ByKernels(trials, 3);
        foreach (var features in TestTrials.Batches(1, 3, batch))
        {
            processor.Step([features]);
            kernels.Step([features]);
            var (expected, actual) = (processor.TakeLosses(1)[0], kernels.TakeLosses(1)[0]);
            Assert.Equal(expected.Total!.Value, actual.Total!.Value, 1e-5 * Math.Abs(expected.Total!.Value));
            Assert.Equal(expected.Invariance!.Value, actual.Invariance!.Value, 1e-5 * expected.Invariance!.Value);
            Assert.Equal(expected.Variance!.Value, actual.Variance!.Value, 1e-5);
            Assert.Equal(expected.Covariance!.Value, actual.Covariance!.Value, 1e-5 * expected.Covariance!.Value);
        }
    }

    [Fact(SkipUnless = nameof(IsPossible), Skip = NoCompiler)]
    public void It_goes_on_from_any_step_as_if_it_had_taken_those_before()
    {
        // 255 and 256 are on two sides of what goes to the device at once.
        const int steps = 260;
        var trials = Small([TestTrials.Of(0, ("train.schedule", "cosine"))]).ToArray();
        using var before = new Stack(trials, steps, CPU, cores: 1);
        var batches = TestTrials.Batches(0, 8);
        for (var step = 0; step < 253; step++) before.Step([batches[step % 8]]);

        using var kernels = ByKernels(trials, steps);
        kernels.Restore(before.State, before.StepsDone, before.BatchesInWindow);
        for (var step = 253; step < 258; step++)
        {
            before.Step([batches[step % 8]]);
            kernels.Step([batches[step % 8]]);
        }

        Assert.InRange(TestTrials.Difference(kernels.State["parameters"], before.State["parameters"]), 0, 2e-5);
    }

    [Fact(SkipUnless = nameof(IsPossible), Skip = NoCompiler)]
    public void A_neighbour_that_diverges_changes_nothing_and_says_where_it_did()
    {
        var trials = Small([TestTrials.Of(0), TestTrials.Of(0, ("train.learning_rate", 1e30))]).ToArray();
        using var both = ByKernels(trials, 4);
        using var alone = ByKernels(trials[..1], 4);
        foreach (var batch in TestTrials.Batches(0, 4))
        {
            both.Step([batch]);
            alone.Step([batch]);
        }

        Assert.Equal(alone.TakeLosses(1)[0], both.TakeLosses(1)[0]);
        Assert.Null(both.Divergences()[0]);
        Assert.Equal(new Divergence(2, "invariance"), both.Divergences()[1]);
    }

    [Theory(SkipUnless = nameof(IsPossible), Skip = NoCompiler)]
    [InlineData(1, 1, 36)]
    [InlineData(3, 1, 36)]
    [InlineData(3, 3, 40)]
    public void A_step_is_so_many_launches_whatever_the_number_of_trials(int width, int seeds, int launches)
    {
        var kernels = new EmulatedKernels();
        var trials = Small(Enumerable.Range(0, width).Select(i => TestTrials.Of(i % seeds, ("loss.variance_weight", i)))).ToArray();
        using var stack = new Stack(trials, 1, CPU, ScalarType.Float32, 1, byTensorOperations: false, _ => kernels);
        stack.Step([.. stack.Seeds.Select(seed => TestTrials.Batches(seed, 1)[0])]);
        Assert.Equal(launches, kernels.Launches.Values.Sum());
    }

    private static Stack ByKernels(IReadOnlyList<Trial> trials, int steps) =>
        new(trials, steps, CPU, ScalarType.Float32, 1, byTensorOperations: false, _ => new EmulatedKernels());

    /// <summary>The trials with a narrow expander, which takes less time lane by lane, and with other settings.</summary>
    private static IEnumerable<Trial> Small(IEnumerable<Trial> trials, params (string Name, ParameterValue Value)[] settings) => trials.Select(trial =>
    {
        var own = TrialCatalogue.Parameters.Parameters.Where(p => trial.Settings[p.Name] is not null).Select(p => (p.Name, trial.Settings[p.Name]!));
        return Trial.Of(TrialSettings.From(TrialCatalogue.Parameters, [.. own, ("model.expander_width", 12), .. settings]), trial.Seed);
    });
}
