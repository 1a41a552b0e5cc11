using System.Text.Json;
using System.Text.Json.Nodes;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Predictors;
using VicRegSweeps.Trials.Sources;
using VicRegSweeps.Trials.Stacks;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Weights;

/// <summary>A trained model as files that PyTorch reads: the module's tensors, the features' scale, the backbone, and a script that builds it.</summary>
public static class WeightsFolder
{
    private const string Script = "load.py";
    private const string Settings = "config.json";
    private const string Model = "model.safetensors";
    private const string Scale = "scale.safetensors";
    private const string Backbone = "backbone.safetensors";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Writes the files into a folder that is there.</summary>
    /// <param name="artifact">What <see cref="TrainedModel.Write"/> wrote.</param>
    /// <returns>The names of the files.</returns>
    /// <exception cref="SweepException">The artifact is damaged, or the backbone's weights are not there any more.</exception>
    public static IReadOnlyList<string> Write(string folder, Trial trial, string artifact)
    {
        using var scope = NewDisposeScope();
        var s = trial.Settings;
        var hasBackbone = DataSources.AreImages(s) && TrialInputs.HasBackbone(name => s[name]);
        using var model = TrainedModel.Read(artifact, trial.Settings); // That it can be read says that it is whole, and this trial's.
        if (PredictorSettings.IsPredictor(trial.Settings)) TrainedPredictor.Read(artifact, trial.Settings, model.EmbeddingDim).Dispose();
        var (tensors, _) = Safetensors.Read(artifact);
        Safetensors.Write(Path.Combine(folder, Model), tensors.Where(t => !TrainedModel.IsScale(t.Key) && !IsBackbone(t.Key)).ToDictionary());
        var isScaled = tensors.Keys.Any(TrainedModel.IsScale);
        if (isScaled)
            Safetensors.Write(Path.Combine(folder, Scale), tensors.Where(t => TrainedModel.IsScale(t.Key))
                .ToDictionary(t => t.Key["scale.".Length..], t => t.Value));
        if (hasBackbone)
            Safetensors.Write(Path.Combine(folder, Backbone), TrialInputs.IsTrained(s)
                ? tensors.Where(t => IsBackbone(t.Key)).ToDictionary(t => t.Key[StackEncoder.Prefix.Length..], t => t.Value)
                : BackboneWeights(s));
        File.WriteAllText(Path.Combine(folder, Settings), Config(trial, model.Network).ToJsonString(Indented) + "\n");
        using var script = typeof(WeightsFolder).Assembly.GetManifestResourceStream(Script)!;
        using var file = File.Create(Path.Combine(folder, Script));
        script.CopyTo(file);
        return [Model, .. isScaled ? [Scale] : Array.Empty<string>(), .. hasBackbone ? [Backbone] : Array.Empty<string>(), Settings, Script];
    }

    /// <summary>Whether a tensor of the file belongs to a backbone that was trained with the rest.</summary>
    private static bool IsBackbone(string name) => name.StartsWith(StackEncoder.Prefix, StringComparison.Ordinal);

    private static Dictionary<string, Tensor> BackboneWeights(TrialSettings s) => s.Text("backbone.weights") is var path && path == TrialInputs.RandomWeights
        ? TrialInputs.Encoder(s).RandomWeights(s.Integer("backbone.seed"))
        : TrialInputs.Encoder(s).File.Read(path).Weights;

    private static JsonObject Config(Trial trial, Network network)
    {
        var dropout = trial.Settings["model.dropout"]?.Number ?? 0;
        return new JsonObject
        {
            ["trial"] = trial.Id,
            ["seed"] = trial.Seed,
            ["embedding_dim"] = network.EmbeddingDim,
            ["representation_dim"] = network.RepresentationDim,
            ["backbone"] = DataSources.AreImages(trial.Settings) ? Described(trial.Settings) : null,
            ["embedding"] = new JsonArray([.. network.Head.Select(l => Described(l, dropout))]),
            ["expand"] = new JsonArray([.. network.Expander.Select(l => Described(l, dropout))]),
            ["predictor"] = PredictorSettings.IsPredictor(trial.Settings) ? Described(trial.Settings, network.EmbeddingDim) : null,
            ["settings"] = JsonNode.Parse(trial.Settings.ToJson(trial.Seed)),
        };
    }

    private static JsonObject Described(TrialSettings s, int embeddingDim)
    {
        var (history, width) = (TrainedPredictor.HistoryOf(s), TrainedPredictor.WidthOf(s));
        return new JsonObject
        {
            ["history"] = history,
            ["width"] = width,
            ["residual"] = TrainedPredictor.IsResidual(s),
            ["layers"] = new JsonArray([.. PredictorStack.LayersOf(history, width, embeddingDim).Select(l => Described(l, dropout: 0))]),
        };
    }

    /// <summary>A layer as PyTorch's class and what it is made with.</summary>
    private static JsonArray Described(Layer layer, double dropout) => layer switch
    {
        LinearLayer linear => new JsonArray("Linear", linear.Inputs, linear.Outputs),
        ReluLayer => new JsonArray("ReLU"),
        DropoutLayer => new JsonArray("Dropout", dropout),
        BatchNormLayer norm => new JsonArray("BatchNorm1d", norm.Dimension),
        _ => throw new ArgumentOutOfRangeException(nameof(layer), layer, "No such layer."),
    };

    private static JsonObject Described(TrialSettings s)
    {
        var described = TrialInputs.Trained(s) is { } trained ? ConvNetEncoder.Described(trained) : TrialInputs.Encoder(s).Described();
        described["arch"] = s.Text("backbone.arch");
        var normalization = TrialInputs.Encoder(s).Normalization;
        described["mean"] = Numbers(normalization.Mean);
        described["std"] = Numbers(normalization.Std);
        return described;
    }

    private static JsonArray Numbers(IEnumerable<float> numbers) => new([.. numbers.Select(n => (JsonNode)n)]);
}
