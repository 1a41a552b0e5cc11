using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stopping;
using VicRegSweeps.SweepEngine.Stores.Merging;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>
/// A store that is open for writing: what workers, their supervisor and the command ask of it, whatever database holds it. For one
/// thread, except <see cref="Renew"/> and <see cref="IsGone"/>; several processes may have the same store open.
/// </summary>
/// <remarks>
/// A database that is busy throws <see cref="StoreBusyException"/>, one without room <see cref="StoreFullException"/>, and one that is no
/// longer there <see cref="StoreGoneException"/>. All three are <see cref="SweepException"/>s, as is every other fault that a user can mend.
/// </remarks>
public interface IStore : IDisposable
{
    /// <summary>What it was opened by, such as the path of a file. For messages, and for workers that are to open it too.</summary>
    string Address { get; }

    /// <summary>The words of the runner whose rows are recorded.</summary>
    Vocabulary Vocabulary { get; }

    /// <summary>Whether the store was removed, moved or replaced, so that nothing can be recorded in it any more. May be asked from any thread.</summary>
    bool IsGone { get; }

    /// <summary>Throws if the store was removed, moved or replaced.</summary>
    /// <exception cref="StoreGoneException">It was.</exception>
    void RefuseGone();

    /// <summary>What registering the plan would change. Nothing is written.</summary>
    SweepChange ChangeBy(SweepPlan plan);

    /// <summary>Makes these trials the plan of a sweep, in one transaction. Trials that are there already are kept as they are.</summary>
    /// <param name="sweep">The sweep's name.</param>
    /// <param name="question">What the sweep asks; empty where it asks nothing.</param>
    /// <param name="fileText">The sweep file; every text it ever had is kept.</param>
    /// <param name="trials">In the order in which they are to run. The trials that they are built on become trials of the sweep too.</param>
    /// <param name="stackKey">See <see cref="ITrialRunner.StackKey"/>.</param>
    /// <param name="rules">Hold from now on, for stacks that are under way too; the defaults unless given.</param>
    /// <exception cref="SweepException">Two different trials have the same id.</exception>
    Registration Register(
        string sweep, string question, string fileText, IEnumerable<Trial> trials, Func<Trial, string> stackKey, SweepRules? rules = null);

    /// <summary>
    /// Adds the next generation of the first search whose trials have all ended, in one transaction: whoever asks first adds it, and whoever
    /// asks later would have added the same.
    /// </summary>
    /// <param name="stackKey">See <see cref="ITrialRunner.StackKey"/>.</param>
    /// <returns>Null where none is due.</returns>
    /// <exception cref="SweepException">The file of the sweep, as the store keeps it, cannot be read any more.</exception>
    AddedGeneration? AddGeneration(Func<Trial, string> stackKey);

    /// <summary>Forgets the results of finished trials that are still planned, so that they run again.</summary>
    /// <param name="states">Final states.</param>
    /// <returns>How many trials are pending again.</returns>
    /// <exception cref="SweepException">A state is not final.</exception>
    int Requeue(params IEnumerable<TrialState> states);

    /// <summary>
    /// Takes back trials that have not ended: they are stopped, and <see cref="Requeue"/> brings them back. One that a worker trains is
    /// stopped by it, at the end of the epoch that it is in; its neighbours go on as if it had not been there.
    /// </summary>
    /// <param name="trials">Whole ids.</param>
    /// <param name="by">Who asks for it, for the reason that is recorded.</param>
    /// <exception cref="SweepException">There is no such trial; nothing was changed.</exception>
    Cancellation Cancel(IReadOnlyCollection<string> trials, string by);

    /// <summary>The trials of a lease that somebody wants stopped, and the reason to be recorded.</summary>
    IReadOnlyDictionary<string, string> CancelRequests(StackLease lease);

    /// <summary>Removes trials with all that they have left. A sweep file that still names them adds them again.</summary>
    /// <param name="trials">Whole ids.</param>
    /// <exception cref="SweepException">There is no such trial, somebody trains it, or others are built on it; nothing was changed.</exception>
    void Delete(IReadOnlyCollection<string> trials);

