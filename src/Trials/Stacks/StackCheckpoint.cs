using System.Globalization;
using VicRegSweeps.SweepEngine;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials;

/// <summary>The file from which a stack goes on, however it is cut into shards by then.</summary>
/// <remarks>Safetensors: every tensor's first axis is the trial axis; the metadata names the trials along it.</remarks>
internal static class StackCheckpoint
{
    private const string TrialsName = "trials";
    private const string StepName = "step";
    private const string BatchesName = "batches_in_window";

    public static void Write(string path, IReadOnlyList<Stack> shards)
    {
        using var scope = NewDisposeScope();
        var tensors = shards[0].State.Keys.ToDictionary(name => name, name => cat([.. shards.Select(s => s.State[name])], 0));
        Safetensors.Write(path, tensors, new Dictionary<string, string>
        {
            [TrialsName] = string.Join(',', shards.SelectMany(s => s.Trials).Select(t => t.Id)),
            [StepName] = shards[0].StepsDone.ToString(CultureInfo.InvariantCulture),
            [BatchesName] = shards[0].BatchesInWindow.ToString(CultureInfo.InvariantCulture),
        });
    }

    /// <exception cref="SweepException">The file is damaged, or lacks a trial.</exception>
    public static void Read(string path, IReadOnlyList<Stack> shards)
    {
        using var scope = NewDisposeScope();
        var (tensors, metadata) = Safetensors.Read(path);
        var saved = metadata.GetValueOrDefault(TrialsName, "").Split(',');
        foreach (var shard in shards)
        {
            var rows = shard.Trials.Select(t => (long)Array.IndexOf(saved, t.Id)).ToArray();
            if (rows.Contains(-1) || !shard.State.Keys.All(tensors.ContainsKey))
            {
                throw new SweepException($"{path}: this checkpoint is of other trials than the stack's.");
            }

            shard.Restore(
                shard.State.Keys.ToDictionary(name => name, name => tensors[name].index_select(0, tensor(rows))),
                long.Parse(metadata[StepName], CultureInfo.InvariantCulture),
                int.Parse(metadata[BatchesName], CultureInfo.InvariantCulture));
        }
    }
}
