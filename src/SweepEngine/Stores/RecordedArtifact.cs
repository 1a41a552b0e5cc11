namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>A file that a trial has left.</summary>
/// <param name="Trial">The trial's id.</param>
/// <param name="Name">The artifact's name.</param>
/// <param name="Checksum">SHA-256 of the file in lower-case hex.</param>
/// <param name="Bytes">The file's length.</param>
/// <param name="BestBy">What the trial is the best of its sweep by, and keeps the file for; null where it keeps it in any case.</param>
/// <param name="Value">The trial's value of that; null where it has none.</param>
public sealed record RecordedArtifact(string Trial, string Name, string Checksum, long Bytes, string? BestBy, double? Value)
{
    private readonly Lazy<(string? Path, string? Fault)> file = new();

    /// <param name="look">Looks at the file, and fetches it to this machine where it is in the database; null for a path that is none of an artifact's.</param>
    internal RecordedArtifact(string trial, string name, string checksum, long bytes, string? bestBy, double? value, Func<(string? Path, string? Fault)> look)
        : this(trial, name, checksum, bytes, bestBy, value) => file = new(look);

    /// <summary>Where it lies, for as long as the reader is open; null where its name in the store is none that an artifact has.</summary>
    public string? Path => file.Value.Path;

    /// <summary>What is wrong with the file, as a sentence without its full stop; null when it is the one that was written.</summary>
    public string? Fault => file.Value.Fault;
}
