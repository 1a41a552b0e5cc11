namespace VicRegSweeps.SweepEngine;

/// <summary>An embedding that the store keeps, its numbers apart.</summary>
/// <param name="Number">The store's number of it.</param>
/// <param name="Trial">The trial's id.</param>
/// <param name="Before">The number of what a trial of its shapes and seed is before training; null where that is not kept.</param>
public sealed record RecordedEmbedding(long Number, string Trial, int Epoch, long Step, string Space, int Dimension, long? Before);

/// <summary>An embedding with its numbers.</summary>
/// <param name="Values">Rows of <paramref name="Dimension"/> numbers, one an image; three digits of each deviation from the mean are kept.</param>
/// <param name="Labels">The class of every image, from 0.</param>
public sealed record EmbeddingSample(int Dimension, float[] Values, IReadOnlyList<int> Labels)
{
    /// <summary>How many images.</summary>
    public int Rows => Values.Length / Dimension;
}

/// <summary>The singular values of one space of one trial, at its last evaluation.</summary>
/// <param name="Values">Largest first; empty where undefined.</param>
public sealed record RecordedSpectrum(string Trial, string Space, IReadOnlyList<double> Values);

/// <summary>What stacks were trained on and with.</summary>
/// <param name="Json">Device, machine and versions as a JSON object; null when not known.</param>
/// <param name="Stacks">How many stacks were last leased there.</param>
public sealed record RecordedEnvironment(string? Json, int Stacks);
