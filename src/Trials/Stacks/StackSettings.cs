using System.Text;
using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Trials;

/// <summary>What all trials of a stack have in common: shapes, schedule length, when to log and to evaluate.</summary>
public sealed record StackSettings
{
    /// <summary>E.</summary>
    public required int EmbeddingDim { get; init; }

    /// <summary>R.</summary>
    public required int RepresentationDim { get; init; }

    public required int ExpanderWidth { get; init; }

    /// <summary>Probability of dropping a unit of the first hidden layer in training.</summary>
    public required double Dropout { get; init; }

    public required int Epochs { get; init; }

    /// <summary>B.</summary>
    public required int BatchSize { get; init; }

    /// <summary><c>adam</c>, <c>sgd</c> or <c>lars</c>.</summary>
    public required string Optimizer { get; init; }

    /// <summary>Batches over which recorded loss terms are averaged.</summary>
    public required int LogEveryBatches { get; init; }

    public required int EvaluateEveryEpochs { get; init; }

    public static StackSettings From(TrialSettings s) => new()
    {
        EmbeddingDim = s.Integer("model.embedding_dim"),
        RepresentationDim = s.Integer("model.representation_dim"),
        ExpanderWidth = s.Integer("model.expander_width"),
        Dropout = s.Real("model.dropout"),
        Epochs = s.Integer("train.epochs"),
        BatchSize = s.Integer("train.batch_size"),
        Optimizer = s.Text("train.optimizer"),
        LogEveryBatches = s.Integer("log.every_batches"),
        EvaluateEveryEpochs = s.Integer("eval.every_epochs"),
    };

    /// <summary>Trials with equal keys may share a stack: every parameter that bears on shapes agrees.</summary>
    public static string Key(TrialSettings s)
    {
        var key = new StringBuilder(1024);
        foreach (var parameter in s.Catalogue.Parameters)
        {
            if (parameter.BearsOnShapes && s[parameter.Name] is { } value)
                key.Append(key.Length > 0 ? ";" : "").Append(parameter.Name).Append('=').Append(value.Text);
        }

        return key.ToString();
    }
}
