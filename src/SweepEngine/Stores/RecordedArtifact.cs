namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>A file that a trial has left.</summary>
/// <param name="Trial">The trial's id.</param>
/// <param name="Name">The artifact's name.</param>
/// <param name="Path">Where it lies; null where its name in the store is none that an artifact has.</param>
/// <param name="Fault">What is wrong with the file, as a sentence without its full stop; null when it is the one that was written.</param>
/// <param name="Checksum">SHA-256 of the file in lower-case hex.</param>
/// <param name="Bytes">The file's length.</param>
/// <param name="BestBy">What the trial is the best of its sweep by, and keeps the file for; null where it keeps it in any case.</param>
/// <param name="Value">The trial's value of that; null where it has none.</param>
public sealed record RecordedArtifact(string Trial, string Name, string? Path, string? Fault, string Checksum, long Bytes, string? BestBy, double? Value);
