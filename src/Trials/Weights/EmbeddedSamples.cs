using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Predictors;
using VicRegSweeps.Trials.Sources;
using VicRegSweeps.Trials.Stacks;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Weights;

/// <summary>Applies a trained model to samples, and writes what comes out. Memory is bounded, however many samples there are.</summary>
public sealed class EmbeddedSamples : IDisposable
{
    private readonly TrainedModel model;
    private readonly TrainedPredictor? predictor;
    private readonly ISamples samples;

    private EmbeddedSamples(TrainedModel model, TrainedPredictor? predictor, ISamples samples) =>
        (this.model, this.predictor, this.samples) = (model, predictor, samples);

    public long Count => samples.Count;

    /// <summary>H, so many frames of every sequence have no prediction; null without a predictor.</summary>
    public int? History => predictor?.History;

    /// <summary>T.</summary>
    public long Frames => samples.Frames;

    /// <summary>Opens model and samples.</summary>
    /// <param name="artifact">What <see cref="TrainedModel.Write"/> wrote.</param>
    /// <param name="images">A folder of images, or an NPY file of them, of video where the trial's samples are; null for none.</param>
    /// <param name="features">An NPY file of features; null for none. With neither, samples are those that the trial held out.</param>
    /// <param name="cacheFolder">Where decoded images and checksums of files are kept.</param>
    /// <exception cref="SweepException">They cannot be read, or do not fit the trial.</exception>
    public static EmbeddedSamples Open(
        TrialSettings s, string artifact, string? images, string? features, Device device, string cacheFolder, Action<Progress> progress,
        CancellationToken cancel)
    {
        if (images is not null && !DataSources.AreImages(s))
            throw new SweepException(
                "The trial was trained on features that another program made of its samples, so it cannot take images. Make features of them there, and give --features.");

        if (features is not null && TrialInputs.IsTrained(s))
            throw new SweepException("The trial's own backbone was trained with it, so it takes images and no features. Give --images.");

        var model = TrainedModel.Read(artifact, s);
        TrainedPredictor? predictor = null;
        try
        {
            if (PredictorSettings.IsPredictor(s)) predictor = TrainedPredictor.Read(artifact, s, model.EmbeddingDim);
            var contents = new FileContents(cacheFolder, progress, cancel);
            var samples = features is not null ? new FeatureRows(features, model.Features)
                : images is not null ? Images(s, images, contents, device)
                : HeldOut(s, contents, device, new SourceReading(cacheFolder, progress, cancel));
            return new EmbeddedSamples(model, predictor, samples);
        }
        catch
        {
            model.Dispose();
            predictor?.Dispose();
            throw;
        }
    }

    /// <summary>Writes the vectors of one space, float32 [N, D], in the order of the samples.</summary>
    /// <param name="space">
    /// <see cref="TrialVocabulary.Embedding"/>, <see cref="TrialVocabulary.Representation"/>, or <see cref="TrialVocabulary.Prediction"/>: of each
    /// frame what the predictor makes of those before it, NaN for the first H of a sequence.
    /// </param>
    /// <param name="file">Not committed here.</param>
    /// <returns>D.</returns>
    public int Write(string space, WholeFile file, Action<Progress> progress, CancellationToken cancel)
    {
        using var gradientOff = no_grad();
        var dimension = space == TrialVocabulary.Representation ? model.RepresentationDim : model.EmbeddingDim;
        using var past = space == TrialVocabulary.Prediction ? zeros([predictor!.History, model.EmbeddingDim]) : null; // [H, E], of the frames before
        file.Write(new NpyHeader("<f4", IsFortranOrder: false, [samples.Count, dimension]).ToBytes());
        for (var first = 0L; first < samples.Count; first += samples.Together)
        {
            cancel.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var count = (int)Math.Min(samples.Together, samples.Count - first);
            var vectors = past is null ? model.Apply(samples.Features(first, count), space) : Predicted(past, first, samples.Features(first, count));
            TensorPieces.ForEach(vectors.contiguous(), bytes => file.Write(bytes));
            progress(new Progress("embedding", first + count, samples.Count, samples.Unit));
        }

        return dimension;
    }

    public void Dispose()
    {
        samples.Dispose();
        model.Dispose();
        predictor?.Dispose();
    }

    /// <summary>What the predictor makes of the frames before each.</summary>
    /// <param name="past">Embeddings of the H frames before the first; those before the next piece afterwards.</param>
    /// <param name="first">The number of the first frame.</param>
    /// <returns>[M, E]; NaN where the sequence has too few frames before it.</returns>
    private Tensor Predicted(Tensor past, long first, Tensor features)
    {
        var frames = cat([past, model.Apply(features, TrialVocabulary.Embedding)], 0);                            // [H + M, E]
        var count = features.shape[0];
        var windows = stack([.. Enumerable.Range(0, predictor!.History).Select(i => frames.narrow(0, i, count))], 1);
        past.copy_(frames.narrow(0, count, predictor.History));
        var hasNone = TensorArithmetic.Arange(count).Add(first).Remainder(samples.Frames).Lt(predictor.History);
        var next = predictor.Next(windows);
        return where(hasNone.unsqueeze(1), TensorArithmetic.FullLike(next, float.NaN), next);
    }

    private static ImageSamples Images(TrialSettings s, string path, FileContents contents, Device device)
    {
        contents.RefuseOthers(s, "backbone.weights");
        if (!Path.Exists(path)) throw new SweepException($"--images is '{path}', but there is no such folder or file.");

        return Owning(TrialInputs.Backbone(s, device), backbone => Directory.Exists(path)
            ? ImageSamples.OfFolder(path, backbone, TrialInputs.Side(s))
            : s.Text(DataSources.Parameter) == VideoSource.Name ? ImageSamples.OfVideo(path, backbone, TrialInputs.Side(s))
            : ImageSamples.OfNpy(path, backbone, TrialInputs.Side(s)));
    }

    private static ISamples HeldOut(TrialSettings s, FileContents contents, Device device, SourceReading reading)
    {
        contents.RefuseOthers(s);
        if (!DataSources.AreImages(s))
        {
            var (training, test) = FeaturesSource.Open(s, reading);
            training.Dispose();
            return new OwnViews(test);
        }

        // Training images are read along with them; a few are enough.
        var (train, heldOut, _) = TrialInputs.Images(s, Math.Min(2, TrialInputs.Train(s)), reading);
        train.Dispose();
        return Owning(TrialInputs.Backbone(s, device), backbone => ImageSamples.OfSet(heldOut, backbone, DataSources.Of(s).Look(s).Frames));
    }

    private static ImageSamples Owning(IBackbone backbone, Func<IBackbone, ImageSamples> make)
    {
        try
        {
            return make(backbone);
        }
        catch
        {
            backbone.Dispose();
            throw;
        }
    }
}
