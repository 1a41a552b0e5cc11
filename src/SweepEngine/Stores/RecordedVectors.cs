namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>Vectors of some images that the store keeps of one space of a trial, without the numbers themselves.</summary>
/// <param name="Number">The store's number of them.</param>
/// <param name="Trial">The trial's id.</param>
/// <param name="Before">The number of those that a trial of its shapes and seed has before training; null where they are not kept.</param>
public sealed record RecordedVectors(long Number, string Trial, int Epoch, long Step, string Space, int Dimension, long? Before);

/// <summary>The numbers of <see cref="RecordedVectors"/>.</summary>
/// <param name="Values">Rows of <paramref name="Dimension"/> numbers, one an image; three digits of each deviation from the mean are kept.</param>
/// <param name="Labels">The class of every image, from 0; <see cref="Running.VectorRow.NoClass"/> where it has none.</param>
public sealed record VectorSample(int Dimension, float[] Values, IReadOnlyList<int> Labels)
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
