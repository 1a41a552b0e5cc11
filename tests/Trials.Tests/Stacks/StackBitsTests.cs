using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Stacks;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Stacks;

/// <summary>On a processor neither the neighbours, nor the number of cores, nor an interruption changes a bit of any trial.</summary>
public sealed class StackBitsTests : IDisposable
{
    private const int Steps = 24;

    private readonly string path = Path.GetTempFileName();
    private readonly Dictionary<long, Tensor[]> batches = new[] { 0L, 2, 4 }.ToDictionary(seed => seed, seed => TestTrials.Batches(seed, Steps));

    public static TheoryData<string> Optimizers => new("adam", "sgd", "lars");

    public void Dispose() => File.Delete(path);

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void The_number_of_cores_changes_nothing(string optimizer)
    {
        using var one = StackOf(Mixed(optimizer), cores: 1);
        using var three = StackOf(Mixed(optimizer), cores: 3);
        Advance(one, 0, Steps);
        Advance(three, 0, Steps);
        Assert.Equal(one.TakeLosses(1), three.TakeLosses(1));
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_trial_alone_gives_the_bits_that_it_gives_among_others(string optimizer)
    {
        using var stack = StackOf(Mixed(optimizer), cores: 2);
        Advance(stack, 0, Steps);
        var together = stack.TakeLosses(1);
        foreach (var (k, trial) in stack.Trials.Index())
        {
            using var alone = StackOf([trial], cores: 2);
            Advance(alone, 0, Steps);
            Assert.Equal(together[k], alone.TakeLosses(1)[0]);
        }
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Going_on_from_a_checkpoint_gives_the_same_bits(string optimizer)
    {
        using var through = StackOf(Mixed(optimizer), cores: 2);
        Advance(through, 0, Steps);

        using (var interrupted = StackOf(Mixed(optimizer), cores: 2))
        {
            Advance(interrupted, 0, 11);
            TestTrials.Save(interrupted, path);
        }

        using var resumed = StackOf(Mixed(optimizer), cores: 2);
        resumed.Load(path);
        Assert.Equal(11, resumed.StepsDone);
        Advance(resumed, 11, Steps);

        Assert.Equal(through.TakeLosses(1), resumed.TakeLosses(1));
        var features = TestTrials.Normal("held out", 40, Vgg16.FeatureCount);
        Assert.Equal(TestTrials.Doubles(through.Evaluate(features).Representation), TestTrials.Doubles(resumed.Evaluate(features).Representation));
    }

    [Fact]
    public void Going_on_without_the_trials_that_have_ended_changes_nothing_for_the_rest()
    {
        var trials = Mixed("adam");
        using var through = StackOf(trials, cores: 2);
        Advance(through, 0, 7);
        TestTrials.Save(through, path);
        Advance(through, 7, Steps);

        using var rest = StackOf([trials[1], trials[2], trials[4]], cores: 2);
        rest.Load(path);
        Advance(rest, 7, Steps);

        var expected = through.Trials.Zip(through.TakeLosses(1)).Where(t => rest.Trials.Contains(t.First)).Select(t => t.Second);
        Assert.Equal(expected, rest.TakeLosses(1));
    }

    [Fact]
    public void Keeping_some_of_the_trials_changes_nothing_for_them()
    {
        var trials = Mixed("adam");
        using var through = StackOf(trials, cores: 2);
        Advance(through, 0, Steps);

        var before = StackOf(trials, cores: 2);
        Advance(before, 0, 7);
        using var rest = before.Keep([trials[5], trials[0]]);
        Advance(rest, 7, Steps);

        Assert.Equal(7, before.StepsDone);
        Assert.Equal([trials[5], trials[0]], rest.Trials); // by seed
        var expected = through.Trials.Zip(through.TakeLosses(1)).Where(t => rest.Trials.Contains(t.First)).Select(t => t.Second);
        Assert.Equal(expected, rest.TakeLosses(1));
    }

    [Fact]
    public void A_checkpoint_of_other_trials_is_refused()
    {
        using var stack = StackOf([TestTrials.Of(0)], cores: 2);
        TestTrials.Save(stack, path);
        using var other = StackOf([TestTrials.Of(1)], cores: 2);
        Assert.Contains("other trials", Assert.Throws<SweepException>(() => other.Load(path)).Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<Trial> Mixed(string optimizer) => [.. TestTrials.Mixed(optimizer)];

    private static Stack StackOf(IReadOnlyList<Trial> trials, int cores) => new(trials, Steps, CPU, cores: cores);

    private void Advance(Stack stack, int from, int to)
    {
        for (var step = from; step < to; step++)
        {
            stack.Step([.. stack.Seeds.Select(seed => batches[seed][step])]);
        }
    }
}
