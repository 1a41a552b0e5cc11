using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials.Images;

namespace VicRegSweeps.Trials.Sources;

/// <summary>Where samples come from: what a word of <c>data.source</c> stands for.</summary>
internal interface ISource
{
    /// <summary>As <c>data.source</c> says it.</summary>
    string Word { get; }

    /// <summary>In the order of the labels; null where they are the user's, which come with the images, or where there are none.</summary>
    IReadOnlyList<string>? ClassNames { get; }

    /// <summary>Where the samples lie, or that they are made.</summary>
    string Place(TrialSettings s);

    /// <summary>Why no trial with these settings can have its samples, in a sentence; null where it can, as far as sizes and headers tell.</summary>
    /// <remarks>Asked of every point of a plan, so it reads no samples.</remarks>
    string? Complaint(TrialSettings s);

    /// <summary>What has to be put in place before training, though a plan does without it, in a sentence; null where nothing is missing.</summary>
    string? Missing(TrialSettings s);

    /// <summary>What the samples are like. To be asked where there is no <see cref="Complaint"/>.</summary>
    /// <exception cref="VicRegSweeps.SweepEngine.SweepException">A file is gone, or has become another.</exception>
    SourceShape Look(TrialSettings s);
}

/// <summary>A source of images, which an encoder turns into features.</summary>
internal interface IImageSource : ISource
{
    /// <param name="train">How many training images, from the first on; fewer where there are fewer.</param>
    /// <exception cref="VicRegSweeps.SweepEngine.SweepException">The images cannot be read.</exception>
    ReadImages Read(TrialSettings s, int train, SourceReading reading);
}

/// <summary>A source of video: its samples are frames, and those of a sequence follow each other.</summary>
internal interface IVideoSource : IImageSource
{
    /// <summary>Where things are in the frames and how they move; null where nobody knows.</summary>
    /// <returns>Positions in pixels and velocities in pixels a frame, each with the same number of coordinates for every frame, frame after frame.</returns>
    (double[] Positions, double[] Velocities)? Truth(TrialSettings s, DotsPart part);
}

/// <summary>What samples are like.</summary>
/// <param name="Train">How many there are to train on.</param>
/// <param name="Test">How many are held out.</param>
/// <param name="HasLabels">Whether each has a class.</param>
/// <param name="Side">S of images; 0 of features.</param>
/// <param name="Features">F of features; 0 of images, for which the encoder decides.</param>
/// <param name="Views">V of features; 0 of images, whose views are made.</param>
internal sealed record SourceShape(int Train, int Test, bool HasLabels, int Side, int Features = 0, int Views = 0)
{
    /// <summary>T: so many samples, one after the other, are the frames of a sequence; 1 where samples have no order.</summary>
    public int Frames { get; init; } = 1;
}

/// <summary>Images in memory.</summary>
/// <param name="Note">What is to be known of them, for people, such as files that were left out; null where nothing is.</param>
internal sealed record ReadImages(ImageSet Train, ImageSet Test, string? Note = null)
{
    /// <summary>In the order of the labels, where the images bring names along; null where they do not.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }
}

/// <summary>What reading takes.</summary>
/// <param name="CacheFolder">Where decoded images and checksums of files are kept.</param>
/// <param name="Progress">Told how far it is.</param>
internal sealed record SourceReading(string CacheFolder, Action<Progress>? Progress, CancellationToken Cancel);
