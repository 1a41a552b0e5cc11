using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Stacks;
using VicRegSweeps.Trials.Weights;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Predictors;

/// <summary>What a predictor has learnt, beside the network that makes its embeddings.</summary>
/// <remarks>
/// The file is that of <see cref="TrainedModel"/> with six more tensors: <c>predictor.0</c> and <c>predictor.2</c>, each with <c>weight</c> and
/// <c>bias</c>, and <c>predictor.centre</c> and <c>predictor.scale</c>, by which embeddings are centred and divided before they are predicted.
/// Letters: M samples, H history, E embedding.
/// </remarks>
internal sealed class TrainedPredictor : IDisposable
{
    private const string Centre = $"{PredictorSettings.Prefix}centre";
    private const string Scale = $"{PredictorSettings.Prefix}scale";

    private readonly Tensor[] weights; // in the order of PredictorStack.LayersOf, then centre and scale
    private readonly bool isResidual;

    private TrainedPredictor(TrialSettings s, Tensor[] weights) => (History, isResidual, this.weights) = (HistoryOf(s), IsResidual(s), weights);

    /// <summary>H.</summary>
    public int History { get; }

    public static int HistoryOf(TrialSettings s) => s.Integer($"{PredictorSettings.Prefix}history");

    public static int WidthOf(TrialSettings s) => s.Integer($"{PredictorSettings.Prefix}width");

    public static bool IsResidual(TrialSettings s) => s.Truth($"{PredictorSettings.Prefix}residual");

    /// <summary>Writes embedding and predictor into one file, so that nothing else is needed of a trial.</summary>
    /// <param name="embedding">What a file of <see cref="TrainedModel"/> holds.</param>
    /// <param name="predictor">Weights by their names in a stack.</param>
    /// <param name="centre">What is taken from an embedding before it is predicted, [E].</param>
    /// <param name="scale">What it is then divided by, [1].</param>
    public static void Write(
        Stream stream, Trial trial, IEnumerable<KeyValuePair<string, Tensor>> embedding, IEnumerable<KeyValuePair<string, Tensor>> predictor, Tensor centre,
        Tensor scale)
    {
        using var scope = NewDisposeScope();
        var tensors = embedding.Concat(predictor.Select(t => KeyValuePair.Create(t.Key, t.Value.to(float32).cpu()))).ToDictionary();
        (tensors[Centre], tensors[Scale]) = (centre.to(float32).cpu(), scale.to(float32).cpu());
        Safetensors.Write(stream, tensors, new Dictionary<string, string> { ["trial"] = trial.Id });
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="settings">Of the trial, which has a predictor.</param>
    /// <exception cref="SweepException">The file is damaged, or is not of such a trial.</exception>
    public static TrainedPredictor Read(string path, TrialSettings settings, int embeddingDim)
    {
        using var scope = NewDisposeScope();
        var (tensors, _) = Safetensors.Read(path);
        var layers = PredictorStack.LayersOf(HistoryOf(settings), WidthOf(settings), embeddingDim);
        var learnt = StackLayout.SegmentsOf(layers).Parameters.Select(s => Taken(s.Name, s.Shape));
        return new TrainedPredictor(settings, [.. learnt, Taken(Centre, embeddingDim), Taken(Scale, 1)]);

        Tensor Taken(string name, params IReadOnlyList<long> shape) => tensors.TryGetValue(name, out var tensor) && tensor.shape.SequenceEqual(shape)
            ? tensor.alias().DetachFromDisposeScope()
            : throw new SweepException(
                $"{path}: there is no tensor '{name}' of {string.Join(" × ", shape)}, so these are not the weights of this trial's predictor.");
    }

    /// <summary>The next embeddings.</summary>
    /// <param name="past">[M, H, E], the newest last.</param>
    /// <returns>[M, E].</returns>
    public Tensor Next(Tensor past)
    {
        using var scope = NewDisposeScope();
        var (centre, scale) = (weights[4], weights[5]);
        var seen = (past - centre) * where(scale.Gt(0), scale.reciprocal(), zeros_like(scale));
        var hidden = matmul(seen.flatten(1), weights[0].t()).Add(weights[1]).relu();
        var next = matmul(hidden, weights[2].t()).Add(weights[3]);
        return ((isResidual ? seen.select(1, History - 1).Add(next) : next) * scale).Add(centre).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var tensor in weights) tensor.Dispose();
    }
}
