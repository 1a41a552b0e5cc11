using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Stacks;

/// <summary>The embeddings that are kept of a stack for people to look at: of the first held-out images, in evaluation mode.</summary>
internal static class KeptEmbeddings
{
    public const string Count = "eval.keep_embeddings";
    public const string Seeds = "eval.keep_seeds";

    /// <summary>Every trial's embeddings; trials that keep none are left out.</summary>
    /// <param name="epoch">Epochs done.</param>
    public static IReadOnlyList<(Trial Trial, VectorRow Row)> Of(Stack stack, StackData data, int epoch) =>
        Of(stack.Trials, data, epoch, stack.StepsDone, features => stack.Evaluate(features).Embedding);

    /// <param name="step">Steps done.</param>
    /// <param name="embed">The embeddings [K, M, E] of features [M, F] in evaluation mode.</param>
    internal static IReadOnlyList<(Trial Trial, VectorRow Row)> Of(
        IReadOnlyList<Trial> trials, StackData data, int epoch, long step, Func<Tensor, Tensor> embed)
    {
        var most = trials.Max(CountOf);
        if (most == 0) return [];

        using var scope = NewDisposeScope();
        var images = Math.Min(most, data.HeldOut.shape[0]);
        var embeddings = embed(data.HeldOut.narrow(0, 0, images)).to(float32).cpu(); // [K, M, E]
        var labels = data.HeldOutLabels?.narrow(0, 0, images).cpu().data<long>().Select(l => (int)l).ToArray()
            ?? [.. Enumerable.Repeat(VectorRow.NoClass, (int)images)];
        return
        [
            .. trials.Index().Where(t => CountOf(t.Item) > 0).Select(t =>
            {
                var count = (int)Math.Min(CountOf(t.Item), images);
                var values = embeddings[t.Index].narrow(0, 0, count).contiguous().data<float>().ToArray();
                return (t.Item, new VectorRow(
                    epoch, step, TrialVocabulary.Embedding, data.Bank, labels[..count], (int)embeddings.shape[2], values, OfEverySeed(t.Item)));
            }),
        ];
    }

    /// <summary>A trial that was registered before there was such a parameter keeps none.</summary>
    internal static int CountOf(Trial trial) => (int)(trial.Settings[Count]?.Number ?? 0);

    /// <summary>Whether vectors are kept of every seed of a point.</summary>
    internal static bool OfEverySeed(Trial trial) => trial.Settings[Seeds]?.Text == "every";
}
