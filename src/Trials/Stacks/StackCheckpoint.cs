using System.Globalization;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.Trials.Backbone;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Stacks;

/// <summary>The file from which a stack goes on, or some of its trials do.</summary>
/// <remarks>Safetensors: every tensor's first axis is the trial axis; the metadata names the trials along it.</remarks>
internal static class StackCheckpoint
{
    private const string TrialsName = "trials";
    private const string StepName = "step";
    private const string BatchesName = "batches_in_window";

    public static void Write(Stream stream, IStackState stack)
    {
        using var scope = NewDisposeScope();
        Safetensors.Write(stream, stack.State, new Dictionary<string, string>
        {
            [TrialsName] = string.Join(',', stack.Trials.Select(t => t.Id)),
            [StepName] = stack.StepsDone.ToString(CultureInfo.InvariantCulture),
            [BatchesName] = stack.BatchesInWindow.ToString(CultureInfo.InvariantCulture),
        });
    }

    /// <exception cref="SweepException">The file is damaged, or lacks a trial.</exception>
    public static void Read(string path, IStackState stack)
    {
        using var scope = NewDisposeScope();
        var (tensors, metadata) = Safetensors.Read(path);
        var saved = metadata.GetValueOrDefault(TrialsName, "").Split(',');
        var places = stack.Trials.Select(t => (long)Array.IndexOf(saved, t.Id)).ToArray();
        if (places.Contains(-1) || !stack.State.Keys.All(tensors.ContainsKey))
        {
            throw new SweepException($"{path}: this checkpoint is of other trials than the stack's.");
        }

        stack.Restore(
            stack.State.Keys.ToDictionary(name => name, name => tensors[name].index_select(0, tensor(places))),
            long.Parse(metadata[StepName], CultureInfo.InvariantCulture),
            int.Parse(metadata[BatchesName], CultureInfo.InvariantCulture));
    }
}
