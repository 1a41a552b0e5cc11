using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Stacks;

namespace VicRegSweeps.Trials;

/// <summary>
/// Every parameter of a VICReg trial: the authority that sweep files, docs and exports are checked against.
/// <see cref="TrialVocabulary"/> has the words for what a trial yields.
/// </summary>
public static class TrialCatalogue
{
    /// <summary>What <c>model.head</c> and <c>model.expander</c> say where there is none.</summary>
    internal const string NoLayers = "none";

    private const string ArticleHead = "128-32";

    /// <summary>The catalogue. Parameters that are the same within a stack keep trials apart; all others may differ within it.</summary>
    public static ParameterCatalogue Parameters { get; } = new(
    [
        new()
        {
            Name = "data.source", Kind = ParameterKind.Word, Default = "shapes", Words = ["cifar10", "shapes"], SameWithinStack = true, DecidesInputs = true,
            Doc = "Which images: CIFAR-10, or ten classes of generated shapes that need no download.",
        },
        new()
        {
            Name = "data.path", Kind = ParameterKind.Path, Default = null, IsLocation = true, DecidesInputs = true,
            ActiveWhen = s => s.Text("data.source") == "cifar10", ActiveWhenDoc = "data.source is cifar10",
            Doc = "The folder with CIFAR-10's binary files; without it $CIFAR10_DIR, else data/cifar-10-batches-bin.",
        },
        new()
        {
            Name = "data.train_images", Kind = ParameterKind.Integer, Default = 10_000, Minimum = 2, Maximum = 1_000_000, SameWithinStack = true, DecidesInputs = true,
            Doc = "How many training images, from the first on; CIFAR-10 has 50,000.",
        },
        new()
        {
            Name = "data.test_images", Kind = ParameterKind.Integer, Default = 1_000, Minimum = 2, Maximum = 1_000_000, SameWithinStack = true, DecidesInputs = true,
            Doc = "How many held-out images, from the first on; CIFAR-10 has 10,000.",
        },
        new()
        {
            Name = "augment.recipe", Kind = ParameterKind.Word, Default = "solo-learn", Words = ["solo-learn", "mild", "none"], SameWithinStack = true, DecidesInputs = true,
            Doc = "How a view is made of an image: solo-learn's CIFAR-10 recipe for VICReg, a milder one, or no change at all.",
        },
        new()
        {
            Name = "augment.views", Kind = ParameterKind.Integer, Default = 8, Minimum = 2, Maximum = 1_024, Words = [TrialInputs.StreamWord], SameWithinStack = true, DecidesInputs = true,
            Doc = "Augmented views of every training image in the feature bank, of which a step draws two for each image of its batch; or stream: every step makes two fresh views of each, and runs the backbone once for all trials of its stack that have the same seed.",
        },
        new()
        {
            Name = "backbone.arch", Kind = ParameterKind.Word, Default = "vgg16", Words = ["vgg16"], SameWithinStack = true, DecidesInputs = true,
            Doc = "The frozen backbone; 32×32 images give 512 features.",
        },
        new()
        {
            Name = "backbone.weights", Kind = ParameterKind.Path, Default = "random", Words = ["random"], SameWithinStack = true, DecidesInputs = true,
            Doc = "Torchvision's own random initialisation, or a .safetensors file with torchvision's tensor names.",
        },
        new()
        {
            Name = "backbone.seed", Kind = ParameterKind.Integer, Default = 0, Minimum = 0, Maximum = int.MaxValue, SameWithinStack = true, DecidesInputs = true,
            Doc = "What the random backbone and the bank's views are drawn from; trials of all seeds share one bank.",
        },
        new()
        {
            Name = "backbone.precision", Kind = ParameterKind.Word, Default = "auto", Words = ["auto", "float32", "bfloat16"], SameWithinStack = true, DecidesInputs = true,
            Doc = "The type the backbone computes in; auto is bfloat16 on a GPU or a processor with matrix units for it (AMX), else float32.",
        },
        new()
        {
            Name = "backbone.standardize", Kind = ParameterKind.Truth, Default = true, SameWithinStack = true,
            Doc = "Whether features are centred and scaled per dimension with the bank's own statistics.",
        },
        new()
        {
            Name = "model.head", Kind = ParameterKind.Widths, Default = ArticleHead, Birth = ArticleHead, Words = [NoLayers],
            Minimum = 1, Maximum = 65_536, SameWithinStack = true,
            Doc = "Widths of the hidden layers between features and embedding, each linear with a ReLU, the first with dropout, the last with BatchNorm; none: the embedding is the features.",
        },
        new()
        {
            Name = "model.embedding_dim", Kind = ParameterKind.Integer, Default = 50, Minimum = 1, Maximum = 65_536, SameWithinStack = true,
            ActiveWhen = s => s.Text("model.head") != NoLayers, ActiveWhenDoc = "model.head has layers",
            Doc = "E, the dimension of the embedding, before the expander.",
        },
        new()
        {
            Name = "model.expander", Kind = ParameterKind.Widths, Default = null, Words = [NoLayers], Minimum = 1, Maximum = 65_536, SameWithinStack = true,
            Doc = "Widths of the hidden layers between embedding and representation, each linear with BatchNorm and ReLU; none: the loss is taken on the embedding. Without it there are two of model.expander_width.",
        },
        new()
        {
            Name = "model.representation_dim", Kind = ParameterKind.Integer, Default = 100, Minimum = 1, Maximum = 65_536, SameWithinStack = true,
            ActiveWhen = s => s["model.expander"]?.Text != NoLayers, ActiveWhenDoc = "the expander has layers",
            Doc = "R, the dimension of the representation, after the expander, where the loss is taken.",
        },
        new()
        {
            Name = "model.expander_width", Kind = ParameterKind.Integer, Default = 80, Minimum = 1, Maximum = 65_536, SameWithinStack = true,
            ActiveWhen = s => s["model.expander"] is null, ActiveWhenDoc = "model.expander is not given",
            Doc = "Width of the expander's two hidden layers.",
        },
        new()
        {
            Name = "model.dropout", Kind = ParameterKind.Real, Default = 0.5, Minimum = 0, Maximum = 1, ExclusiveMaximum = true, SameWithinStack = true,
            ActiveWhen = s => s.Text("model.head") != NoLayers, ActiveWhenDoc = "model.head has layers",
            Doc = "Probability of dropping a unit of the first hidden layer in training.",
        },
        new()
        {
            Name = "loss.invariance_weight", Kind = ParameterKind.Real, Default = 25, Minimum = 0,
            Doc = "λ, the weight of the invariance term.",
        },
        new()
        {
            Name = "loss.variance_weight", Kind = ParameterKind.Real, Default = 25, Minimum = 0,
            Doc = "μ, the weight of the variance term.",
        },
        new()
        {
            Name = "loss.covariance_weight", Kind = ParameterKind.Real, Default = 1, Minimum = 0,
            Doc = "ν, the weight of the covariance term.",
        },
        new()
        {
            Name = "loss.epsilon", Kind = ParameterKind.Real, Default = 1e-4, Minimum = 0, ExclusiveMinimum = true,
            Doc = "ε, added to the variance under the square root of the variance term.",
        },
        new()
        {
            Name = "loss.gamma", Kind = ParameterKind.Real, Default = 1, Minimum = 0, ExclusiveMinimum = true,
            Doc = "γ, the standard deviation below which the variance term pushes.",
        },
        new()
        {
            Name = "loss.convention", Kind = ParameterKind.Word, Default = "paper", Words = [.. LossConvention.Names],
            Doc = "Whose normalisation of the variance and covariance terms the total uses; the recorded terms stay raw.",
        },
        new()
        {
            Name = "train.epochs", Kind = ParameterKind.Integer, Default = 10, Minimum = 1, Maximum = 1_000_000, SameWithinStack = true,
            Doc = "Passes over the training images.",
        },
        new()
        {
            Name = "train.batch_size", Kind = ParameterKind.Integer, Default = 256, Minimum = 2, Maximum = 1_000_000, SameWithinStack = true,
            Doc = "Images a step; each gives two views. The last incomplete batch of an epoch is dropped.",
        },
        new()
        {
            Name = "train.optimizer", Kind = ParameterKind.Word, Default = "adam", Words = ["adam", "sgd", "lars"], SameWithinStack = true,
            Doc = "Adam (β 0.9 and 0.999, ε 1e-8) or SGD with PyTorch's semantics, or LARS (trust coefficient 0.001).",
        },
        new()
        {
            Name = "train.learning_rate", Kind = ParameterKind.Real, Default = 0.001, Minimum = 0, ExclusiveMinimum = true,
            Doc = "The learning rate after warm-up.",
        },
        new()
        {
            Name = "train.weight_decay", Kind = ParameterKind.Real, Default = 0, Minimum = 0,
            Doc = "Added to the gradient times the parameter (L2); LARS spares one-dimensional parameters.",
        },
        new()
        {
            Name = "train.momentum", Kind = ParameterKind.Real, Default = 0.9, Minimum = 0, Maximum = 1, ExclusiveMaximum = true,
            ActiveWhen = s => s.Text("train.optimizer") != "adam", ActiveWhenDoc = "train.optimizer is sgd or lars",
            Doc = "Momentum of the update.",
        },
        new()
        {
            Name = "train.warmup_epochs", Kind = ParameterKind.Integer, Default = 0, Minimum = 0, Maximum = 1_000_000,
            Doc = "Epochs over which the learning rate rises linearly from zero.",
        },
        new()
        {
            Name = "train.schedule", Kind = ParameterKind.Word, Default = "constant", Words = ["constant", "cosine"],
            Doc = "The learning rate after warm-up: constant, or down to zero along half a cosine.",
        },
        new()
        {
            Name = "log.every_batches", Kind = ParameterKind.Integer, Default = 200, Minimum = 1, Maximum = 1_000_000_000, SameWithinStack = true,
            Doc = "Batches over which recorded loss terms are averaged; the last row of a trial may have fewer.",
        },
        new()
        {
            Name = "eval.every_epochs", Kind = ParameterKind.Integer, Default = 1, Minimum = 1, Maximum = 1_000_000, SameWithinStack = true,
            Doc = "Epochs between evaluations; the last epoch is always evaluated.",
        },
        new()
        {
            Name = "eval.images", Kind = ParameterKind.Integer, Default = 500, Minimum = 2, Maximum = 1_000_000, SameWithinStack = true,
            Doc = "Held-out images that an evaluation looks at; at most data.test_images are there.",
        },
        new()
        {
            Name = "eval.reference_images", Kind = ParameterKind.Integer, Default = 2_000, Minimum = 1, Maximum = 1_000_000, SameWithinStack = true,
            Doc = "Labelled training images, not augmented, that kNN and probe may consult; at most data.train_images are there.",
        },
        new()
        {
            Name = "eval.knn_k", Kind = ParameterKind.Integer, Default = 20, Minimum = 1, Maximum = 10_000, SameWithinStack = true,
            Doc = "k, the neighbours that vote in kNN.",
        },
        new()
        {
            Name = "eval.knn_temperature", Kind = ParameterKind.Real, Default = 0.07, Minimum = 0.01, SameWithinStack = true,
            Doc = "T, by which a neighbour's vote weighs exp(cosine / T).",
        },
        new()
        {
            Name = KeptEmbeddings.Count, Kind = ParameterKind.Integer, Default = 500, Minimum = 0, Maximum = 100_000, IsRecord = true,
            Doc = "Held-out images whose embeddings before and after training the store keeps, for the report's pictures; 0 keeps none.",
        },
        new()
        {
            Name = KeptEmbeddings.Seeds, Kind = ParameterKind.Word, Default = "first", Words = ["first", "every"], IsRecord = true,
            Doc = "Whether embeddings are kept of a point's first seed alone or of every seed.",
        },
    ],
    Conflict,
    TrialVocabulary.Words)
    {
        Examples = TrialExamples.SweepFile,
    };

    /// <summary>The settings that contradict each other, in one sentence; null when none do.</summary>
    private static string? Conflict(TrialSettings s)
    {
        var (images, batch) = (s.Integer("data.train_images"), s.Integer("train.batch_size"));
        if (images < batch)
        {
            return $"'data.train_images' is {images}, but must be at least 'train.batch_size', which is {batch}.";
        }

        var (warmup, epochs) = (s.Integer("train.warmup_epochs"), s.Integer("train.epochs"));
        if (warmup > epochs)
        {
            return $"'train.warmup_epochs' is {warmup}, but must be at most 'train.epochs', which is {epochs}.";
        }

        if (s.Text("model.head") == NoLayers && s["model.expander"]?.Text == NoLayers)
        {
            return "'model.head' and 'model.expander' are both none, but then there is nothing to train.";
        }

        if (s.Text("data.source") == "cifar10")
        {
            foreach (var (name, most) in new[] { ("data.train_images", 50_000), ("data.test_images", 10_000) })
            {
                if (s.Integer(name) > most)
                {
                    return $"'{name}' is {s.Integer(name)}, but CIFAR-10 has {most}.";
                }
            }
        }

        return null;
    }
}
