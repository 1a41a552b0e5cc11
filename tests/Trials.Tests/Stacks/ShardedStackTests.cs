using VicRegSweeps.SweepEngine;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests;

/// <summary>Where a stack is cut, and when it is interrupted, changes no bit of any trial.</summary>
public sealed class ShardedStackTests : IDisposable
{
    private const int Steps = 24;

    private readonly string path = Path.GetTempFileName();
    private readonly Dictionary<long, Tensor[]> batches = new[] { 0L, 2, 4 }.ToDictionary(seed => seed, seed => TestTrials.Batches(seed, Steps));

    public static TheoryData<string> Optimizers => new("adam", "sgd", "lars");

    public void Dispose() => File.Delete(path);

    [Theory]
    [InlineData(1, 2, 1)]
    [InlineData(2, 2, 2)]
    [InlineData(18, 2, 2)]
    [InlineData(32, 2, 2)]
    [InlineData(33, 2, 4)]
    [InlineData(64, 2, 4)]
    [InlineData(3, 16, 3)]
    public void Every_core_gets_as_many_shards_of_at_most_sixteen_trials(int trials, int cores, int shards) =>
        Assert.Equal(shards, ShardedStack.ShardCount(trials, cores));

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_stack_in_shards_gives_the_bits_of_the_whole(string optimizer)
    {
        using var whole = new ShardedStack(Mixed(optimizer), Steps, CPU, cores: 1);
        using var cut = new ShardedStack(Mixed(optimizer), Steps, CPU, cores: 3);
        Advance(whole, 0, Steps);
        Advance(cut, 0, Steps);
        Assert.Equal(whole.Trials, cut.Trials);
        Assert.Equal(whole.TakeLosses(1), cut.TakeLosses(1));
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Going_on_from_a_checkpoint_gives_the_same_bits(string optimizer)
    {
        using var through = new ShardedStack(Mixed(optimizer), Steps, CPU, cores: 2);
        Advance(through, 0, Steps);

        using (var interrupted = new ShardedStack(Mixed(optimizer), Steps, CPU, cores: 2))
        {
            Advance(interrupted, 0, 11);
            interrupted.Save(path);
        }

        using var resumed = new ShardedStack(Mixed(optimizer), Steps, CPU, cores: 2);
        resumed.Load(path);
        Assert.Equal(11, resumed.StepsDone);
        Advance(resumed, 11, Steps);

        Assert.Equal(through.TakeLosses(1), resumed.TakeLosses(1));
        var features = TestTrials.Normal("held out", 40, StackLayout.Features);
        Assert.Equal(Representations(through), Representations(resumed));

        IReadOnlyList<double> Representations(ShardedStack stack) => stack.Map(shard => TestTrials.Doubles(shard.Evaluate(features).Representation));
    }

    [Fact]
    public void Going_on_without_the_trials_that_have_ended_changes_nothing_for_the_rest()
    {
        var trials = Mixed("adam");
        using var through = new ShardedStack(trials, Steps, CPU, cores: 2);
        Advance(through, 0, 7);
        through.Save(path);
        Advance(through, 7, Steps);

        using var rest = new ShardedStack([trials[1], trials[2], trials[4]], Steps, CPU, cores: 2);
        rest.Load(path);
        Advance(rest, 7, Steps);

        var expected = through.Trials.Zip(through.TakeLosses(1)).Where(t => rest.Trials.Contains(t.First)).Select(t => t.Second);
        Assert.Equal(expected, rest.TakeLosses(1));
    }

    [Fact]
    public void A_checkpoint_of_other_trials_is_refused()
    {
        using var stack = new ShardedStack([TestTrials.Of(0)], 10, CPU, cores: 2);
        stack.Save(path);
        using var other = new ShardedStack([TestTrials.Of(1)], 10, CPU, cores: 2);
        Assert.Contains("other trials", Assert.Throws<SweepException>(() => other.Load(path)).Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<Trial> Mixed(string optimizer) => [.. TestTrials.Mixed(optimizer)];

    private void Advance(ShardedStack stack, int from, int to)
    {
        for (var step = from; step < to; step++)
        {
            stack.Step(seed => batches[seed][step].alias());
        }
    }
}
