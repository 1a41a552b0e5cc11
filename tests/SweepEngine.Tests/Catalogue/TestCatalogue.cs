using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.SweepFiles;

namespace VicRegSweeps.SweepEngine.Tests.Catalogue;

/// <summary>A small catalogue with a parameter of every kind.</summary>
internal static class TestCatalogue
{
    public static readonly ParameterCatalogue Instance = new(
        [
            new() { Name = "data.path", Kind = ParameterKind.Path, Default = "data", Doc = "Where the images lie.", IsLocation = true },
            new() { Name = "augment.views", Kind = ParameterKind.Integer, Default = 8, Doc = "Views of each image.", Minimum = 2, Words = ["stream"] },
            new() { Name = "backbone.weights", Kind = ParameterKind.Path, Default = "random", Doc = "The backbone's weights.", Words = ["random"] },
            new() { Name = "backbone.standardize", Kind = ParameterKind.Truth, Default = true, Doc = "Whether features are standardized." },
            new() { Name = "model.embedding_dim", Kind = ParameterKind.Integer, Default = 50, Doc = "E.", Minimum = 1, Maximum = 4096, SameWithinStack = true },
            new() { Name = "model.representation_dim", Kind = ParameterKind.Integer, Default = 100, Doc = "R.", Minimum = 1, SameWithinStack = true },
            new() { Name = "model.dropout", Kind = ParameterKind.Real, Default = 0.5, Doc = "Share of units dropped.", Minimum = 0, Maximum = 1, ExclusiveMaximum = true },
            new() { Name = "loss.variance_weight", Kind = ParameterKind.Real, Default = 25, Doc = "μ.", Minimum = 0 },
            new() { Name = "loss.covariance_weight", Kind = ParameterKind.Real, Default = 1, Doc = "ν.", Minimum = 0 },
            new() { Name = "loss.epsilon", Kind = ParameterKind.Real, Default = 1e-4, Doc = "ε.", Minimum = 0, ExclusiveMinimum = true },
            new() { Name = "train.epochs", Kind = ParameterKind.Integer, Default = 10, Doc = "Epochs.", Minimum = 1, SameWithinStack = true },
            new() { Name = "train.learning_rate", Kind = ParameterKind.Real, Default = 0.001, Doc = "Step size.", Minimum = 0, ExclusiveMinimum = true },
            new() { Name = "train.optimizer", Kind = ParameterKind.Word, Default = "adam", Doc = "How steps are taken.", Words = ["adam", "sgd", "lars"] },
            new()
            {
                Name = "train.momentum",
                Kind = ParameterKind.Real,
                Default = 0.9,
                Doc = "Share of the last step that is kept.",
                Minimum = 0,
                ActiveWhen = t => t.Text("train.optimizer") is "sgd" or "lars",
                ActiveWhenDoc = "train.optimizer is sgd or lars",
            },
            new() { Name = "eval.knn_k", Kind = ParameterKind.Integer, Default = 20, Birth = 20, Minimum = 1, Doc = "k.", EvaluatedAs = "k" },
            new() { Name = "eval.knn_temperature", Kind = ParameterKind.Real, Default = 0.1, Birth = 0.1, Minimum = 0.01, Maximum = 100, Doc = "T.", EvaluatedAs = "t" },
            new() { Name = "train.shift", Kind = ParameterKind.Real, Default = null, Doc = "A number of either sign." },
        ],
        conflict: t => t.Integer("model.embedding_dim") > 1000 && t.Integer("train.epochs") > 100
            ? "an embedding of more than 1000 dimensions cannot be trained for more than 100 epochs."
            : null,
        vocabulary: new Vocabulary
        {
            Terms = [new("total", "All."), new("variance", "A part.")],
            Metrics = [new("knn_top1", "What it knows.") { Better = Better.More, DependsOn = ["eval.knn_k", "eval.knn_temperature"] }, new("std_mean", "Spread.")],
            Spaces = [new("embedding", "E.") { Verdicts = [new("none", "", "Spread out."), new("complete", "completely", "A point.")], EndsTrials = true }],
        })
    {
        Examples = new SweepFileExamples
        {
            File = "version: 1",
            Rule = "loss.variance_weight == 0 and loss.covariance_weight > 0",
            Inactive = "momentum under Adam",
            Metric = "embedding/knn_top1",
        },
    };

    /// <summary>Reads a sweep file that begins with the required keys, so that <paramref name="rest"/> begins in line 3.</summary>
    public static SweepFile Read(string rest) => SweepFileReader.Parse("version: 1\nname: demo\n" + rest, "demo.yaml", Instance);

    public static SweepPlan Plan(string rest) => SweepPlan.Of(Read(rest), Instance);
}
