using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stopping;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>
/// The rows of a store within a transaction, to be read and written. Each member does what it says and no more: nothing that could be
/// decided otherwise is decided behind it.
/// </summary>
internal interface IStoreTransaction : IStoreRows
{
    /// <summary>Adds words and parameters that are not there yet. They come last, and have no part in ranking and stopping.</summary>
    void AddWords(Vocabulary words, IEnumerable<RecordedParameter> parameters);

    /// <summary>Says which metrics are <see cref="Vocabulary.Headlines"/>: those of these names alone, in this order.</summary>
    void PutHeadlines(IReadOnlyList<string> metrics);

    /// <summary>Adds a sweep, or gives the one of this name another question and other rules.</summary>
    /// <param name="created">When it was made; now unless given.</param>
    /// <returns>Its number.</returns>
    long PutSweep(string name, string question, SweepRules rules, string? created = null);

    /// <summary>Adds a text that the sweep's file has had.</summary>
    void AddText(long sweep, SweepText text);

    /// <summary>Makes a trial one of a sweep's; one that is, stays of the generation that it is of.</summary>
    /// <param name="generation">From 1.</param>
    void Name(long sweep, long trial, int generation);

    /// <summary>Makes a trial none of a sweep's.</summary>
    void Unname(long sweep, long trial);

    /// <summary>Whether any sweep names a trial.</summary>
    bool IsNamed(long trial);

    /// <summary>Says whether a trial is to be trained.</summary>
    void SetPlanned(long trial, bool planned);

    /// <summary>Adds a trial.</summary>
    /// <returns>Its number, which is larger than all before.</returns>
    long AddTrial(NewTrial trial);

    /// <summary>Replaces what is no part of a trial's identity: where data lie, and what it is stacked with.</summary>
    void Refresh(long trial, string settings, string stackKey);

    /// <summary>The numbers of the trials that are planned and in one of these states.</summary>
    IReadOnlyList<long> Planned(IReadOnlyCollection<TrialState> states);

    /// <summary>Says which trial another is built on.</summary>
    void SetStage(long trial, long stage);

    /// <summary>Keeps an artifact of a trial; one of the same name is replaced.</summary>
    void PutArtifact(long trial, StoredArtifact artifact);

    /// <summary>Removes an artifact of a trial, if it has it.</summary>
    void ForgetArtifact(long trial, string name);

    /// <summary>
    /// The first trial that is planned, pending and in no stack, and that is built on none or on one that has completed; null where none is.
    /// </summary>
    StoredTrial? FirstWaiting();

    /// <summary>The first trials that wait as <see cref="FirstWaiting"/> does, by number.</summary>
    /// <param name="alone">Whether they are to be alone.</param>
    /// <param name="sweep">The oldest sweep that names them; null for none.</param>
    IReadOnlyList<(long Number, string Point)> Waiting(string stackKey, bool alone, long? sweep, long most);

    /// <summary>Removes what is recorded of trials after a step: rows, panels, and vectors after training.</summary>
    /// <param name="after">The last step that stays; -1 for none. Vectors from before training stay in any case.</param>
    void ForgetResults(IReadOnlyCollection<long> trials, long after);

    /// <summary>Makes a trial pending, in no stack and without an end.</summary>
    void MakePending(long trial, bool alone, int retries);

    /// <summary>Says that the pending trials of a stack have begun, unless they had.</summary>
    void Begin(long stack);

    /// <summary>Says who has asked for the end of a trial that a worker has; null for nobody.</summary>
    void SetCancelled(long trial, string? by);

    /// <summary>Ends a trial. Nobody asks for its end any more.</summary>
    void End(long trial, Outcome outcome);

    /// <summary>Takes over an end from another store.</summary>
    /// <param name="end">Its state and what follows from it.</param>
    /// <param name="stack">The stack that it was trained in; null where that is not known.</param>
    void TakeEnd(long trial, StoredTrial end, long? stack);

