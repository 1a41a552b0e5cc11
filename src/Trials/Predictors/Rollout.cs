using VicRegSweeps.Trials.Arrays;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Predictors;

/// <summary>
/// What predictors make of windows and then of their own output, and its gradient, written out. It is backpropagation through the steps with
/// as few operations as it takes: matrices are this small that on a GPU an operation costs its launch, and autograd would make half as many again.
/// </summary>
/// <remarks>
/// z of H frames, side by side · Linear(H·E, W) · ReLU · Linear(W, E), added to the newest z where it is residual.
/// Letters: k trials, B windows, V frames of a window, H history, S steps, E embedding, W width.
/// </remarks>
internal sealed class Rollout
{
    private readonly int history;
    private readonly bool isResidual;
    private readonly Tensor firstWeight;     // [k, W, H·E]
    private readonly Tensor firstBias;       // [k, W]
    private readonly Tensor secondWeight;    // [k, E, W]
    private readonly Tensor secondBias;      // [k, E]
    private readonly List<Tensor> inputs = [];
    private readonly List<Tensor> hidden = [];

    /// <param name="weights">Weight and bias of the first layer, then of the second.</param>
    public Rollout(PredictorSettings settings, IReadOnlyList<Tensor> weights)
    {
        (history, isResidual) = (settings.History, settings.IsResidual);
        (firstWeight, firstBias, secondWeight, secondBias) = (weights[0], weights[1], weights[2], weights[3]);
    }

    /// <summary>Predicts. Call within a dispose scope that lasts as long as the gradient is asked for.</summary>
    /// <param name="seen">[k, B, H, E], the newest last.</param>
    /// <returns>[k, B, S, E].</returns>
    public Tensor Predict(Tensor seen, int steps)
    {
        var (up, down) = (firstWeight.transpose(1, 2), secondWeight.transpose(1, 2));
        var past = Enumerable.Range(0, history).Select(i => seen.select(2, i)).ToList();                          // [k, B, E] each
        for (var step = 0; step < steps; step++)
        {
            var input = step == 0 ? seen.flatten(2) : cat(past[^history..], 2);                                   // [k, B, H·E]
            var active = bmm(input, up).Add_(firstBias.unsqueeze(1)).relu_();                                     // [k, B, W]
            var next = bmm(active, down).Add_(secondBias.unsqueeze(1));                                           // [k, B, E]
            inputs.Add(input);
            hidden.Add(active);
            past.Add(isResidual ? next.Add_(past[^1]) : next);
        }

        return stack(past[history..], 2);
    }

    /// <summary>The gradients of the weights.</summary>
    /// <param name="predicted">The loss's gradient of what <see cref="Predict"/> gave, [k, B, S, E]; changed.</param>
    /// <param name="seen">Gets the loss's gradient of what was seen, zeros of [k, B, H, E]; null where nobody asks.</param>
    /// <returns>Those of the first layer's weight and bias, then of the second's, [k, ·] each.</returns>
    public IReadOnlyList<Tensor> Gradients(Tensor predicted, Tensor? seen)
    {
        var active = stack(hidden, 2);                                                                            // [k, B, S, W]
        var isOpen = active.Gt(0);
        var deltas = new Tensor[hidden.Count];
        for (var step = hidden.Count - 1; step >= 0; step--)
        {
            var ofOutput = predicted.select(2, step);                                                             // [k, B, E]
            deltas[step] = bmm(ofOutput, secondWeight).mul_(isOpen.select(2, step));                              // [k, B, W]
            if (step == 0 && seen is null) break;

            // The step saw the frames from its own number on: some of those that were given, then predicted ones.
            var ofInput = bmm(deltas[step], firstWeight).view(predicted.shape[0], predicted.shape[1], history, -1);
            var given = Math.Max(0, history - step);
            if (given < history) predicted.narrow(2, step + given - history, history - given).Add_(ofInput.narrow(2, given, history - given));
            if (given > 0) seen?.narrow(2, step, given).Add_(ofInput.narrow(2, 0, given));
            if (!isResidual) continue;

            if (step > 0) predicted.select(2, step - 1).Add_(ofOutput);
            else seen?.select(2, history - 1).Add_(ofOutput);
        }

        var (inner, outer) = (stack(deltas, 2).flatten(1, 2), predicted.flatten(1, 2));                           // [k, B·S, W] and [k, B·S, E]
        return
        [
            bmm(inner.transpose(1, 2), stack(inputs, 2).flatten(1, 2)).flatten(1), inner.sum(1),
            bmm(outer.transpose(1, 2), active.flatten(1, 2)).flatten(1), outer.sum(1),
        ];
    }
}
