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
    public static IReadOnlyList<(Trial Trial, VectorRow Row)> Of(Stack stack, StackData data, int epoch)
    {
        var most = stack.Trials.Max(CountOf);
        if (most == 0)
            return [];

        using var scope = NewDisposeScope();
        var images = Math.Min(most, data.HeldOut.shape[0]);
        var embeddings = stack.Evaluate(data.HeldOut.narrow(0, 0, images)).Embedding.to(float32).cpu(); // [K, M, E]
        var labels = data.HeldOutLabels?.narrow(0, 0, images).cpu().data<long>().Select(l => (int)l).ToArray()
            ?? [.. Enumerable.Repeat(VectorRow.NoClass, (int)images)];
        return
        [
            .. stack.Trials.Index().Where(t => CountOf(t.Item) > 0).Select(t =>
            {
                var count = (int)Math.Min(CountOf(t.Item), images);
                var values = embeddings[t.Index].narrow(0, 0, count).contiguous().data<float>().ToArray();
                var everySeed = t.Item.Settings[Seeds]?.Text == "every";
                return (t.Item, new VectorRow(
                    epoch, stack.StepsDone, TrialVocabulary.Embedding, data.Bank, labels[..count], (int)embeddings.shape[2], values, everySeed));
            }),
        ];
    }

    /// <summary>A trial that was registered before there was such a parameter keeps none.</summary>
    private static int CountOf(Trial trial) => (int)(trial.Settings[Count]?.Number ?? 0);
}
