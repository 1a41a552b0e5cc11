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
/// <param name="ridge">The probe's, as a share of the samples' mean variance.</param>
public sealed class StackEvaluation(StackData data, int neighbours, double temperature, double ridge = RidgeProbe.RelativeRidge)
{
    private readonly double? chance = data.HeldOutLabels is null ? null : NearestNeighbours.Chance(data.HeldOutLabels);

    private bool HasLabels => data.ReferenceLabels is not null && data.HeldOutLabels is not null;

    public static StackEvaluation Of(TrialSettings s, StackData data) =>
        new(data, s.Integer(EvaluationSettings.Neighbours), s.Real(EvaluationSettings.Temperature), s.Real(EvaluationSettings.Ridge));

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
        var further = FurtherReadings.Of(trials);
        var embeddings = PanelsOf(reference.Embedding, heldOut.Embedding, (view1.Embedding, view2.Embedding), further);
        var representations = PanelsOf(reference.Representation, heldOut.Representation, (view1.Representation, view2.Representation), further);
        var (embeddingDim, representationDim) = ((int)heldOut.Embedding.shape[2], (int)heldOut.Representation.shape[2]);
        return
        [
            .. embeddings.Panels.Zip(representations.Panels).Select((t, i) => (
                RowOf(t.First, TrialVocabulary.Embedding, Verdict.Of(t.First, embeddingDim), epoch, step, embeddings.Further(i)),
                RowOf(
                    t.Second,
                    TrialVocabulary.Representation,
                    Verdict.Of(t.Second, representationDim, trials[i].Settings.Real("loss.gamma")),
                    epoch,
                    step,
                    representations.Further(i)))),
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
        var (panels, _) = PanelsOf(reference.unsqueeze(0), heldOut.unsqueeze(0), (view1.unsqueeze(0), view2.unsqueeze(0)), FurtherReadings.None);
        var panel = panels[0];
        return RowOf(panel, TrialVocabulary.Features, Verdict.Of(panel, (int)heldOut.shape[1]), 0, 0, []);
    }

    /// <returns>The panels, and the further metrics of the trial at a place.</returns>
    private (IReadOnlyList<Panel> Panels, Func<int, IEnumerable<KeyValuePair<string, double?>>> Further) PanelsOf(
        Tensor reference, Tensor sample, (Tensor, Tensor) views, FurtherReadings further)
    {
        if (!HasLabels) return (Panel.Of(sample, views, null, null, chance), further.Undefined);

        // A trial's own come first, then the further ones.
        var (labels, truth) = (data.ReferenceLabels!, data.HeldOutLabels!);
        var votes = NearestNeighbours.Top1(reference, labels, sample, truth, [(neighbours, temperature), .. further.Votes(neighbours, temperature)]);
        var probes = RidgeProbe.Top1(reference, labels, sample, truth, [ridge, .. further.Ridges]);
        var panels = Panel.Of(sample, views, votes[0], probes[0], chance);
        return (panels, place => further.Of(place, panels[place], [.. votes.Skip(1).Concat(probes.Skip(1)).Select(accuracies => accuracies[place])]));
    }

    private static PanelRow RowOf(
        Panel panel, string space, Verdict verdict, int epoch, long step, IEnumerable<KeyValuePair<string, double?>> further) =>
        new(epoch, step, space, [.. panel.Values, .. further], panel.Spectrum, verdict.Collapse, verdict.Evidence);
}
