using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Metrics;
using VicRegSweeps.Trials.Predictors;
using VicRegSweeps.Trials.Stacks;

namespace VicRegSweeps.Trials.Costs;

/// <summary>What one trial takes to train and to evaluate, by arithmetic alone: nothing of libtorch is loaded.</summary>
/// <remarks>
/// Multiply-adds are those of the matrix products; what lies between them is a matter of the pace that was measured.
/// Letters: B batch, E embedding, R representation, L reference images, M held-out images.
/// </remarks>
/// <param name="Parameters">P.</param>
/// <param name="StateBytes">Parameters, gradients and the optimizer's moments, which every trial of a stack keeps all the time.</param>
/// <param name="StepBytes">Activations and their gradients of one step, which a trial holds while it is its turn.</param>
/// <param name="EvaluationBytes">Of one evaluation: the network's outputs, and the most that panel, probe or neighbours take.</param>
/// <param name="Steps">Of the whole training.</param>
/// <param name="StepMultiplyAdds">Of one step: forward, backward and loss.</param>
/// <param name="Evaluations">Of the whole training.</param>
/// <param name="EvaluationMultiplyAdds">Of one evaluation of both spaces.</param>
public sealed record TrialCost(
    long Parameters,
    long StateBytes,
    long StepBytes,
    long EvaluationBytes,
    long Steps,
    double StepMultiplyAdds,
    int Evaluations,
    double EvaluationMultiplyAdds)
{
    private const int BytesOfFloat = 4;
    private const int BytesOfDouble = 8;
    private const int EncodedTogether = StackEncoder.EvaluatedTogether;

    public static TrialCost Of(TrialSettings s)
    {
        if (PredictorSettings.IsPredictor(s)) return PredictorCost.Of(s);

        var settings = StackSettings.From(s);
        long batch = settings.BatchSize;
        var network = settings.Network;
        var (embedding, representation) = ((long)network.EmbeddingDim, (long)network.RepresentationDim);
        var parameters = new StackLayout(network).ParameterCount;
        var maps = network.Encoder?.Maps(TrialInputs.Side(s)).ToList() ?? [];
        var forward = network.Layers.OfType<LinearLayer>().Sum(MultiplyAdds) + maps.Sum(MultiplyAdds);
        var units = network.Units + maps.Sum(m => (long)m.Convolution.Outputs * m.After * m.After);

        long train = TrialInputs.Train(s);
        var stepsPerEpoch = train / batch;
        var reference = Math.Min(s.Integer("eval.reference_images"), train);
        long heldOut = Math.Min(s.Integer("eval.images"), TrialInputs.Test(s));
        return new TrialCost(
            parameters,
            parameters * BytesOfFloat * (settings.Optimizer == "adam" ? 4 : 3),
            BytesOfFloat * ((4 * 2 * batch * units) + (4 * representation * representation)), // each unit's sum, its normalised and rectified value, and its gradient
            (BytesOfFloat * (((reference + (3 * heldOut)) * network.Units) + (EncodedTogether * (units - network.Units))))
                + new[] { embedding, representation, network.Features }.Max(dimension => SpaceBytes(reference, heldOut, dimension)),
            stepsPerEpoch * settings.Epochs,
            StepMultiplyAddsOf(batch, forward, maps.Count > 0 ? MultiplyAdds(maps[0]) : MultiplyAdds(network.Blocks[0].Linear), network.RepresentationDim),
            (settings.Epochs + settings.EvaluateEveryEpochs - 1) / settings.EvaluateEveryEpochs,
            ((reference + (3 * heldOut)) * forward) + SpaceMultiplyAdds(reference, heldOut, embedding) + SpaceMultiplyAdds(reference, heldOut, representation));
    }

    /// <summary>Of one image.</summary>
    private static double MultiplyAdds(LinearLayer layer) => (double)layer.Inputs * layer.Outputs;

    /// <summary>Of one image.</summary>
    private static double MultiplyAdds((NormedConvolution Convolution, int Before, int After) map) =>
        map.Convolution.WeightShape.Aggregate((double)map.After * map.After, (product, size) => product * size);

    /// <summary>Two views; backward costs twice the forward pass, but the first layer needs no gradient of its input.</summary>
    private static double StepMultiplyAddsOf(long batch, double forward, double first, double representation) =>
        2 * batch * ((3 * forward) - first + (2 * representation * representation));

    /// <summary>
    /// The most that <see cref="Panel"/>, <see cref="RidgeProbe"/> or <see cref="NearestNeighbours"/> holds at a time for one space. With
    /// fewer samples than dimensions the square matrices are samples × samples.
    /// </summary>
    private static long SpaceBytes(long reference, long heldOut, long dimension)
    {
        var probeSide = Math.Min(reference, dimension);
        var panel = BytesOfDouble * ((14 * heldOut * dimension) + (dimension <= heldOut ? 4 * dimension * dimension : 0));
        var probe = BytesOfDouble * ((3 * (reference + heldOut) * dimension) + (6 * probeSide * probeSide));
        var neighbours = BytesOfFloat * (((reference + heldOut) * dimension) + (reference * heldOut));
        return Math.Max(panel, Math.Max(probe, neighbours));
    }

    /// <summary>kNN's similarities; the ridge probe's matrix and its solution; covariance and decomposition of the panel.</summary>
    private static double SpaceMultiplyAdds(long reference, long heldOut, long dimension)
    {
        double probeSide = Math.Min(reference, dimension);
        double panelSide = Math.Min(heldOut, dimension);
        return ((double)reference * heldOut * dimension)
            + (reference * dimension * probeSide)
            + (heldOut * (double)dimension * ((3 * panelSide) + dimension))
            + (10 * panelSide * panelSide * panelSide);
    }
}