    /// <summary>
    /// Leases the first stack that nobody trains any more, as a whole; when there is none, a new stack of the first waiting trials that may
    /// be stacked.
    /// </summary>
    LeaseAnswer LeaseNext(LeaseRequest request);

    /// <summary>Makes a lease last for a duration from now. May be called from any thread.</summary>
    /// <returns>Whether it still held; if not, it stays lost.</returns>
    bool Renew(StackLease lease, TimeSpan duration);

    /// <summary>Gives a stack back; its unfinished trials are pending at once. Does nothing when the lease is lost.</summary>
    void Release(StackLease lease);

    /// <summary>
    /// Makes sure that trials are trained on what the trials before them were trained on, as far as they name the same; the first
    /// decides what that is.
    /// </summary>
    /// <exception cref="SweepException">It is other data now.</exception>
    /// <exception cref="LeaseLostException">Nothing was recorded.</exception>
    void Confirm(StackLease lease, TrialInput input);

    /// <summary>Records rows and ends of trials in one transaction; ends outlive a power failure.</summary>
    /// <returns>How many trials of other stacks ended with it, because those that they are built on did not complete.</returns>
    /// <exception cref="LeaseLostException">Nothing was recorded.</exception>
    int Record(StackLease lease, RowBatch batch);

    /// <summary>Writes a file that a trial is about to leave, if it is to be kept. It is kept once the trial's end is recorded.</summary>
    /// <param name="lease">Of the trial's stack.</param>
    /// <param name="name">One of <see cref="Catalogue.Vocabulary.Artifacts"/>.</param>
    /// <param name="lastValue">The trial's last value by a name of <see cref="Catalogue.Vocabulary.RankingNames"/>.</param>
    /// <param name="write">Writes the file.</param>
    /// <returns>Null where it is not to be kept.</returns>
    StoredArtifact? WriteArtifact(StackLease lease, Trial trial, string name, Func<string, double?> lastValue, Action<Stream> write);

    /// <summary>Records rows together with a state to go on from. The one before it is kept, should this one be damaged.</summary>
    /// <param name="lease">Of the stack whose state it is.</param>
    /// <param name="batch">The rows before it.</param>
    /// <param name="step">Steps done.</param>
    /// <param name="seconds">Each trial's share of the wall time until then.</param>
    /// <param name="write">Writes the state.</param>
    /// <returns>As <see cref="Record"/>.</returns>
    /// <exception cref="LeaseLostException">Nothing was recorded.</exception>
    int RecordCheckpoint(StackLease lease, RowBatch batch, long step, double seconds, Action<Stream> write);

    /// <summary>Forgets the checkpoint that a stack was leased with; the one before it serves, or the stack starts again.</summary>
    /// <returns>Null when its trials have to wait for one that they are built on: the stack was given back.</returns>
    /// <exception cref="LeaseLostException">Nothing was changed.</exception>
    StackLease? WithoutNewestCheckpoint(StackLease lease);

    /// <summary>What was recorded of a stack's trials up to the checkpoint that it goes on from, as far as stop rules look at it.</summary>
    /// <param name="lease">A stack without a checkpoint has nothing to recollect.</param>
    /// <param name="metric">What halving ranks by, as space and name; null where nothing is ranked.</param>
    IReadOnlyList<Recollection> Recollect(StackLease lease, (string Space, string Name)? metric);

    /// <summary>
    /// Takes the stack from a worker that has died without giving it back. If its trials are to blame, the stack is halved; one
    /// that was alone is tried again as often as its sweep allows, and then has failed.
    /// </summary>
    /// <returns>What was done, in one sentence; null when it held no stack.</returns>
    string? Bury(WorkerDeath death);

    /// <summary>Takes over the trials of another store, and the results that this one does not have yet.</summary>
    /// <param name="from">The other store, which is only read.</param>
    /// <exception cref="SweepException">Somebody is at work on this store, or the other is this one or is damaged.</exception>
    MergeReport Merge(IStoreReader from);

    /// <summary>Where the trials stand.</summary>
    StoreStatus Status();
}
