using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stopping;
using VicRegSweeps.SweepEngine.Stores.Merging;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>A store in whatever room: says what is to be read and written in one transaction, and has others decide it.</summary>
/// <param name="room">Is closed with the store.</param>
/// <param name="files">Where checkpoints lie.</param>
/// <param name="artifacts">Where artifacts lie.</param>
/// <param name="catalogue">The runner's.</param>
internal sealed class Store(IStoreRoom room, CheckpointFiles files, ArtifactFiles artifacts, ParameterCatalogue catalogue) : IStore
{
    private readonly StackLeases leases = new(room, files, artifacts, catalogue);

    public string Address => room.Address;

    public Vocabulary Vocabulary => catalogue.Vocabulary;

    public bool IsGone => room.IsGone;

    /// <summary>Clears away what nobody goes on from: the first thing to be done with a store that has just been opened.</summary>
    public Store Cleared()
    {
        DeleteUnused(stack: null);
        return this;
    }

    /// <summary>Writes whatever a caller decides that knows more of the store than those who share it.</summary>
    public T Change<T>(Func<IStoreTransaction, T> work) => room.Within(Reach.Everything, durable: true, work);

    public void RefuseGone() => room.RefuseGone();

    public SweepChange ChangeBy(SweepPlan plan) => room.Look(rows => SweepChange.Of(rows, room.Address, plan));

    public Registration Register(
        string sweep, string question, string fileText, IEnumerable<Trial> trials, Func<Trial, string> stackKey, SweepRules? rules = null) =>
        room.Within(Reach.Everything, durable: true, rows => new TrialRegister(rows, room.Address, catalogue, stackKey)
            .Register(sweep, question, fileText, trials, rules ?? SweepRules.Default));

    public AddedGeneration? AddGeneration(Func<Trial, string> stackKey)
    {
        if (room.Look(rows => rows.Searches()).FirstOrDefault(s => s.IsDue) is not { } due) return null;

        // To choose points takes seconds, in which others may write. What is chosen depends on what was read alone.
        var results = room.Look(rows => SearchResults.Of(rows, room.Address, catalogue, due));
        var points = results.Next();
        return room.Within(Reach.Everything, durable: true, rows => SearchResults.IsStill(rows, due, results.Revision)
            ? new TrialRegister(rows, room.Address, catalogue, stackKey).Add(results, points)
            : null);
    }

    public int Requeue(params IEnumerable<TrialState> states)
    {
        var asked = states.ToHashSet();
        Requeues.Check(asked);
        return room.Within(Reach.Everything, durable: true, rows => Requeues.Run(rows, room.Address, catalogue, asked));
    }

    public Cancellation Cancel(IReadOnlyCollection<string> trials, string by)
    {
        var cancelled = room.Within(Reach.Everything, durable: true, rows => Cancellations.Run(rows, room.Address, trials, by));
        DeleteUnused(stack: null);
        return cancelled;
    }

    public IReadOnlyDictionary<string, string> CancelRequests(StackLease lease) => room.Look(rows =>
    {
        var numbers = lease.Trials.ToDictionary(t => t.Value.Number, t => t.Key);
        return rows.CancelRequests().Where(r => numbers.ContainsKey(r.Trial)).ToDictionary(r => numbers[r.Trial], r => r.By, StringComparer.Ordinal);
    });

    public void Delete(IReadOnlyCollection<string> trials)
    {
        room.Within(Reach.Everything, durable: true, rows => Deletions.Run(rows, room.Address, trials));
        DeleteUnused(stack: null);
    }

    public LeaseAnswer LeaseNext(LeaseRequest request) => leases.Next(request);

    public bool Renew(StackLease lease, TimeSpan duration) => room.Beside(lease.Stack, rows => StackLeases.Renew(rows, lease, duration));

    public void Release(StackLease lease) => room.Within(Reach.Of(lease.Stack), durable: false, rows => StackLeases.Release(rows, lease));

    public void Confirm(StackLease lease, TrialInput input) => room.Within(Reach.Of(lease.Stack), durable: false, rows =>
    {
        StackLeases.Ensure(rows, lease.Stack, lease.Token);
        return InputContents.Confirm(rows, room.Address, input);
    });

