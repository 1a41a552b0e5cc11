using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;

namespace VicRegSweeps.SweepEngine.Running;

/// <summary>What knows how to train trials. The engine plans, leases and records; the runner computes.</summary>
public interface ITrialRunner
{
    /// <summary>The parameters a trial has, and the words for what it yields.</summary>
    ParameterCatalogue Catalogue { get; }

    /// <summary>Two trials may be stacked when their keys are equal.</summary>
    /// <remarks>It depends on the parameters that are the same within a stack alone: plans of millions ask once for equal values.</remarks>
    string StackKey(Trial trial);

    /// <summary>The most trials worth stacking on this machine, for trials like the given one.</summary>
    int StackWidth(Trial trial);

    /// <summary>
    /// Trains the trials of a stack together and hands the sink what they yield; every trial ends in exactly one
    /// <see cref="ITrialSink.Finish"/>.
    /// </summary>
    /// <remarks>
    /// When <paramref name="cancel"/> is signalled, it writes a checkpoint within seconds and throws
    /// <see cref="OperationCanceledException"/>. One trial's failure is a result and never touches its neighbours. What it
    /// throws otherwise is laid to the trials: the stack is halved and goes on from its last checkpoint, until the one that
    /// breaks it is alone. A <see cref="SweepException"/> is the user's to mend and ends the run.
    /// </remarks>
    /// <exception cref="UnusableCheckpointException">The checkpoint cannot be gone on from; the one before it is tried.</exception>
    void Run(StackWork work, ITrialSink sink, CancellationToken cancel);
}

/// <summary>A stack to train: from the start, or from a checkpoint.</summary>
/// <param name="Trials">In the order in which they lie along the stack's trial axis. All were unfinished at the checkpoint or since.</param>
/// <param name="Checkpoint">What <see cref="ITrialSink.Checkpoint"/> wrote last; null to start from the beginning.</param>
public sealed record StackWork(IReadOnlyList<Trial> Trials, Checkpoint? Checkpoint)
{
    /// <summary>For each trial that is built on another, by its id: the paths of the files that the other left, by the artifact's name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Stages { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, string>>();
}

/// <summary>A state that training can go on from, bit for bit.</summary>
/// <param name="Step">Steps done when it was taken.</param>
/// <param name="Path">A file that the runner wrote and reads; the engine keeps it, knows its checksum, and never looks inside.</param>
/// <param name="Seconds">Each trial's share of the wall time until then.</param>
public sealed record Checkpoint(long Step, string Path, double Seconds);

/// <summary>A runner cannot go on from a checkpoint although it is whole, as when another version wrote it.</summary>
public sealed class UnusableCheckpointException(string message, Exception? inner = null) : Exception(message, inner);
