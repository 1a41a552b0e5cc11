using System.Globalization;
using System.Text;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Predictors;

namespace VicRegSweeps.Trials.Stacks;

/// <summary>What all trials of a stack have in common: shapes, schedule length, when to log and to evaluate.</summary>
public sealed record StackSettings
{
    /// <summary>Rows of loss terms that a curve needs to be read.</summary>
    private const int AutomaticRows = 50;

    /// <summary>What is trained.</summary>
    public required Network Network { get; init; }

    /// <summary>Probability of dropping a unit in training, where the network has dropout.</summary>
    public required double Dropout { get; init; }

    public required int Epochs { get; init; }

    /// <summary>B.</summary>
    public required int BatchSize { get; init; }

    /// <summary><c>adam</c>, <c>sgd</c> or <c>lars</c>.</summary>
    public required string Optimizer { get; init; }

    /// <summary>Batches over which recorded loss terms are averaged; null for as many as give about fifty rows a trial.</summary>
    public required int? LogEveryBatches { get; init; }

    public required int EvaluateEveryEpochs { get; init; }

    /// <summary>Batches that a row averages in a schedule of so many steps.</summary>
    public int BatchesEach(long steps) => LogEveryBatches ?? (int)Math.Max(1, (steps + AutomaticRows - 1) / AutomaticRows);

    public static StackSettings From(TrialSettings s) => new()
    {
        Network = NetworkOf(s, TrialInputs.Features(s)),
        Dropout = s["model.dropout"]?.Number ?? 0,
        Epochs = s.Integer(PredictorSettings.AreJoint(s) ? PredictorSettings.EpochsParameter : "train.epochs"),
        BatchSize = s.Integer("train.batch_size"),
        Optimizer = s["train.optimizer"]?.Text ?? "adam",
        LogEveryBatches = s.Text("log.every_batches") == TrialCatalogue.AutomaticLogging ? null : s.Integer("log.every_batches"),
        EvaluateEveryEpochs = s.Integer("eval.every_epochs"),
    };

    /// <param name="features">F, what the network is given of a sample. Does not matter where the backbone is trained, which says itself what it gives.</param>
    public static Network NetworkOf(TrialSettings s, int features)
    {
        var head = Widths(s.Text("model.head"));
        var expander = PredictorSettings.AreJoint(s) ? null
            : s["model.expander"] is { } given ? Widths(given.Text) : Twice(s.Integer("model.expander_width"));
        var encoder = TrialInputs.Trained(s);
        features = encoder?.Features ?? features;
        var embedding = head is null ? features : s.Integer("model.embedding_dim");
        return new Network(encoder, features, head, embedding, expander, expander is null ? embedding : s.Integer("model.representation_dim"));

        static int[]? Widths(string text) =>
            text == TrialCatalogue.NoLayers ? null : [.. text.Split('-').Select(width => int.Parse(width, CultureInfo.InvariantCulture))];

        static int[] Twice(int width) => [width, width];
    }

    /// <summary>Trials with equal keys may share a stack: they agree in every parameter that a stack has one value of.</summary>
    public static string Key(TrialSettings s)
    {
        var key = new StringBuilder(1024);
        foreach (var parameter in s.Catalogue.Parameters)
        {
            if (s[parameter.Name] is { } value && (parameter.SameWithinStack || value.Content is not null))
                key.Append(key.Length > 0 ? ";" : "").Append(parameter.Name).Append('=').Append(value.Identity);
        }

        return key.ToString();
    }
}
