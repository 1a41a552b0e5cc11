using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Native;
using VicRegSweeps.Trials.Sources;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Stacks;

/// <summary>
/// What a stack trains on and is evaluated with, on its device but for views that have no room there; shared by every stack of the same bank.
/// </summary>
/// <remarks>Letters: N training images, V views, F features, L reference images, M held-out images.</remarks>
/// <param name="Bank">The key of the feature bank that it comes from.</param>
/// <param name="TrainViews">Features of the augmented training views, [N·V, F]; image i's views are rows i·V to i·V + V − 1. Null with a stream, and where they stay in their file.</param>
/// <param name="Images">N.</param>
/// <param name="Views">V; with a stream, of the bank that the statistics come from.</param>
/// <param name="Stream">Makes the training views of every step; null with a bank.</param>
/// <param name="Reference">Features of training images without augmentation, [L, F].</param>
/// <param name="ReferenceLabels">[L]; null where samples have no labels.</param>
/// <param name="HeldOut">Features of held-out images without augmentation, [M, F].</param>
/// <param name="HeldOutLabels">[M]; null where samples have no labels.</param>
/// <param name="HeldOutView1">Features of an augmented view of each held-out image, [M, F].</param>
/// <param name="HeldOutView2">Features of another view of each, [M, F].</param>
public sealed record StackData(
    string Bank,
    Tensor? TrainViews,
    int Images,
    int Views,
    ViewStream? Stream,
    Tensor Reference,
    Tensor? ReferenceLabels,
    Tensor HeldOut,
    Tensor? HeldOutLabels,
    Tensor HeldOutView1,
    Tensor HeldOutView2) : IDisposable
{
    /// <summary>How all features here were standardized, on the processor; null where they are as the encoder gives them.</summary>
    public FeatureScale? Scale { get; init; }

    /// <summary>What the panel of a backbone that is trained is compared with: features that it gives untrained. Null of a frozen one, whose features the others are.</summary>
    internal UntrainedFeatures? Untrained { get; init; }

    /// <summary>Training views that stay in their file, since they are larger than memory; null where they do not.</summary>
    internal FeatureViews? FileViews { get; init; }

    /// <summary>T, where the second view of a frame is the frame next to it; else 1.</summary>
    public int Frames { get; init; } = 1;

    /// <summary>Features of all training frames of video as they are, [N, F]; null of other sources.</summary>
    public Tensor? TrainFrames { get; init; }

    /// <summary>Features of all held-out frames of video, [M, F]; null of other sources.</summary>
    public Tensor? TestFrames { get; init; }

    /// <summary>Trials with equal keys have the same data.</summary>
    public static string Key(TrialSettings s) => string.Join(
        ';',
        s.Catalogue.Parameters
            .Where(p => p.DecidesInputs || p.Name is "backbone.standardize" or "eval.images" or "eval.reference_images")
            .Select(p => $"{p.Name}={s[p.Name]}/{s[p.Name]?.Content}"));

    /// <summary>Reads the images and their feature bank, which is built first where the cache does not have it.</summary>
    /// <param name="cacheFolder">Where feature banks are kept.</param>
    /// <param name="found">Told what images and weights there are, before anything is computed of them; may throw.</param>
    /// <exception cref="SweepException">The images or the cache cannot be read or written.</exception>
    public static StackData Load(
        TrialSettings s,
        Device device,
        string cacheFolder,
        Action<Progress> progress,
        CancellationToken cancel,
        Action<TrialInput>? found = null)
    {
        using var gradientOff = no_grad();
        using var scope = NewDisposeScope();
        var reading = new SourceReading(cacheFolder, progress, cancel);
        if (!DataSources.AreImages(s)) return FeatureData.Load(s, device, reading, found);

        using var bank = LoadBank(s, device, cacheFolder, progress, cancel, found);
        var scale = s["backbone.standardize"]?.Truth == true ? bank.Scale() : null;
        if (scale is not null)
        {
            bank.Standardize(scale);
        }

        var data = Of(bank, TrialInputs.IsStream(s) ? TrialInputs.Stream(s, scale, device, reading, found) : null, s, device) with { Scale = scale };
        return TrialInputs.IsTrained(s) ? data with { Untrained = UntrainedFeatures.Of(s, data) } : data;
    }

    /// <summary>Reads the images and their feature bank as it is in the cache, in memory, not standardized.</summary>
    /// <remarks>A stream has one too, of two views of every reference image: for evaluation, and for the features' mean and scale.</remarks>
    /// <inheritdoc cref="Load"/>
    public static FeatureBank LoadBank(
        TrialSettings s,
        Device device,
        string cacheFolder,
        Action<Progress> progress,
        CancellationToken cancel,
        Action<TrialInput>? found = null)
    {
        var isStream = TrialInputs.IsStream(s);
        var images = TrialInputs.Train(s);
        var read = TrialInputs.Images(
            s, isStream ? Math.Min(images, s.Integer("eval.reference_images")) : images, new SourceReading(cacheFolder, progress, cancel));
        var (train, test, note) = read;
        using (train)
        using (test)
        using (var backbone = TrialInputs.Backbone(s, device))
        {
            found?.Invoke(FoundInput.Images(FoundInput.TrainingImages, train, s, note));
            found?.Invoke(FoundInput.Images(FoundInput.HeldOutImages, test, s, note));
            if (read.ClassNames is { } names) found?.Invoke(FoundInput.Classes(names, s));
            if (TrialInputs.Encoder(s) is not PixelEncoder) found?.Invoke(FoundInput.Weights(backbone, s));
            return FeatureBank.GetOrBuild(
                cacheFolder,
                train,
                test,
                TrialInputs.Recipe(s),
                TrialInputs.BankViews(s),
                backbone,
                s.Integer("backbone.seed"),
                progress,
                cancel);
        }
    }

    /// <param name="batchSize">B.</param>
    /// <exception cref="SweepException">There are fewer samples than a batch has, as where damaged ones were left out.</exception>
    internal ITrainingBatches Batches(int batchSize)
    {
        if (Images < batchSize)
            throw new SweepException($"'train.batch_size' is {batchSize}, but there are only {Images} samples to train on: the others were left out.");

        return Stream is not null ? new StreamBatches(Stream, batchSize)
            : FileViews is not null ? new FileBatches(FileViews, Sampler(batchSize), Scale, Reference.device)
            : new BankBatches(TrainViews!, Sampler(batchSize), Reference.device);
    }

    private BatchSampler Sampler(int batchSize) => new(Images, Views, batchSize) { Frames = Frames };

    public void Dispose()
    {
        foreach (var tensor in new[] { TrainViews, Reference, ReferenceLabels, HeldOut, HeldOutLabels, HeldOutView1, HeldOutView2, TrainFrames, TestFrames })
        {
            tensor?.Dispose();
        }

        Stream?.Dispose();
        Scale?.Dispose();
        Untrained?.Dispose();
        FileViews?.Dispose();
    }

    private static StackData Of(FeatureBank bank, ViewStream? stream, TrialSettings s, Device device)
    {
        var frames = TrialInputs.AreNeighbours(s) ? DataSources.Of(s).Look(s).Frames : 1;
        var reference = Math.Min(s.Integer("eval.reference_images"), bank.Train.Count);
        var heldOut = Math.Min(s.Integer("eval.images"), bank.Test.Count);
        return new StackData(
            bank.Key,
            stream is not null ? null : KeepViews(frames > 1 ? bank.Train.Clean : bank.Train.Views.reshape(-1, bank.Features)), // [N, V, F] to [N·V, F]
            stream?.Images ?? bank.Train.Count,
            Math.Max(1, bank.Views),
            stream,
            Keep(bank.Train.Clean.narrow(0, 0, reference)),
            bank.Classes == 0 ? null : Keep(bank.Train.Labels.narrow(0, 0, reference)),
            Keep(bank.Test.Clean.narrow(0, 0, heldOut)),
            bank.Classes == 0 ? null : Keep(bank.Test.Labels.narrow(0, 0, heldOut)),
            Keep(frames > 1 ? bank.Test.Clean.narrow(0, 0, heldOut) : bank.Test.Views.narrow(0, 0, heldOut).select(1, 0)),
            Keep(frames > 1 ? bank.Test.Clean.index_select(0, Neighbours(heldOut)) : bank.Test.Views.narrow(0, 0, heldOut).select(1, 1)))
        {
            Frames = frames,
            TrainFrames = DataSources.IsVideo(s) ? Keep(bank.Train.Clean) : null,
            TestFrames = DataSources.IsVideo(s) ? Keep(bank.Test.Clean) : null,
        };

        // The next frame, or of a sequence's last the one before it.
        Tensor Neighbours(int count) => tensor([.. Enumerable.Range(0, count).Select(i => (long)((i + 1) % frames == 0 ? i - 1 : i + 1))]);

        // The views are by far the most. A GPU without room for them and for a stack takes them batch by batch.
        Tensor KeepViews(Tensor views) => GpuMemory.HasRoomFor(views.NumberOfElements * views.ElementSize, device)
            ? Keep(views)
            : views.contiguous().alias().DetachFromDisposeScope();

        Tensor Keep(Tensor tensor) => tensor.to(device).contiguous().alias().DetachFromDisposeScope();
    }
}
