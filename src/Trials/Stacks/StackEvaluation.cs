using TorchSharp;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials.Metrics;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Stacks;

/// <summary>The panels of both spaces for every trial of a stack, from held-out images in evaluation mode.</summary>
/// <param name="data">Shared by all stacks of a bank.</param>
/// <param name="neighbours">k of kNN.</param>
/// <param name="temperature">T of kNN.</param>
public sealed class StackEvaluation(StackData data, int neighbours, double temperature)
{
    private readonly double? chance = data.HeldOutLabels is null ? null : NearestNeighbours.Chance(data.HeldOutLabels);

    private bool HasLabels => data.ReferenceLabels is not null && data.HeldOutLabels is not null;

    public static StackEvaluation Of(TrialSettings s, StackData data) =>
        new(data, s.Integer("eval.knn_k"), s.Real("eval.knn_temperature"));

    /// <summary>Every trial's panels of both spaces, in the order of the trial axis.</summary>
    /// <param name="epoch">Epochs done.</param>
    public IReadOnlyList<(PanelRow Embedding, PanelRow Representation)> Panels(Stack stack, int epoch)
    {
        var panels = new (PanelRow, PanelRow)[stack.Trials.Count];
        var (pieces, cores) = data.HeldOut.device.type == DeviceType.CPU ? (stack.Trials.Count, Environment.ProcessorCount) : (1, 1);
        Cores.Share(pieces, cores, (_, piece) =>
        {
            var first = stack.Trials.Count * piece / pieces;
            var trials = stack.Trials.Skip(first).Take((stack.Trials.Count * (piece + 1) / pieces) - first).ToList();
            PanelsOf(trials, stack.StepsDone, epoch, features => stack.Evaluate(features, first, trials.Count)).CopyTo(panels, first);
        });
        return panels;
    }

    /// <summary>The panels of some trials, on the thread that asks.</summary>
    /// <param name="evaluate">Their embeddings [k, M, E] and representations [k, M, R] of features [M, F], in evaluation mode.</param>
    internal (PanelRow Embedding, PanelRow Representation)[] PanelsOf(
        IReadOnlyList<Trial> trials, long step, int epoch, Func<Tensor, (Tensor Embedding, Tensor Representation)> evaluate)
    {
        using var scope = NewDisposeScope();
        var (reference, heldOut) = (evaluate(data.Reference), evaluate(data.HeldOut));
        var (view1, view2) = (evaluate(data.HeldOutView1), evaluate(data.HeldOutView2));
        var embeddings = PanelsOf(reference.Embedding, heldOut.Embedding, (view1.Embedding, view2.Embedding));
        var representations = PanelsOf(reference.Representation, heldOut.Representation, (view1.Representation, view2.Representation));
        var (embeddingDim, representationDim) = ((int)heldOut.Embedding.shape[2], (int)heldOut.Representation.shape[2]);
        return
        [
            .. embeddings.Zip(representations).Select((t, i) => (
                RowOf(t.First, TrialVocabulary.Embedding, Verdict.Of(t.First, embeddingDim), epoch, step),
                RowOf(
                    t.Second,
                    TrialVocabulary.Representation,
                    Verdict.Of(t.Second, representationDim, trials[i].Settings.Real("loss.gamma")),
                    epoch,
                    step))),
        ];
    }

    /// <summary>The panel of the backbone's own features, which every trial has as its input; of a backbone that is trained, as it is before.</summary>
    public PanelRow Baseline()
    {
        PanelRow? row = null;

        // As every trial's panel on one thread: how many cores a worker has must not show in the last bits.
        Cores.Share(pieces: 1, cores: 1, (_, _) => row = PanelOfFeatures());
        return row!;
    }

    private PanelRow PanelOfFeatures()
    {
        using var scope = NewDisposeScope();
        var (reference, heldOut, view1, view2) = data.Untrained is { } untrained
            ? (untrained.Reference, untrained.HeldOut, untrained.View1, untrained.View2)
            : (data.Reference, data.HeldOut, data.HeldOutView1, data.HeldOutView2);
        var panel = PanelsOf(reference.unsqueeze(0), heldOut.unsqueeze(0), (view1.unsqueeze(0), view2.unsqueeze(0)))[0];
        return RowOf(panel, TrialVocabulary.Features, Verdict.Of(panel, (int)heldOut.shape[1]), 0, 0);
    }

    private IReadOnlyList<Panel> PanelsOf(Tensor reference, Tensor sample, (Tensor, Tensor) views) => Panel.Of(
        sample,
        views,
        HasLabels ? NearestNeighbours.Top1(reference, data.ReferenceLabels!, sample, data.HeldOutLabels!, neighbours, temperature) : null,
        HasLabels ? RidgeProbe.Top1(reference, data.ReferenceLabels!, sample, data.HeldOutLabels!) : null,
        chance);

    private static PanelRow RowOf(Panel panel, string space, Verdict verdict, int epoch, long step) =>
        new(epoch, step, space, panel.Values, panel.Spectrum, verdict.Collapse, verdict.Evidence);
}
