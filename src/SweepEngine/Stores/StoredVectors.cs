namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>Vectors of one space of a trial as they are stored.</summary>
internal sealed record StoredVectors(long Step, int Epoch, string Space, string Bank, int Dimension, PackedVectors Packed);

/// <summary>Vectors that are kept, without the numbers themselves.</summary>
/// <param name="Trial">The trial's id.</param>
/// <param name="IsRecorded">Whether the trial is planned or has a result.</param>
internal sealed record VectorHead(
    long Number, string Trial, bool IsRecorded, long Seed, string StackKey, int Epoch, long Step, string Space, int Dimension);
