using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Images;
using VicRegSweeps.Trials.Metrics;
using VicRegSweeps.Trials.Predictors;
using VicRegSweeps.Trials.Sources;
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

    /// <summary>Of <c>log.every_batches</c>: as many batches a row as give about fifty rows a trial.</summary>
    public const string AutomaticLogging = "auto";

    private const string ArticleHead = "128-32";

    private const string OwnDoc = "data.source is folder, npy, features or video";
    private const string ImagesDoc = "data.source gives images";
    private const string ChangedDoc = $"{ImagesDoc} and augment.recipe is another than neighbours";
    private const string FrozenDoc = $"{TrialInputs.TrainParameter} is false";
    private const string BackboneDoc = $"{ImagesDoc} and backbone.arch is another than none";
    private const string DotsDoc = "data.source is dots";
    private const string VideoDoc = "data.source is dots or video";
    private const string AloneDoc = "predictor.joint is false";
    private const string CountedDoc = "data.source is another than dots and video";

    /// <summary>Convolutions of conv4.</summary>
    private const int Conv4Blocks = 4;

    /// <summary>Pixels of a set lie in one block of memory, which .NET ends here.</summary>
    private const long MostBytesOfImages = 0x7FFFFFC7;

    /// <summary>The catalogue. Parameters that are the same within a stack keep trials apart; all others may differ within it.</summary>
    public static ParameterCatalogue Parameters { get; } = new(
    [
        new()
        {
            Name = DataSources.Parameter, Kind = ParameterKind.Word, Default = "shapes", Words = [.. DataSources.All.Select(source => source.Word)],
            SameWithinStack = true, DecidesInputs = true,
            Doc = "Where samples come from: CIFAR-10 or CIFAR-100; a folder of PNG and JPEG files; images, features or video in NPY files; or generated, which needs no download: ten classes of shapes, or video of moving dots. docs/data.md describes each.",
        },
        new()
        {
            Name = "data.path", Kind = ParameterKind.Path, Default = null, IsLocation = true, CountsByContent = true, DecidesInputs = true,
            ActiveWhen = s => s.Text("data.source") is not ("shapes" or DotsSource.Name), ActiveWhenDoc = "data.source is another than shapes and dots",
            Doc = "The folder of images, or the NPY file. Of cifar10 the folder with its binary files, without it $CIFAR10_DIR, else data/cifar-10-batches-bin; of cifar100 $CIFAR100_DIR, else data/cifar-100-binary.",
        },
        new()
        {
            Name = OwnFiles.LabelsParameter, Kind = ParameterKind.Path, Default = null, IsLocation = true, CountsByContent = true, DecidesInputs = true,
            ActiveWhen = HasLabelFiles, ActiveWhenDoc = "data.source is npy or features",
            Doc = "An NPY file with the class of every sample of data.path, whole numbers from 0 on; without it there are no labels, and no kNN or probe.",
        },
        new()
        {
            Name = OwnFiles.TestPathParameter, Kind = ParameterKind.Path, Default = null, IsLocation = true, CountsByContent = true, DecidesInputs = true,
            ActiveWhen = DataSources.AreOwn, ActiveWhenDoc = OwnDoc,
            Doc = "Held-out samples in a folder or file of their own; without it data.test_share of those in data.path are held out.",
        },
        new()
        {
            Name = OwnFiles.TestLabelsParameter, Kind = ParameterKind.Path, Default = null, IsLocation = true, CountsByContent = true, DecidesInputs = true,
            ActiveWhen = s => HasLabelFiles(s) && s[OwnFiles.TestPathParameter] is not null,
            ActiveWhenDoc = "data.source is npy or features and data.test_path is given",
            Doc = "An NPY file with the class of every sample of data.test_path.",
        },
        new()
        {
            Name = "data.test_share", Kind = ParameterKind.Real, Default = 0.2, Birth = 0.2, Minimum = 0, ExclusiveMinimum = true, Maximum = 1,
                ExclusiveMaximum = true,
            SameWithinStack = true, DecidesInputs = true,
            ActiveWhen = s => DataSources.AreOwn(s) && s[OwnFiles.TestPathParameter] is null, ActiveWhenDoc = $"{OwnDoc} and data.test_path is not given",
            Doc = "The share of the samples that is held out, at least 2 of them; which ones, data.split_seed decides.",
        },
        new()
        {
            Name = "data.split_seed", Kind = ParameterKind.Integer, Default = 0, Birth = 0, Minimum = 0, Maximum = int.MaxValue,
            SameWithinStack = true, DecidesInputs = true,
            ActiveWhen = DataSources.AreOwn, ActiveWhenDoc = OwnDoc,
            Doc = "What the order of the samples is drawn from, and so which of them are held out, and which come first.",
        },
        new()
        {
            Name = "data.side", Kind = ParameterKind.Integer, Default = ImageSet.SmallSide, Birth = ImageSet.SmallSide, Minimum = ImageSet.SmallSide,
                Maximum = 224,
            SameWithinStack = true, DecidesInputs = true,
            ActiveWhen = s => s.Text("data.source") is FolderSource.Name or NpySource.Name or VideoSource.Name, ActiveWhenDoc = "data.source is folder, npy or video",
            Doc = "S, width and height of the images in pixels, a multiple of 32: others are resized to it by their shorter side and cropped in the middle.",
        },
        new()
        {
            Name = "data.skip_damaged", Kind = ParameterKind.Truth, Default = false, Birth = false, SameWithinStack = true, DecidesInputs = true,
            ActiveWhen = s => s.Text("data.source") == FolderSource.Name, ActiveWhenDoc = "data.source is folder",
            Doc = "Whether image files that cannot be read are left out; else they are named, and nothing is trained.",
        },
        new()
        {
            Name = "data.train_images", Kind = ParameterKind.Integer, Default = 10_000, Minimum = 2, Maximum = 1_000_000, SameWithinStack = true,
                DecidesInputs = true,
            ActiveWhen = AreCounted, ActiveWhenDoc = CountedDoc,
            Doc = "How many training images, from the first on; CIFAR-10 and CIFAR-100 have 50,000. Of own files at most so many: fewer where there are fewer.",
        },
        new()
        {
            Name = "data.test_images", Kind = ParameterKind.Integer, Default = 1_000, Minimum = 2, Maximum = 1_000_000, SameWithinStack = true,
                DecidesInputs = true,
            ActiveWhen = AreCounted, ActiveWhenDoc = CountedDoc,
            Doc = "How many held-out images, from the first on; CIFAR-10 and CIFAR-100 have 10,000. Of own files at most so many.",
        },
        new()
        {
            Name = "video.sequences", Kind = ParameterKind.Integer, Default = 2_000, Birth = 2_000, Minimum = 2, Maximum = 100_000, SameWithinStack = true,
                DecidesInputs = true,
            ActiveWhen = DataSources.IsVideo, ActiveWhenDoc = VideoDoc,
            Doc = "Sequences to train on; of dots a fifth as many more are held out, of video at most so many are taken, and data.test_share of the file's are held out. Every frame is a sample.",
        },
        new()
        {
            Name = "video.frames", Kind = ParameterKind.Integer, Default = 20, Birth = 20, Minimum = 2, Maximum = 1_000, SameWithinStack = true,
                DecidesInputs = true,
            ActiveWhen = AreDots, ActiveWhenDoc = DotsDoc,
            Doc = "T, frames of a sequence.",
        },
        new()
        {
            Name = "video.dots", Kind = ParameterKind.Integer, Default = 1, Birth = 1, Minimum = 1, Maximum = Dots.MostDots, SameWithinStack = true,
                DecidesInputs = true,
            ActiveWhen = AreDots, ActiveWhenDoc = DotsDoc,
            Doc = "Dots in the box, each of another colour.",
        },
        new()
        {
            Name = "video.speed", Kind = ParameterKind.Real, Default = 0.05, Birth = 0.05, Minimum = 0, Maximum = 0.3, SameWithinStack = true,
                DecidesInputs = true,
            ActiveWhen = AreDots, ActiveWhenDoc = DotsDoc,
            Doc = "How far a dot moves in a frame, as a share of the box's side; each dot has between 0.6 and 1.6 times this.",
        },
        new()
        {
            Name = "video.noise", Kind = ParameterKind.Word, Default = "none", Birth = "none", Words = ["none", "fixed", "changing"], SameWithinStack = true,
                DecidesInputs = true,
            ActiveWhen = AreDots, ActiveWhenDoc = DotsDoc,
            Doc = "What lies behind the dots: nothing, a pattern that all frames of a sequence have, or one of each frame's own.",
        },
        new()
        {
            Name = "augment.recipe", Kind = ParameterKind.Word, Default = "solo-learn", Words = [.. AugmentationRecipe.All.Select(recipe => recipe.Name)],
                SameWithinStack = true, DecidesInputs = true,
            ActiveWhen = DataSources.AreImages, ActiveWhenDoc = ImagesDoc,
            Doc = "How a view is made of an image: solo-learn's CIFAR-10 recipe for VICReg (crop_min 0.2, jitter 1, grey 0.2, solarize 0.1, flip 0.5), a milder one (0.6, 0.5, 0.1, 0, 0.5), or no change at all. neighbours is for video: the views are two frames next to each other, unchanged.",
        },
        Strength(AugmentationRecipe.CropParameter, 1,
        "The smallest area of the random crop, as a share of the image's; 1 crops nothing.") with { ExclusiveMinimum = true },
        Strength(AugmentationRecipe.JitterParameter, 2,
        "Strength of the colour jitter, which four of five views have: solo-learn's brightness, contrast, saturation and hue times this."),
        Strength(AugmentationRecipe.GreyParameter, 1, "Probability of taking a view's colour away."),
        Strength(AugmentationRecipe.SolarizeParameter, 1, "Probability of inverting what is at least 128 of 255."),
        Strength(AugmentationRecipe.FlipParameter, 1, "Probability of mirroring left and right."),
        new()
        {
            Name = "augment.views", Kind = ParameterKind.Integer, Default = 8, Minimum = 2, Maximum = 1_024, Words = [TrialInputs.StreamWord],
                SameWithinStack = true, DecidesInputs = true,
            ActiveWhen = s => AreChanged(s) && IsFrozen(s), ActiveWhenDoc = $"{ChangedDoc} and {FrozenDoc}",
            Doc = "Augmented views of every training image in the feature bank, of which a step draws two for each image of its batch; or stream: every step makes two fresh views of each, and runs the backbone once for all trials of its stack that have the same seed. A backbone that is trained is given fresh views at every step in any case.",
        },
        new()
        {
            Name = "backbone.arch", Kind = ParameterKind.Word, Default = "vgg16",
                Words = [.. Encoder.All.Select(encoder => encoder.Word)], SameWithinStack = true, DecidesInputs = true,
            ActiveWhen = DataSources.AreImages, ActiveWhenDoc = ImagesDoc,
            Doc = "The backbone. Images of S × S pixels give 512 · (S/32)² features of vgg16, its last map flattened; 512 of resnet18, 2048 of resnet50 and the last of backbone.widths of conv4, the average of their last map; and 3 · S² of none: the pixels themselves, of which a bank is large.",
        },
        new()
        {
            Name = TrialInputs.TrainParameter, Kind = ParameterKind.Truth, Default = false, Birth = false, SameWithinStack = true, DecidesInputs = true,
            Doc = "Whether the backbone is trained with head and expander, from fresh views of every step; else it is frozen, and its features are computed once. conv4 and resnet18 can be trained. A trained resnet18 has the form for small images: a first convolution of 3 × 3 without stride, and no pooling after it. The space features is then the same backbone before training, with the weights of backbone.seed.",
        },
        new()
        {
            Name = TrialInputs.WidthsParameter, Kind = ParameterKind.Widths, Default = Encoder.Conv4Widths, Birth = Encoder.Conv4Widths,
            Minimum = 1, Maximum = 4_096, SameWithinStack = true, DecidesInputs = true,
            ActiveWhen = IsConv4, ActiveWhenDoc = $"backbone.arch is {ConvNetShape.Conv4Word}",
            Doc = "Channels of the four 3 × 3 convolutions of conv4, each with BatchNorm and ReLU; after each of the first three the map is halved by pooling.",
        },
        new()
        {
            Name = TrialInputs.WidthParameter, Kind = ParameterKind.Real, Default = 1, Birth = 1, Minimum = 0, ExclusiveMinimum = true, Maximum = 16,
            SameWithinStack = true, DecidesInputs = true,
            ActiveWhen = s => IsConv4(s) || (!IsFrozen(s) && DataSources.AreImages(s) && s["backbone.arch"]?.Text == ConvNetShape.ResNet18Word),
            ActiveWhenDoc = $"backbone.arch is {ConvNetShape.Conv4Word}, or {ConvNetShape.ResNet18Word} and {TrialInputs.TrainParameter} is true",
            Doc = "What the backbone's numbers of channels are multiplied with, and rounded; at least one is left.",
        },
        new()
        {
            Name = "backbone.weights", Kind = ParameterKind.Path, Default = TrialInputs.RandomWeights, Words = [TrialInputs.RandomWeights],
                SameWithinStack = true, DecidesInputs = true, CountsByContent = true,
            ActiveWhen = HasBackbone, ActiveWhenDoc = BackboneDoc,
            Doc = "Torchvision's own random initialisation, or a .safetensors file with torchvision's tensor names; those that torchvision trained on ImageNet want backbone.normalize imagenet. A backbone that is trained starts from these: where they are random, each trial from its own seed's.",
        },
        new()
        {
            Name = Normalization.Parameter, Kind = ParameterKind.Word, Default = Normalization.Cifar10.Word, Birth = Normalization.Cifar10.Word,
                Words = [.. Normalization.All.Select(normalization => normalization.Word)], SameWithinStack = true, DecidesInputs = true,
            ActiveWhen = HasBackbone, ActiveWhenDoc = BackboneDoc,
            Doc = "Whose mean is taken from an image's channels before the backbone, and whose standard deviation they are divided by: CIFAR-10's, or ImageNet's, with which torchvision's weights were trained; none leaves them from 0 to 1.",
        },
        new()
        {
            Name = "backbone.seed", Kind = ParameterKind.Integer, Default = 0, Minimum = 0, Maximum = int.MaxValue, SameWithinStack = true,
                DecidesInputs = true,
            ActiveWhen = DataSources.AreImages, ActiveWhenDoc = ImagesDoc,
            Doc = "What the random backbone and the bank's views are drawn from; trials of all seeds share one bank. Of a backbone that is trained: the one that it is compared with.",
        },
        new()
        {
            Name = "backbone.precision", Kind = ParameterKind.Word, Default = "auto", Words = ["auto", "float32", "bfloat16"], SameWithinStack = true,
                DecidesInputs = true,
            ActiveWhen = s => HasBackbone(s) && IsFrozen(s), ActiveWhenDoc = $"{BackboneDoc} and {FrozenDoc}",
            Doc = "The type the frozen backbone computes in; one that is trained computes in float32. auto is bfloat16 on a GPU or a processor with matrix units for it (AMX), else float32.",
        },
        new()
        {
            Name = "backbone.standardize", Kind = ParameterKind.Truth, Default = true, SameWithinStack = true,
            ActiveWhen = IsFrozen, ActiveWhenDoc = FrozenDoc,
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
            ActiveWhen = IsAlone, ActiveWhenDoc = AloneDoc,
            Doc = "Widths of the hidden layers between embedding and representation, each linear with BatchNorm and ReLU; none: the loss is taken on the embedding. Without it there are two of model.expander_width.",
        },
        new()
        {
            Name = "model.representation_dim", Kind = ParameterKind.Integer, Default = 100, Minimum = 1, Maximum = 65_536, SameWithinStack = true,
            ActiveWhen = s => IsAlone(s) && s["model.expander"]?.Text != NoLayers, ActiveWhenDoc = "the expander has layers",
            Doc = "R, the dimension of the representation, after the expander, where the loss is taken.",
        },
        new()
        {
            Name = "model.expander_width", Kind = ParameterKind.Integer, Default = 80, Minimum = 1, Maximum = 65_536, SameWithinStack = true,
            ActiveWhen = s => IsAlone(s) && s["model.expander"] is null, ActiveWhenDoc = $"model.expander is not given and {AloneDoc}",
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
            Doc = "λ, the weight of the invariance term; where predictor.joint is true, of the prediction, which takes its place.",
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
            ActiveWhen = IsAlone, ActiveWhenDoc = AloneDoc,
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
            ActiveWhen = IsAlone, ActiveWhenDoc = AloneDoc,
            Doc = "Adam (β 0.9 and 0.999, ε 1e-8) or SGD with PyTorch's semantics, or LARS, which spares one-dimensional parameters.",
        },
        new()
        {
            Name = StackLars.EtaParameter, Kind = ParameterKind.Real, Default = StackLars.TrustCoefficient, Birth = StackLars.TrustCoefficient, Minimum = 0,
            ExclusiveMinimum = true,
            ActiveWhen = IsLars, ActiveWhenDoc = "train.optimizer is lars",
            Doc = "η, the trust coefficient of LARS: a layer's gradient is scaled to this share of the layer's norm.",
        },
        new()
        {
            Name = StackLars.ClipParameter, Kind = ParameterKind.Truth, Default = false, Birth = false,
            ActiveWhen = IsLars, ActiveWhenDoc = "train.optimizer is lars",
            Doc = "Whether LARS clips as solo-learn does: the scale is divided by the learning rate and is at most 1, so that no layer moves faster than SGD would move it.",
        },
        new()
        {
            Name = "train.learning_rate", Kind = ParameterKind.Real, Default = 0.001, Minimum = 0, ExclusiveMinimum = true,
            ActiveWhen = IsAlone, ActiveWhenDoc = AloneDoc,
            Doc = "The learning rate after warm-up.",
        },
        new()
        {
            Name = "train.weight_decay", Kind = ParameterKind.Real, Default = 0, Minimum = 0,
            ActiveWhen = IsAlone, ActiveWhenDoc = AloneDoc,
            Doc = "Added to the gradient times the parameter (L2); LARS spares one-dimensional parameters.",
        },
        new()
        {
            Name = "train.momentum", Kind = ParameterKind.Real, Default = 0.9, Minimum = 0, Maximum = 1, ExclusiveMaximum = true,
            ActiveWhen = s => IsAlone(s) && s.Text("train.optimizer") != "adam", ActiveWhenDoc = "train.optimizer is sgd or lars",
            Doc = "Momentum of the update.",
        },
        new()
        {
            Name = "train.warmup_epochs", Kind = ParameterKind.Integer, Default = 0, Minimum = 0, Maximum = 1_000_000,
            ActiveWhen = IsAlone, ActiveWhenDoc = AloneDoc,
            Doc = "Epochs over which the learning rate rises linearly from zero.",
        },
        new()
        {
            Name = "train.schedule", Kind = ParameterKind.Word, Default = "constant", Words = ["constant", "cosine"],
            ActiveWhen = IsAlone, ActiveWhenDoc = AloneDoc,
            Doc = "The learning rate after warm-up: constant, or down to zero along half a cosine.",
        },
        new()
        {
            Name = PredictorSettings.EpochsParameter, Kind = ParameterKind.Integer, Default = 0, Birth = 0, Minimum = 0, Maximum = 1_000_000,
                SameWithinStack = true,
            ActiveWhen = DataSources.IsVideo, ActiveWhenDoc = VideoDoc,
            Doc = "Epochs of a predictor of the next frames' embeddings, on top of the finished embedding, which is trained once for all its predictors; 0: no predictor.",
        },
        OfPredictor("history", ParameterKind.Integer, 3,
        "Past embeddings that the predictor is given, the newest among them.") with { Minimum = 1, Maximum = 100 },
        OfPredictor("width", ParameterKind.Integer, 64, "Width of the predictor's hidden layer.") with { Minimum = 1, Maximum = 65_536 },
        OfPredictor("rollout", ParameterKind.Integer, 4,
        "Frames that a predictor is trained to predict, each from its own output.") with { Minimum = 1, Maximum = 100 },
        OfPredictor("residual", ParameterKind.Truth, true, "Whether the predictor says how the embedding changes, and not what it becomes."),
        OfPredictor("learning_rate", ParameterKind.Real, 0.001,
        "The predictor's learning rate, with Adam; where predictor.joint is true, the head's too.") with
            { Minimum = 0, ExclusiveMinimum = true, SameWithinStack = false },
        OfPredictor("joint", ParameterKind.Truth, false,
        "Whether the head that makes the embedding and the predictor are trained together, from their start, for predictor.epochs: the loss is the prediction's error, with the variance and covariance terms on the embedding. Else the predictor is trained on the finished embedding."),
        new()
        {
            Name = "log.every_batches", Kind = ParameterKind.Integer, Default = AutomaticLogging, FormerDefault = 200, Words = [AutomaticLogging],
            Minimum = 1, Maximum = 1_000_000_000, SameWithinStack = true,
            Doc = "Batches over which recorded loss terms are averaged; the last row of a trial may have fewer. auto: as many as give about fifty rows a trial.",
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
            Name = EvaluationSettings.Neighbours, Kind = ParameterKind.Integer, Default = 20, Minimum = 1, Maximum = 10_000, SameWithinStack = true,
            EvaluatedAs = "k",
            Doc = "k, the neighbours that vote in kNN.",
        },
        new()
        {
            Name = EvaluationSettings.Temperature, Kind = ParameterKind.Real, Default = 0.07, Minimum = 0.01, SameWithinStack = true,
            EvaluatedAs = "t",
            Doc = "T, by which a neighbour's vote weighs exp(cosine / T).",
        },
        new()
        {
            Name = EvaluationSettings.Ridge, Kind = ParameterKind.Real, Default = RidgeProbe.RelativeRidge, Birth = RidgeProbe.RelativeRidge,
            Minimum = 1e-9, Maximum = 1e6, SameWithinStack = true, EvaluatedAs = "ridge",
            Doc = "The probe's ridge, as a share of the samples' mean variance.",
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
        new()
        {
            Name = TrialVocabulary.KeepWeights, Kind = ParameterKind.Word, Default = Artifact.KeepBest,
            Words = [Artifact.KeepBest, Artifact.KeepAll, Artifact.KeepNone], IsRecord = true,
            Doc = "Which trials leave their weights when they complete: the best of the sweep, by what halving ranks by or else the embedding's kNN, of predictors the skill one frame ahead, or all, or none.",
        },
    ],
    Conflict,
    TrialVocabulary.Words)
    {
        SharedConflict = SharedConflict,
        StageOf = PredictorSettings.StageOf,
        Examples = TrialExamples.SweepFile,
    };

    /// <summary>The settings that contradict each other, in one sentence; null when none do.</summary>
    private static string? Conflict(TrialSettings s)
    {
        if (s["train.warmup_epochs"] is { Number: { } warmup } && s["train.epochs"] is { Number: { } epochs } && warmup > epochs)
            return $"'train.warmup_epochs' is {warmup}, but must be at most 'train.epochs', which is {epochs}.";

        if (s.Text("model.head") == NoLayers && s["model.expander"]?.Text == NoLayers && IsFrozen(s))
        {
            return "'model.head' and 'model.expander' are both none, but then there is nothing to train.";
        }

        return null;
    }

    /// <inheritdoc cref="ParameterCatalogue.SharedConflict"/>
    private static string? SharedConflict(TrialSettings s)
    {
        if (InputConflict(s) is { } complaint) return complaint;
        if (PredictorSettings.Complaint(s) is { } tooShort) return tooShort;

        var (images, batch) = (TrialInputs.Train(s), s.Integer("train.batch_size"));
        if (images < batch)
        {
            return images == s["data.train_images"]?.Number
                ? $"'data.train_images' is {images}, but must be at least 'train.batch_size', which is {batch}."
                : $"'train.batch_size' is {batch}, but '{OwnFiles.PathOf(s, OwnFiles.PathParameter) ?? s.Text(DataSources.Parameter)}' has {images} samples to train on. Make batches of at most so many.";
        }

        return null;
    }

    /// <summary>Why there is no such input.</summary>
    private static string? InputConflict(TrialSettings s)
    {
        if (s["data.side"] is { Number: { } side } && side % ImageSet.SmallSide != 0)
            return $"'data.side' is {side}, but must be a multiple of {ImageSet.SmallSide}, since the backbone halves its maps five times.";
        if (TrainingConflict(s) is { } untrainable) return untrainable;
        if (TrialInputs.AreNeighbours(s) && !DataSources.IsVideo(s))
            return $"'augment.recipe' is {AugmentationRecipe.Neighbours.Name}, but the samples of data.source {s.Text(DataSources.Parameter)} are no frames and have no neighbours; data.source {DotsSource.Name} and {VideoSource.Name} have.";
        if (DataSources.Of(s).Complaint(s) is { } complaint) return complaint;
        if (s["backbone.weights"] is { Text: not TrialInputs.RandomWeights and var weights } && File.Exists(weights)
            && (TrialInputs.Trained(s) is { } trained ? new ConvNetEncoder(trained) : TrialInputs.Encoder(s)).File.Complaint(weights) is { } unfitting)
            return $"'backbone.weights' cannot be used: {unfitting}";

        var look = DataSources.Of(s).Look(s);
        var most = MostBytesOfImages / Math.Max(1, 3L * look.Side * look.Side);
        return look.Side > 0 && Math.Max(look.Train, look.Test) > most
            ? $"{Math.Max(look.Train, look.Test)} images of {look.Side} × {look.Side} pixels are more than the {most} that can be held. Set {(DataSources.IsVideo(s) ? "video.sequences lower" : "data.train_images and data.test_images to at most so many")}, or data.side lower."
            : null;
    }

    /// <summary>Why there is no such backbone, or it cannot be trained.</summary>
    private static string? TrainingConflict(TrialSettings s)
    {
        var arch = s["backbone.arch"]?.Text;
        if (s[TrialInputs.WidthsParameter] is { } widths && Encoder.WidthsOf(widths.Text).Length != Conv4Blocks)
            return $"'{TrialInputs.WidthsParameter}' is {widths}, but {ConvNetShape.Conv4Word} has four convolutions: give four widths, such as {Encoder.Conv4Widths}.";
        if (arch == ConvNetShape.Conv4Word && s["backbone.weights"] is { Text: not TrialInputs.RandomWeights })
            return $"'backbone.weights' is a file, but 'backbone.arch' is {ConvNetShape.Conv4Word}, which torchvision does not have. Leave its weights {TrialInputs.RandomWeights}.";
        if (IsFrozen(s)) return null;

        if (arch is null)
            return $"'{TrialInputs.TrainParameter}' is true, but data.source {s.Text(DataSources.Parameter)} gives features that another program made, and no images to train a backbone on.";
        if (arch is not (ConvNetShape.Conv4Word or ConvNetShape.ResNet18Word))
            return $"'{TrialInputs.TrainParameter}' is true and 'backbone.arch' is {arch}, but only {ConvNetShape.Conv4Word} and {ConvNetShape.ResNet18Word} can be trained. Name one of them, or leave {TrialInputs.TrainParameter} false.";
        return PredictorSettings.IsPredictor(s)
            ? $"'{TrialInputs.TrainParameter}' is true and '{PredictorSettings.EpochsParameter}' above 0, but predictors are trained on embeddings of a frozen backbone alone. Set one of them back."
            : null;
    }

    /// <summary>A strength that takes the place of the recipe's own.</summary>
    private static Parameter Strength(string name, double most, string doc) => new()
    {
        Name = name,
        Kind = ParameterKind.Real,
        Default = null,
        Minimum = 0,
        Maximum = most,
        SameWithinStack = true,
        DecidesInputs = true,
        ActiveWhen = AreChanged,
        ActiveWhenDoc = ChangedDoc,
        Doc = $"{doc} Without it as augment.recipe has it.",
    };

    private static Parameter OfPredictor(string name, ParameterKind kind, ParameterValue standard, string doc) => new()
    {
        Name = PredictorSettings.Prefix + name,
        Kind = kind,
        Default = standard,
        Birth = standard,
        SameWithinStack = true,
        ActiveWhen = s => PredictorSettings.IsPredictor(s) && DataSources.IsVideo(s),
        ActiveWhenDoc = $"{PredictorSettings.EpochsParameter} is above 0",
        Doc = doc,
    };

    private static bool IsAlone(TrialSettings s) => !PredictorSettings.AreJoint(s);

    private static bool IsFrozen(TrialSettings s) => s[TrialInputs.TrainParameter]?.Truth != true;

    private static bool IsConv4(TrialSettings s) => DataSources.AreImages(s) && s["backbone.arch"]?.Text == ConvNetShape.Conv4Word;

    private static bool HasBackbone(TrialSettings s) => DataSources.AreImages(s) && TrialInputs.HasBackbone(name => s[name]);

    private static bool IsLars(TrialSettings s) => IsAlone(s) && s.Text("train.optimizer") == "lars";

    private static bool AreChanged(TrialSettings s) => DataSources.AreImages(s) && !TrialInputs.AreNeighbours(s);

    private static bool AreDots(TrialSettings s) => s.Text("data.source") == DotsSource.Name;

    private static bool AreCounted(TrialSettings s) => !DataSources.IsVideo(s);

    private static bool HasLabelFiles(TrialSettings s) => s.Text(DataSources.Parameter) is NpySource.Name or FeaturesSource.Name;
}
