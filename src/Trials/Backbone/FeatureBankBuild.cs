using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>
/// Computes the parts of a bank that are missing. Batches of all parts form one queue, so that no core waits at the end of a
/// part: whichever finishes its last batch writes it, while the others go on with the next.
/// </summary>
/// <param name="wholePart">Given a part and its tensors as soon as they are complete, on the thread that completed them.</param>
/// <param name="passesDone">Told the number of passes after every batch, by one thread at a time.</param>
internal sealed class FeatureBankBuild(
    FeatureBankRecipe recipe,
    IReadOnlyList<FeatureBankChunk> missing,
    Action<FeatureBankChunk, Dictionary<string, Tensor>> wholePart,
    Action<int> passesDone)
{
    private readonly Lock gate = new();
    private readonly Part[] parts = [.. missing.Select(chunk => new Part(chunk, recipe.Backbone.Batch.Split(chunk.Passes).Count))];

    public void Run(CancellationToken cancel)
    {
        using var augmentation = new Augmentation(recipe.Augmentation, recipe.Seed, recipe.Backbone.Device, recipe.Train.Side);
        var batches = parts
            .SelectMany(part => recipe.Backbone.Batch.Split(part.Chunk.Passes).Select(range => (Part: part, range.First, range.Count)))
            .ToList();
        recipe.Backbone.Batch.Share(batches.Count, batch =>
        {
            cancel.ThrowIfCancellationRequested();
            using var gradientOff = no_grad();
            using var scope = NewDisposeScope();
            var (part, first, count) = batches[batch];
            Keep(part, first, count, part.Chunk.Compute(augmentation, recipe.Backbone, first, count));
        });
    }

    private void Keep(Part part, int first, int count, Tensor features)
    {
        var width = recipe.Backbone.Features;
        float[]? whole;
        lock (gate)
        {
            part.Features ??= new float[part.Chunk.Passes * width];
            MemoryMarshal.Cast<byte, float>(features.bytes).CopyTo(part.Features.AsSpan(first * width));
            whole = --part.BatchesLeft == 0 ? part.Features : null;
            passesDone(count);
        }

        if (whole is not null)
        {
            part.Features = null;
            wholePart(part.Chunk, part.Chunk.Tensors(tensor(whole, [part.Chunk.Passes, width])));
        }
    }

    private sealed class Part(FeatureBankChunk chunk, int batches)
    {
        public FeatureBankChunk Chunk => chunk;

        public int BatchesLeft { get; set; } = batches;

        /// <summary>Of all passes, [passes][F]; null before the first batch and after the last.</summary>
        public float[]? Features { get; set; }
    }
}