    /// <summary>Keeps the checksum of what is recorded of a trial.</summary>
    void Seal(long trial, string digest);

    /// <summary>Has others who ask for the same wait until this transaction ends, and sees what they have done.</summary>
    void TakeTurns(Matter matter);

    /// <summary>The workers that hold a stack, whether or not the lease holds, by name.</summary>
    /// <param name="beginning">What their names begin with.</param>
    IReadOnlyList<string> Holders(string beginning);

    /// <summary>The first stack that has planned trials to train and that nobody holds: its lease has run out, or its worker has gone.</summary>
    /// <param name="gone">Workers that have gone.</param>
    StackRow? FirstFree(DateTimeOffset now, IReadOnlyCollection<string> gone);

    /// <summary>Whether somebody has planned trials that are to be trained: asked when nothing is free to be taken.</summary>
    bool HasTaken();

    /// <summary>The stack that is not done and that a worker holds; null where it holds none.</summary>
    StackRow? StackHeldBy(string worker);

    /// <summary>The pending trials of a stack, in its order.</summary>
    IReadOnlyList<StoredTrial> PendingOf(long stack);

    /// <summary>Whether a trial of a stack is pending.</summary>
    bool HasPending(long stack);

    /// <summary>All that have been in a stack, in its order.</summary>
    IReadOnlyList<StackMember> Members(long stack);

    /// <summary>Makes a stack of pending trials.</summary>
    /// <returns>Its number.</returns>
    long AddStack(IReadOnlyList<long> trials);

    /// <summary>Adds a stack that another store has trained.</summary>
    long AddStack(StackRecord stack);

    /// <summary>Replaces who holds a stack, and by which token.</summary>
    void PutLease(StackRow stack);

    /// <summary>Replaces how far the worker of a stack is; null for one that has not said.</summary>
    void SetProgress(long stack, Progress? progress);

    /// <summary>Says from which checkpoint on a trial is no longer in a stack's; null while it is.</summary>
    void SetLeft(long stack, long trial, long? step);

    /// <summary>Replaces a stack's checkpoints.</summary>
    void SetCheckpoints(long stack, IReadOnlyList<StoredCheckpoint> newestFirst);

    /// <summary>Says that a stack is done.</summary>
    void Finish(long stack);

    /// <summary>Writes a loss row; one of the same step is replaced.</summary>
    /// <param name="row">Its terms are in the order of the store's words.</param>
    void Write(long trial, LossRow row);

    /// <summary>Writes a panel; one of the same step and space is replaced.</summary>
    void Write(long trial, PanelRow row);

    /// <summary>Writes a panel of what trials share, unless there is one of this name.</summary>
    void AddBaseline(string name, PanelRow row);

    /// <summary>The smallest seed of the planned trials of a point; null where none is planned.</summary>
    long? SmallestPlannedSeed(string point);

    /// <summary>Whether vectors from before training are kept of a trial of this stack key and seed.</summary>
    bool HasVectorsBefore(string space, long seed, string stackKey);

    /// <summary>The classes of a bank's images; null where the bank is not known.</summary>
    IReadOnlyList<int>? LabelsOf(string bank);

    /// <summary>Replaces the classes of a bank's images.</summary>
    void PutLabels(string bank, IReadOnlyList<int> labels);

    /// <summary>Keeps vectors.</summary>
    /// <param name="replace">Whether they take the place of those of the same trial, step and space; otherwise these stay.</param>
    void PutVectors(long trial, StoredVectors vectors, bool replace);

    /// <summary>Removes the vectors of one space that a trial was trained to before a step.</summary>
    void ForgetVectorsBefore(long trial, string space, long step);

    /// <summary>Adds to the wall time of a stack.</summary>
    void AddTime(long stack, string stage, double seconds);

    /// <summary>Records that a stack broke, unless that is recorded.</summary>
    void AddBreak(RecordedBreak broke);

    /// <summary>Records what trials are trained on, unless something is recorded for its settings and part.</summary>
    void AddInput(RecordedInput input);
}