    public int Record(StackLease lease, RowBatch batch)
    {
        var end = room.Within(Reach.Of(lease.Stack), durable: batch.HasEnds, rows =>
        {
            StackLeases.Ensure(rows, lease.Stack, lease.Token);
            return StackRows.Record(rows, Vocabulary, lease, batch);
        });
        if (end.IsClosed || batch.Artifacts.Count > 0) DeleteUnused(lease.Stack);
        return end.EndedWithStages;
    }

    public StoredArtifact? WriteArtifact(StackLease lease, Trial trial, string name, Func<string, double?> lastValue, Action<Stream> write)
    {
        var artifact = Vocabulary.Artifacts.First(a => a.Name == name);
        var keep = artifact.KeptBy is { } parameter ? trial.Settings[parameter]?.Text ?? Artifact.KeepNone : Artifact.KeepAll;
        var bestBy = keep == Artifact.KeepBest && KeptArtifacts.MetricOf(lease.Rules.Stop, Vocabulary, artifact) is { } metric ? (metric, lastValue(metric))
            : default((string, double?)?);
        var isWanted = room.Look(rows => KeptArtifacts.IsWanted(rows, Vocabulary, lease.Trials[trial.Id].Number, name, keep, bestBy));
        return isWanted ? WriteFile(lease, () => artifacts.Write(lease, name, bestBy, write)) : null;
    }

    public int RecordCheckpoint(StackLease lease, RowBatch batch, long step, double seconds, Action<Stream> write)
    {
        var checkpoint = WriteFile(lease, () => files.Write(lease, step, seconds, write));
        StackEnd end;
        try
        {
            end = room.Within(Reach.Of(lease.Stack), durable: true, rows =>
            {
                StackLeases.Ensure(rows, lease.Stack, lease.Token);
                var recorded = StackRows.Record(rows, Vocabulary, lease, batch);
                if (!recorded.IsClosed) StackCheckpoints.Add(rows, lease.Stack, checkpoint);
                return recorded;
            });
        }
        catch (Exception error) when (error is not StoreAwayException)
        {
            files.Delete(checkpoint.File);
            throw;
        }

        DeleteUnused(lease.Stack);
        return end.EndedWithStages;
    }

    public StackLease? WithoutNewestCheckpoint(StackLease lease) => leases.WithoutNewestCheckpoint(lease);

    public IReadOnlyList<Recollection> Recollect(StackLease lease, (string Space, string Name)? metric) => lease.Work.Checkpoint is { } checkpoint
        ? room.Look(rows => lease.Trials.Select(trial => new Recollection(
            trial.Key,
            rows.JudgementsOf(trial.Value.Number, checkpoint.Step),
            metric is { } m ? rows.ValueOf(trial.Value.Number, checkpoint.Step, m.Space, m.Name) : null)).ToList())
        : [];

    public string? Bury(WorkerDeath death)
    {
        var done = room.Within(Reach.Everything, durable: true, rows => WorkerBurial.Run(rows, death));
        DeleteUnused(stack: null);
        return done;
    }

    public MergeReport Merge(IStoreReader from)
    {
        if (room.IsAt(from.Address)) throw new SweepException($"{from.Address} cannot be merged into itself.");

        room.Look(rows => StoreMerge.RefuseWhereSomebodyWorks(rows, room.Address));
        from.RefuseDamage();
        var report = ((StoreReader)from).Room.Read(there =>
            room.Within(Reach.Everything, durable: true, here =>
            new StoreMerge(here, room.Address, artifacts, there, from.Address, ((StoreReader)from).Room.Artifacts, catalogue).Run()));
        DeleteUnused(stack: null);
        return report;
    }

    public StoreStatus Status() => room.Look(StatusCount.Of);

    public void Dispose() => room.Dispose();

    private T WriteFile<T>(StackLease lease, Func<T> write)
    {
        room.RefuseGone();
        try
        {
            return write();
        }
        catch
        {
            // Whoever has the stack by now clears away what the late worker was writing.
            room.RefuseGone();
            room.Look(rows => StackLeases.Ensure(rows, lease.Stack, lease.Token));
            throw;
        }
    }

    /// <summary>Deletes the files that nobody goes on from any more, and those of artifacts that are not kept.</summary>
    /// <param name="stack">The one that this process has a lease of; null for none.</param>
    private void DeleteUnused(long? stack)
    {
        files.DeleteUnused(stack, () => room.Look(rows => rows.UnfinishedStacks()));
        artifacts.DeleteUnused(stack, () => room.Look(rows => rows.ArtifactsInUse()));
    }
}
