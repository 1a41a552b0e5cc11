using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>Who holds a stack.</summary>
/// <param name="Token">Grows with every lease.</param>
/// <param name="Worker">Null when nobody holds it.</param>
/// <param name="Until">When the lease runs out; null when nobody holds it.</param>
/// <param name="LostLeases">Leases that ended without a word since the last checkpoint.</param>
/// <param name="Environment">Device and versions of the last lease as a JSON object; null when not known.</param>
internal sealed record StackRow(long Number, long Token, string? Worker, DateTimeOffset? Until, int LostLeases, string? Environment)
{
    /// <summary>Whether somebody trains it.</summary>
    public bool IsLive(DateTimeOffset now) => WorkerIdentity.HoldsLease(Worker, Until, now);

    /// <summary>Whether a lease with this token may still write.</summary>
    public bool IsHeldWith(long token, DateTimeOffset now) => Token == token && Until > now;
}

/// <summary>A stack that has a worker.</summary>
/// <param name="Pending">How many of its recorded trials are pending.</param>
/// <param name="Progress">How far its worker was when it last recorded something; null where it has not said.</param>
internal sealed record HeldStack(long Number, string Worker, DateTimeOffset Until, int Pending, Progress? Progress = null);

/// <summary>A trial that is or was in a stack.</summary>
/// <param name="LeftStep">The step of the first checkpoint that it is not in any more; null while it is in all.</param>
internal sealed record StackMember(StoredTrial Trial, long? LeftStep);

/// <summary>What a stack leaves for good.</summary>
/// <param name="Token">The last.</param>
/// <param name="Finished">Null for one that is not done.</param>
/// <param name="Members">Place along the stack and the number of the trial.</param>
/// <param name="Stages">Wall time by stage, in seconds.</param>
internal sealed record StackRecord(
    long Token,
    string? Environment,
    string Created,
    string? Finished,
    IReadOnlyList<(long Place, long Trial)> Members,
    IReadOnlyList<(string Stage, double Seconds)> Stages);

/// <summary>A checkpoint as the store knows it.</summary>
/// <param name="File">Its name in the folder of checkpoints.</param>
/// <param name="Checksum">SHA-256 of the file in lower-case hex; null for one of a version that kept none.</param>
/// <param name="Seconds">Each trial's share of the wall time until then.</param>
internal sealed record StoredCheckpoint(long Step, string File, string? Checksum, double Seconds);
