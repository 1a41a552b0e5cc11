using System.Numerics;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Randomness;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Stacks.Processor;

/// <summary>
/// The step of a stack on a processor: each core takes one trial after the other through its whole step, so that the
/// activations never leave the core's cache and no core waits for another within a step.
/// </summary>
/// <remarks>
/// Trials share what their seed decides, the batch and the dropout mask, and nothing else; a trial is computed by the same
/// operations in the same order whatever its neighbours are and however many cores there are, so its bits do not depend
/// on them.
/// </remarks>
internal sealed class ProcessorStep<T> : IStackStep
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IReadOnlyList<Trial> trials;
    private readonly IReadOnlyList<long> seeds;
    private readonly int[] seedOf;                 // trial to its place among the seeds
    private readonly StackSettings settings;
    private readonly StackLayout layout;
    private readonly IReadOnlyList<LearningRateSchedule> schedules;
    private readonly TrialCoefficients[] coefficients;
    private readonly TrialRow<T>[] weights;
    private readonly TrialRow<T>[] buffers;
    private readonly Matrix<double> window;        // [K, 4]
    private readonly Matrix<long> notFinite;       // [K, 4]
    private readonly Dictionary<string, Tensor> optimizerState;
    private readonly Matrix<T>[] optimizerRows;    // each [K, P]
    private readonly Matrix<T>?[] keep;            // per seed, [units, 2B]
    private readonly Matrix<T>?[] turned;          // per seed, [F, 2B]: once for all its trials, who would each turn the batch for themselves
    private readonly TrialPass<T>[] passes;        // per core

    public ProcessorStep(
        IReadOnlyList<Trial> trials,
        IReadOnlyList<long> seeds,
        StackLayout layout,
        StackRows rows,
        IReadOnlyList<LearningRateSchedule> schedules,
        int cores)
    {
        (this.trials, this.seeds, this.layout, this.schedules) = (trials, seeds, layout, schedules);
        settings = StackSettings.From(trials[0].Settings);
        seedOf = [.. trials.Select(t => seeds.Index().First(s => s.Item == t.Seed).Index)];
        coefficients = [.. trials.Select(t => TrialCoefficients.Of(t.Settings, layout.Network.RepresentationDim))];

        using var scope = NewDisposeScope();
        weights = [.. trials.Select((_, k) => new TrialRow<T>(layout.Parameters, rows.Parameters[k]))];
        buffers = [.. trials.Select((_, k) => new TrialRow<T>(layout.Buffers, rows.Buffers[k]))];
        window = Matrix<double>.Over(rows.Window);
        notFinite = Matrix<long>.Over(rows.NotFinite);
        var memory = TensorStep.MemoryOf(settings.Optimizer);
        optimizerState = memory.ToDictionary(name => name, _ => zeros_like(rows.Parameters).DetachFromDisposeScope());
        optimizerRows = [.. memory.Select(name => Matrix<T>.Over(optimizerState[name]))];
        var dropped = settings.Dropout == 0 ? null : layout.Network.DroppedUnits;
        keep = [.. seeds.Select(_ => dropped is null ? null : Matrix<T>.Zeros(dropped.Value, 2 * settings.BatchSize))];
        turned = new Matrix<T>?[seeds.Count];
        passes = [.. Enumerable.Range(0, Math.Min(cores, trials.Count)).Select(_ => new TrialPass<T>(settings, layout, rows.Parameters.dtype))];
    }

    public IReadOnlyDictionary<string, Tensor> OptimizerState => optimizerState;

    public void Take(IReadOnlyList<Tensor> features, long stepsDone)
    {
        var batches = features.Select(Matrix<T>.Over).ToArray();
        Cores.Share(seeds.Count, passes.Length, (_, seed) =>
        {
            FillKeep(seed, stepsDone);
            Products<T>.Turn(batches[seed], turned[seed] ??= Matrix<T>.Zeros(batches[seed].Columns, batches[seed].Rows));
        });
        Cores.Share(trials.Count, passes.Length, (core, k) => TakeOne(passes[core], k, batches[seedOf[k]], turned[seedOf[k]]!, stepsDone));
        foreach (var batch in batches)
        {
            batch.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (var owned in new IDisposable?[] { window, notFinite }
            .Concat(weights).Concat(buffers).Concat(optimizerRows).Concat(optimizerState.Values).Concat(keep).Concat(turned).Concat(passes))
        {
            owned?.Dispose();
        }
    }

    private void FillKeep(int seed, long stepsDone)
    {
        if (keep[seed] is { } mask)
        {
            CounterRandom.FillKeepFactors(Dropout.Key(seeds[seed], stepsDone), settings.Dropout, mask.Rows, mask.Columns, mask.All);
        }
    }

    private void TakeOne(TrialPass<T> pass, int k, Matrix<T> batch, Matrix<T> turned, long stepsDone)
    {
        // A trial that has diverged is over; what it would go on to compute is NaN.
        if (notFinite[k].ContainsAnyExcept(0))
        {
            return;
        }

        var terms = pass.Take(weights[k], buffers[k], batch, turned, keep[seedOf[k]], coefficients[k]);
        Record(k, [terms.Total, terms.Invariance, terms.Variance, terms.Covariance], stepsDone);
        Update(k, pass.Gradients, stepsDone);
    }

    private void Record(int k, ReadOnlySpan<double> terms, long stepsDone)
    {
        for (var term = 0; term < terms.Length; term++)
        {
            window[k][term] += terms[term];
            if (!double.IsFinite(terms[term]))
            {
                notFinite[k][term] = stepsDone + 1;
            }
        }
    }

    private void Update(int k, ReadOnlySpan<T> gradients, long stepsDone)
    {
        var s = trials[k].Settings;
        var (rate, decay) = (schedules[k].At(stepsDone), s.Real("train.weight_decay"));
        var parameters = weights[k].All;
        var memory = optimizerRows[0][k];
        switch (settings.Optimizer)
        {
            case "adam":
                UpdateRow.Adam(parameters, gradients, memory, optimizerRows[1][k], rate, decay, stepsDone + 1);
                break;
            case "sgd":
                UpdateRow.Sgd(parameters, gradients, memory, rate, s.Real("train.momentum"), decay, scale: T.One);
                break;
            case "lars":
                UpdateRow.Lars(
                    layout, parameters, gradients, memory, rate, s.Real("train.momentum"), decay, StackLars.EtaOf(s), StackLars.IsClipped(s));
                break;
            case var name:
                throw new InvalidOperationException($"There is no optimizer '{name}'.");
        }
    }
}
