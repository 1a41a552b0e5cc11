using VicRegSweeps.Trials.Backbone;

namespace VicRegSweeps.Trials.Stacks;

/// <summary>
/// A trial's network as a list of layers: what it is made of, in the order of the forward pass. Layout, passes, cost and names follow
/// from it.
/// </summary>
/// <remarks>
/// Head: each hidden layer is linear and rectified; the first has dropout, the last BatchNorm. Expander: each hidden layer is linear,
/// normalised and rectified. Both end in a linear layer. With the widths 128-32 and 80-80 this is the article's network. A backbone that is
/// trained comes before them.
/// </remarks>
public sealed class Network
{
    /// <param name="features">F, the dimension of what comes in.</param>
    /// <param name="head">Widths of the hidden layers; null where the embedding is the features.</param>
    /// <param name="embeddingDim">E; F where there is no head.</param>
    /// <param name="expander">Widths of the hidden layers; null where the representation is the embedding.</param>
    /// <param name="representationDim">R; E where there is no expander.</param>
    public Network(int features, IReadOnlyList<int>? head, int embeddingDim, IReadOnlyList<int>? expander, int representationDim)
        : this(null, features, head, embeddingDim, expander, representationDim)
    {
    }

    /// <param name="encoder">The backbone that is trained along; null where what comes in are features.</param>
    /// <param name="features">F, of the backbone where there is one.</param>
    internal Network(
        ConvNetShape? encoder, int features, IReadOnlyList<int>? head, int embeddingDim, IReadOnlyList<int>? expander, int representationDim)
    {
        (Encoder, Features, EmbeddingDim, RepresentationDim) = (encoder, features, embeddingDim, representationDim);
        Head = head is null ? [] : HeadOf(features, head, embeddingDim);
        Expander = expander is null ? [] : ExpanderOf(embeddingDim, expander, representationDim);
        Layers = [.. encoder is null ? [] : LayersOf(encoder), .. Head, .. Expander];
        Blocks = [.. BlocksOf([.. Head, .. Expander])];
        EmbeddingBlocks = Head.OfType<LinearLayer>().Count();
    }

    /// <summary>From the pixels of an image to features; null where what comes in are features.</summary>
    internal ConvNetShape? Encoder { get; }

    /// <summary>F, what head and expander are given.</summary>
    public int Features { get; }

    /// <summary>E.</summary>
    public int EmbeddingDim { get; }

    /// <summary>R.</summary>
    public int RepresentationDim { get; }

    /// <summary>From features to embedding; none where they are the same.</summary>
    public IReadOnlyList<Layer> Head { get; }

    /// <summary>From embedding to representation; none where they are the same.</summary>
    public IReadOnlyList<Layer> Expander { get; }

    /// <summary>All of them.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>The same, as a step goes through them.</summary>
    internal IReadOnlyList<LayerBlock> Blocks { get; }

    /// <summary>How many of <see cref="Blocks"/> make the embedding.</summary>
    internal int EmbeddingBlocks { get; }

    /// <summary>Units that dropout may drop; null where the network has none.</summary>
    internal int? DroppedUnits => Blocks.SingleOrDefault(block => block.Dropout is not null)?.Linear.Outputs;

    /// <summary>Units of all linear layers.</summary>
    internal long Units => Layers.OfType<LinearLayer>().Sum(layer => (long)layer.Outputs);

    /// <summary>
    /// Whether the gradient of a layer's bias is zero: it adds a constant that the next BatchNorm, or the loss, takes away again. What
    /// would be computed is rounding, and Adam would make whole steps of it.
    /// </summary>
    internal bool IsBiasConstant(Layer layer)
    {
        if (layer is ConvolutionLayer) return false; // It has none.

        var following = Layers.SkipWhile(other => other != layer).Skip(1);
        return following.FirstOrDefault(other => other is not LinearLayer) is null or BatchNormLayer;
    }

    /// <summary>Whether a later block has a BatchNorm, which wants to know the constants that this block leaves out.</summary>
    /// <param name="block">Its place in <see cref="Blocks"/>.</param>
    internal bool HasNormAfter(int block) => Blocks.Skip(block + 1).Any(later => later.Norm is not null);

    /// <summary>A backbone's layers that have parameters, and the ReLU at its end, which keeps the last shift from being a constant.</summary>
    private static IEnumerable<Layer> LayersOf(ConvNetShape encoder) => encoder.Convolutions()
        .SelectMany(c => new Layer[] { new ConvolutionLayer(c), new BatchNormLayer($"{StackEncoder.Prefix}{c.Norm}", c.Outputs) })
        .Append(new ReluLayer($"{StackEncoder.Prefix}relu"));

    private static List<Layer> HeadOf(int inputs, IReadOnlyList<int> widths, int outputs)
    {
        var layers = new List<Layer>();
        foreach (var (place, width) in widths.Index())
        {
            layers.Add(new LinearLayer(Next(), inputs, width));
            layers.Add(new ReluLayer(Next()));
            if (place == 0) layers.Add(new DropoutLayer(Next()));
            if (place == widths.Count - 1) layers.Add(new BatchNormLayer(Next(), width));
            inputs = width;
        }

        layers.Add(new LinearLayer(Next(), inputs, outputs));
        return layers;

        string Next() => $"embedding.{layers.Count}";
    }

    private static List<Layer> ExpanderOf(int inputs, IReadOnlyList<int> widths, int outputs)
    {
        var layers = new List<Layer>();
        foreach (var width in widths)
        {
            layers.Add(new LinearLayer(Next(), inputs, width));
            layers.Add(new BatchNormLayer(Next(), width));
            layers.Add(new ReluLayer(Next()));
            inputs = width;
        }

        layers.Add(new LinearLayer(Next(), inputs, outputs));
        return layers;

        string Next() => $"expander.{layers.Count}";
    }

    private static IEnumerable<LayerBlock> BlocksOf(IReadOnlyList<Layer> layers)
    {
        var rest = layers.AsEnumerable();
        while (rest.Any())
        {
            var linear = (LinearLayer)rest.First();
            var following = rest.Skip(1).TakeWhile(layer => layer is not LinearLayer).ToList();
            rest = rest.Skip(1 + following.Count);
            var norm = following.OfType<BatchNormLayer>().SingleOrDefault();
            var isRectified = norm is not null && following[^1] is ReluLayer;
            yield return new LayerBlock(
                linear, isRectified ? null : following.OfType<ReluLayer>().SingleOrDefault(), following.OfType<DropoutLayer>().SingleOrDefault(), norm,
                isRectified);
        }
    }
}
