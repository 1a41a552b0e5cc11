using VicRegSweeps.SweepEngine;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials;

/// <summary>The panels of both spaces for every trial of a stack, from held-out images in evaluation mode.</summary>
/// <param name="data">Shared by all stacks of a bank.</param>
/// <param name="neighbours">k of kNN.</param>
/// <param name="temperature">T of kNN.</param>
public sealed class StackEvaluation(StackData data, int neighbours, double temperature)
{
    // Trials whose embeddings of all images are in memory at once.
    private const int TrialsAtOnce = 8;

    public static StackEvaluation Of(TrialSettings s, StackData data) =>
        new(data, s.Integer("eval.knn_k"), s.Real("eval.knn_temperature"));

    /// <summary>Hands the panels of the wanted trials to the sink.</summary>
    /// <param name="epoch">Epochs done.</param>
    /// <param name="wanted">The trials that are still open.</param>
    public void Record(Stack stack, int epoch, IReadOnlySet<Trial> wanted, ITrialSink sink)
    {
        for (var first = 0; first < stack.Trials.Count; first += TrialsAtOnce)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(TrialsAtOnce, stack.Trials.Count - first);
            var reference = stack.Evaluate(data.Reference, first, count);
            var heldOut = stack.Evaluate(data.HeldOut, first, count);
            var view1 = stack.Evaluate(data.HeldOutView1, first, count);
            var view2 = stack.Evaluate(data.HeldOutView2, first, count);

            Space("embedding", reference.Embedding, heldOut.Embedding, (view1.Embedding, view2.Embedding));
            Space("representation", reference.Representation, heldOut.Representation, (view1.Representation, view2.Representation));

            void Space(string space, Tensor referenceSample, Tensor sample, (Tensor, Tensor) views)
            {
                foreach (var (k, panel) in PanelsOf(referenceSample, sample, views).Index())
                {
                    if (wanted.Contains(stack.Trials[first + k]))
                    {
                        sink.Panel(stack.Trials[first + k], RowOf(panel, space, (int)sample.shape[2], epoch, stack.StepsDone));
                    }
                }
            }
        }
    }

    /// <summary>The panel of the backbone's own features, which every trial has as its input.</summary>
    public PanelRow Baseline()
    {
        using var scope = NewDisposeScope();
        var views = (data.HeldOutView1.unsqueeze(0), data.HeldOutView2.unsqueeze(0));
        var panel = PanelsOf(data.Reference.unsqueeze(0), data.HeldOut.unsqueeze(0), views)[0];
        return RowOf(panel, "features", StackLayout.Features, 0, 0);
    }

    private IReadOnlyList<Panel> PanelsOf(Tensor reference, Tensor sample, (Tensor, Tensor) views) => Panel.Of(
        sample,
        views,
        NearestNeighbours.Top1(reference, data.ReferenceLabels, sample, data.HeldOutLabels, neighbours, temperature),
        RidgeProbe.Top1(reference, data.ReferenceLabels, sample, data.HeldOutLabels));

    private static PanelRow RowOf(Panel panel, string space, int dimension, int epoch, long step)
    {
        var verdict = Verdict.Of(panel, dimension);
        return new PanelRow(epoch, step, space, panel.Values, panel.Spectrum, verdict.Collapse, verdict.Evidence);
    }
}
