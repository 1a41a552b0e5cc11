using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Stacks;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Weights;

/// <summary>What a trial has learnt: the weights and running statistics of its network, and the scale that its features came in.</summary>
/// <remarks>
/// The file is safetensors of float32, with the names of the article's module (<c>embedding.0.weight</c>, <c>expand.0.weight</c>, …), so that
/// PyTorch loads it strictly, and with <c>scale.centre</c> and <c>scale.factor</c> where features are standardized. Letters: M samples,
/// F features, E embedding, R representation.
/// </remarks>
public sealed class TrainedModel : IDisposable
{
    /// <summary>How the expander is called in the article's module.</summary>
    private const string ArticleExpander = "expand.";

    private const string Expander = "expander.";
    private const string ScaleCentre = "scale.centre";
    private const string ScaleFactor = "scale.factor";
    private const string BatchesTracked = ".num_batches_tracked";

    private readonly Network network;
    private readonly Dictionary<string, Tensor> weights;
    private readonly Dictionary<string, Tensor> buffers;
    private readonly FeatureScale? scale;

    /// <summary>F, what it takes of a sample.</summary>
    public int Features => network.Features;

    /// <summary>E.</summary>
    public int EmbeddingDim => network.EmbeddingDim;

    /// <summary>R.</summary>
    public int RepresentationDim => network.RepresentationDim;

    internal Network Network => network;

    private TrainedModel(Network network, Dictionary<string, Tensor> weights, Dictionary<string, Tensor> buffers, FeatureScale? scale) =>
        (this.network, this.weights, this.buffers, this.scale) = (network, weights, buffers, scale);

    /// <summary>Writes what one trial of a stack has learnt so far.</summary>
    /// <param name="scale">Null where features are taken as they are.</param>
    public static void Write(Stream stream, Stack stack, Trial trial, FeatureScale? scale)
    {
        using var scope = NewDisposeScope();
        Safetensors.Write(
            stream, Tensors(stack.Network, stack.TensorsOf(trial), 2 * stack.StepsDone, scale), new Dictionary<string, string> { ["trial"] = trial.Id });
    }

    /// <summary>What the file holds, on the processor.</summary>
    /// <param name="learnt">Weights and running statistics by their names in a stack.</param>
    /// <param name="batches">How many batches a BatchNorm has seen, which PyTorch counts: each view of a step is one.</param>
    internal static Dictionary<string, Tensor> Tensors(
        Network network, IEnumerable<KeyValuePair<string, Tensor>> learnt, long batches, FeatureScale? scale)
    {
        var tensors = learnt.ToDictionary(t => ArticleName(t.Key), t => t.Value.to(float32).cpu());
        foreach (var norm in network.Layers.OfType<BatchNormLayer>()) tensors[ArticleName(norm.Name) + BatchesTracked] = tensor(batches, int64);
        if (scale is not null) (tensors[ScaleCentre], tensors[ScaleFactor]) = (scale.Centre.cpu(), scale.Factor.cpu());
        return tensors;
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="settings">Of the trial.</param>
    /// <exception cref="SweepException">The file is damaged, or is not of such a trial.</exception>
    /// <param name="device">Where it is applied; the processor unless given.</param>
    public static TrainedModel Read(string path, TrialSettings settings, Device? device = null)
    {
        using var scope = NewDisposeScope();
        var (tensors, _) = Safetensors.Read(path);

        // The weights say how many features they take: what the trial was trained on may be gone.
        var first = new[] { "embedding.0.weight", $"{ArticleExpander}0.weight" }.Select(name => tensors.GetValueOrDefault(name))
            .FirstOrDefault(t => t?.dim() == 2);
        var network = StackSettings.NetworkOf(settings, (int)(first?.shape[1] ?? 1));
        var layout = new StackLayout(network);
        var scaled = tensors.ContainsKey(ScaleCentre);
        var (weights, buffers) = (Taken(layout.Parameters), Taken(layout.Buffers));
        return new TrainedModel(network, weights, buffers, scaled ? new FeatureScale(Kept(tensors[ScaleCentre]), Kept(tensors[ScaleFactor])) : null);

        Dictionary<string, Tensor> Taken(IReadOnlyList<Segment> segments) => segments.ToDictionary(s => s.Name, s =>
            tensors.TryGetValue(ArticleName(s.Name), out var tensor) && tensor.shape.SequenceEqual(s.Shape)
                ? Kept(tensor.unsqueeze(0))
                : throw new SweepException(
                    $"{path}: there is no tensor '{ArticleName(s.Name)}' of {string.Join(" × ", s.Shape)}, so these are not the weights of this trial."));

        Tensor Kept(Tensor tensor) => tensor.to(device ?? CPU).alias().DetachFromDisposeScope();
    }

    /// <summary>A space's vectors of samples in evaluation mode.</summary>
    /// <inheritdoc cref="Apply(Tensor)"/>
    /// <param name="space"><see cref="TrialVocabulary.Embedding"/> or <see cref="TrialVocabulary.Representation"/>.</param>
    /// <returns>[M, E] or [M, R].</returns>
    public Tensor Apply(Tensor features, string space)
    {
        using var scope = NewDisposeScope();
        var (embedding, representation) = Apply(features);
        return (space == TrialVocabulary.Embedding ? embedding : representation).MoveToOuterDisposeScope();
    }

    /// <summary>Embeddings and representations of samples in evaluation mode.</summary>
    /// <param name="features">[M, F], as the encoder gives them: they are standardized here where the trial's were.</param>
    /// <returns>[M, E] and [M, R].</returns>
    public (Tensor Embedding, Tensor Representation) Apply(Tensor features)
    {
        using var scope = NewDisposeScope();
        var x = scale is null ? features.to(float32) : features.to(float32, copy: true).contiguous();
        scale?.Apply(x);
        var (embedding, representation) = ApplyStandardized(x);
        return (embedding.MoveToOuterDisposeScope(), representation.MoveToOuterDisposeScope());
    }

    /// <summary>The same of features that are standardized already where the trial's were.</summary>
    internal (Tensor Embedding, Tensor Representation) ApplyStandardized(Tensor features)
    {
        using var scope = NewDisposeScope();
        var (embedding, representation) = StackNetwork.Evaluate(network, weights, buffers, features);
        return (embedding.squeeze(0).MoveToOuterDisposeScope(), representation.squeeze(0).MoveToOuterDisposeScope());
    }

    public void Dispose()
    {
        foreach (var tensor in weights.Values.Concat(buffers.Values)) tensor.Dispose();
        scale?.Dispose();
    }

    /// <summary>A layer's or tensor's name as the article's module has it.</summary>
    internal static string ArticleName(string name) =>
        name.StartsWith(Expander, StringComparison.Ordinal) ? ArticleExpander + name[Expander.Length..] : name;

    /// <summary>Whether a tensor of the file belongs to the features' scale and not to the module.</summary>
    internal static bool IsScale(string name) => name is ScaleCentre or ScaleFactor;
}
