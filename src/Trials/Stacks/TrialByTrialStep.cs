using VicRegSweeps.SweepEngine.Planning;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Stacks;

/// <summary>
/// The step of a stack of trained backbones on a processor: each core takes one trial after the other through tensor operations of that
/// trial alone, since convolutions in groups are slower there than one after the other, and what one trial needs is little memory.
/// </summary>
/// <remarks>What a trial becomes does not depend on its neighbours, to the last bit. Letters: K trials in the stack, P parameters of a trial.</remarks>
internal sealed class TrialByTrialStep : IStackStep
{
    private readonly StackRows[] rowsOfTrial;
    private readonly TensorStep[] steps;
    private readonly int[] seedOf;
    private readonly int cores;
    private readonly Dictionary<string, Tensor> optimizerState; // each [K, P]

    public TrialByTrialStep(
        IReadOnlyList<Trial> trials, IReadOnlyList<long> seeds, StackLayout layout, StackRows rows, IReadOnlyList<LearningRateSchedule> schedules, int cores)
    {
        this.cores = cores;
        seedOf = [.. trials.Select(t => seeds.Index().First(s => s.Item == t.Seed).Index)];
        using var scope = NewDisposeScope();
        optimizerState = TensorStep.MemoryOf(StackSettings.From(trials[0].Settings).Optimizer)
            .ToDictionary(name => name, _ => zeros_like(rows.Parameters).DetachFromDisposeScope());
        rowsOfTrial = [.. trials.Select((_, k) => rows.Of(k))];
        steps =
        [
            .. trials.Select((trial, k) => new TensorStep(
                [trial], [trial.Seed], layout, rowsOfTrial[k], [schedules[k]], name => optimizerState[name].narrow(0, k, 1).DetachFromDisposeScope())),
        ];
    }

    public IReadOnlyDictionary<string, Tensor> OptimizerState => optimizerState;

    /// <remarks>
    /// All rows are one tensor to autograd, which complains when one trial's row moves while another trial's gradient is computed. So all
    /// gradients come first.
    /// </remarks>
    public void Take(IReadOnlyList<Tensor> features, long stepsDone)
    {
        Cores.Share(steps.Length, cores, (_, k) => steps[k].Differentiate([features[seedOf[k]]], stepsDone), threads: Math.Max(1, cores / steps.Length));
        Cores.Share(steps.Length, cores, (_, k) => steps[k].Update(stepsDone));
    }

    public void Dispose()
    {
        foreach (var owned in steps.Cast<IDisposable>().Concat(rowsOfTrial).Concat(optimizerState.Values)) owned.Dispose();
    }
}
