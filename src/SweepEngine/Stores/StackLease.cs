using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stopping;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>A worker's time-limited claim on a stack.</summary>
/// <param name="Stack">The stack's number in the store.</param>
/// <param name="Token">Grows with every lease of the stack: a write that carries an older one is refused.</param>
/// <param name="Work">
/// What to train. Trials that have ended since the checkpoint are part of it, because the runner needs the stack as it
/// was; what is recorded for them again is ignored.
/// </param>
/// <param name="Trials">What the store knows of each trial of the work, by its id.</param>
/// <param name="Rules">Those of the sweep that the trials are of.</param>
/// <param name="LostLeases">How many leases before this one ended without a word since the last checkpoint.</param>
/// <param name="Notices">What was out of the ordinary, in sentences: a damaged checkpoint, say.</param>
public sealed record StackLease(
    long Stack,
    long Token,
    StackWork Work,
    IReadOnlyDictionary<string, LeasedTrial> Trials,
    SweepRules Rules,
    int LostLeases,
    IReadOnlyList<string> Notices);

/// <summary>What the store knows of a trial when it is leased.</summary>
/// <param name="Number">The store's number.</param>
/// <param name="Unfinished">Whether it has yet to end in this stack.</param>
/// <param name="Retries">How often it has failed and was tried again.</param>
/// <param name="EndedAt">The steps after which it ended in this stack or since; null while it has not.</param>
public sealed record LeasedTrial(long Number, bool Unfinished, int Retries, long? EndedAt)
{
    /// <summary>The store's number of the trial that it is built on; null where it stands on its own.</summary>
    public long? Stage { get; init; }
}

/// <summary>What there is to do.</summary>
/// <param name="Lease">The stack to train; null when there is none to be had now.</param>
/// <param name="OthersAtWork">Where there is none: whether other workers hold unfinished trials, which come back should they fail.</param>
public sealed record LeaseAnswer(StackLease? Lease, bool OthersAtWork);

/// <summary>Who asks for a stack, and on what terms.</summary>
/// <param name="Worker">A name that no other worker has, such as <see cref="WorkerIdentity.Current"/>.</param>
/// <param name="Duration">How long the lease lasts unless renewed.</param>
/// <param name="StackWidth">The most trials to stack with the given one; its sweep's wish comes along, null where it has none.</param>
/// <param name="Environment">Device and versions as a JSON object, recorded with the stack; null when not known.</param>
public sealed record LeaseRequest(string Worker, TimeSpan Duration, Func<Trial, int?, int> StackWidth, string? Environment = null);
