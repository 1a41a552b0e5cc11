using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Stopping;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.SweepFiles;

namespace VicRegSweeps.SweepEngine.Running;

/// <summary>Collects what a runner hands over for one stack and records it in few transactions.</summary>
/// <remarks>Trials that have ended already, as after a resume, are ignored: the first end stands.</remarks>
internal sealed class StackSink : ITrialSink
{
    /// <summary>
    /// How many times as long as recording took the next rows wait at least: a server that thousands of workers record to is busy, and a worker
    /// that then asks less often leaves it time for the others.
    /// </summary>
    private const int Rests = 50;

    /// <summary>Whoever looks on is to see how far a stack is.</summary>
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(30);

    private readonly IStore store;
    private readonly StackLease lease;
    private readonly SweepRunOptions options;
    private readonly TimeProvider time;
    private readonly IRunObserver observer;
    private readonly CancellationToken cancel;
    private readonly Patience patience;
    private readonly CheckpointClock checkpoints;
    private readonly StopMemory stopping;
    private readonly HashSet<string> unfinished;
    private readonly HashSet<string> inStack;
    private readonly HashSet<string> endedHere = new(StringComparer.Ordinal);
    private readonly RowBatch batch = new();
    private readonly Dictionary<string, LossRow> lastLosses = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Trial, string Space), PanelRow> lastPanels = [];
    private readonly Dictionary<string, List<StoredArtifact>> left = new(StringComparer.Ordinal);
    private long flushedAt;
    private long askedAt;
    private TimeSpan rest;

    public StackSink(
        IStore store, StackLease lease, SweepRunOptions options, TimeProvider time, IRunObserver observer, CancellationToken cancel)
    {
        this.store = store;
        this.lease = lease;
        this.options = options;
        this.time = time;
        this.observer = observer;
        this.cancel = cancel;
        patience = new Patience(store.Address, observer, options.PollEvery, time);
        checkpoints = new CheckpointClock(options.CheckpointEvery, time);
        stopping = new StopMemory(lease.Rules.Stop, store.Vocabulary);
        if (lease.Work.Checkpoint is not null) stopping.Recollect(patience.Outwait(() => store.Recollect(lease, stopping.Metric), cancel));
        unfinished = lease.Trials.Where(t => t.Value.Unfinished).Select(t => t.Key).ToHashSet(StringComparer.Ordinal);
        inStack = lease.Trials.Keys.ToHashSet(StringComparer.Ordinal);
        flushedAt = askedAt = time.GetTimestamp();
        rest = options.FlushEvery;
    }

    /// <summary>What went wrong in recording; null while all is well. Such an error is the store's, not the trials'.</summary>
    public Exception? Fault { get; private set; }

    public bool CheckpointDue => checkpoints.IsDue;

    /// <summary>Trials of the stack that have not ended, in its order.</summary>
    public IReadOnlyList<Trial> Unfinished => [.. lease.Work.Trials.Where(t => unfinished.Contains(t.Id))];

    public void Loss(Trial trial, LossRow row)
    {
        Check(row);
        stopping.See(trial.Id, row);
        if (!unfinished.Contains(trial.Id)) return;

        lastLosses[trial.Id] = row;
        batch.Add(trial, row);
        FlushIfDue();
    }

    public void Panel(Trial trial, PanelRow row)
    {
        Check(row);
        stopping.See(trial.Id, row);
        if (!unfinished.Contains(trial.Id)) return;

        lastPanels[(trial.Id, row.Space)] = row;
        batch.Add(trial, row);
        FlushIfDue();
    }

    public void Input(TrialInput input) => patience.Outwait(() =>
    {
        store.Confirm(lease, input);
        return true;
    }, cancel);

    public void Baseline(string name, PanelRow row)
    {
        Check(row);
        batch.Add(name, row);
        FlushIfDue();
    }

    public void Vectors(Trial trial, VectorRow row)
    {
        Check(row);
        // One that has just been stopped is shown as it was then; one that ended before an interruption has been.
        if (row.Step > 0 && !unfinished.Contains(trial.Id) && !endedHere.Contains(trial.Id)) return;

        batch.Add(trial, row);
        FlushIfDue();
    }

    public void Spent(string stage, TimeSpan time) => batch.Add(stage, time);

    public void Artifact(Trial trial, string name, Action<Stream> write)
    {
        if (!store.Vocabulary.Artifacts.Any(a => a.Name == name)) throw new ArgumentException($"'{name}' is not a declared artifact.");
        if (!unfinished.Contains(trial.Id)) return;

        Exception? runners = null;
        StoredArtifact? written = null;
        Outwait(() => written = store.WriteArtifact(lease, trial, name, metric => LastValue(trial, metric), stream => Watched(write, stream, ref runners)),
            error => ReferenceEquals(error, runners));
        if (written is null) return;

        if (!left.TryGetValue(trial.Id, out var artifacts)) left[trial.Id] = artifacts = [];
        artifacts.Add(written);
    }

    public void Finish(Trial trial, Outcome outcome)
    {
        Check(outcome);
        inStack.Remove(trial.Id);
        if (!unfinished.Remove(trial.Id)) return;

        endedHere.Add(trial.Id);
        if (FailureClasses.MayPass(outcome.FailureClass) && lease.Trials[trial.Id].Retries < lease.Rules.MostRetries)
        {
            batch.SetApart(trial);
            observer.Message($"Trial {trial.Id} failed ({outcome.Reason}) and is tried again.");
        }
        else
        {
            if (outcome.State == TrialState.Completed) foreach (var artifact in left.GetValueOrDefault(trial.Id, [])) batch.Add(trial, artifact);
            batch.Add(trial, outcome);
        }

        left.Remove(trial.Id);

        FlushIfDue();
    }

    public IReadOnlyList<Trial> Survivors(int epoch, long step, double seconds)
    {
        // When a stack goes on from before this step, those that the rules ended here are ranked again among the same trials,
        // and end again, which changes nothing; those that had ended earlier are no part of it.
        inStack.RemoveWhere(id => lease.Trials[id].EndedAt < step);
        DropCancelled(epoch, step, seconds);
        foreach (var (trial, outcome) in stopping.Decide(InStack(), epoch, step, seconds))
        {
            Finish(trial, outcome);
            checkpoints.Hasten();
        }

        return InStack();
    }

    public void Checkpoint(long step, double seconds, Action<Stream> write)
    {
        Exception? runners = null;
        var start = time.GetTimestamp();
        Record(() => store.RecordCheckpoint(lease, batch, step, seconds, stream => Watched(write, stream, ref runners)), error =>
            ReferenceEquals(error, runners));
        checkpoints.Taken(time.GetElapsedTime(start));
    }

    public void Progress(Progress progress)
    {
        observer.Progress(progress);
        batch.Progress = progress;
        FlushIfDue();
    }

    /// <summary>
    /// The runner broke over the stack. One bad trial must not cost its neighbours, so the stack is halved and goes on from
    /// its last checkpoint; a trial that is alone has failed.
    /// </summary>
    public void Break(string failureClass, string reason)
    {
        batch.Break = new StackBreak([.. Unfinished.Select(t => t.Id)], lease.Work.Trials.Count, failureClass, reason);
        if (unfinished.Count > 1)
        {
            unfinished.Clear();
            batch.IsHalved = true;
        }
        else
        {
            FailRest(failureClass, reason);
        }
    }

    /// <summary>Ends the unfinished trials as failed.</summary>
    public void FailRest(string failureClass, string reason)
    {
        foreach (var trial in Unfinished) Finish(trial, new Outcome(TrialState.Failed, failureClass, reason, 0, 0, 0));
    }

    /// <summary>Records what has been handed over.</summary>
    public void Flush() => Record(() => store.Record(lease, batch), _ => false);

    /// <summary>Ends the trials that somebody has taken back. Asked for as seldom as rows are recorded: epochs may be short.</summary>
    private void DropCancelled(int epoch, long step, double seconds)
    {
        if (time.GetElapsedTime(askedAt) < rest) return;

        askedAt = time.GetTimestamp();
        var requests = patience.Outwait(() => store.CancelRequests(lease), cancel);
        foreach (var trial in lease.Work.Trials.Where(t => requests.ContainsKey(t.Id)))
        {
            Finish(trial, new Outcome(TrialState.Stopped, null, requests[trial.Id], epoch, step, seconds));
            checkpoints.Hasten();
        }
    }

    private Trial[] InStack() => [.. lease.Work.Trials.Where(t => inStack.Contains(t.Id))];

    private void FlushIfDue()
    {
        if (time.GetElapsedTime(flushedAt) >= rest) Flush();
    }

    private TimeSpan RestAfter(TimeSpan recording)
    {
        var wanted = Rests * recording < LongestRest ? Rests * recording : LongestRest;
        return wanted > options.FlushEvery ? wanted : options.FlushEvery;
    }

    private double? LastValue(Trial trial, string metric) => metric.Split('/', 2) switch
    {
        [Vocabulary.Loss, var term] => lastLosses.GetValueOrDefault(trial.Id) is { } row
            ? store.Vocabulary.Terms.Zip(row.Terms).FirstOrDefault(t => t.First.Name == term).Second
            : null,
        [var space, var name] => lastPanels.GetValueOrDefault((trial.Id, space))?.Metrics.FirstOrDefault(m => m.Key == name).Value,
        _ => null,
    };

    /// <param name="write">Returns how many trials of other stacks ended with it.</param>
    private void Record(Func<int> write, Func<Exception, bool> isTheRunners)
    {
        var others = 0;
        var start = time.GetTimestamp();
        Outwait(() => others = write(), isTheRunners);
        flushedAt = time.GetTimestamp();
        rest = RestAfter(time.GetElapsedTime(start, flushedAt));
        var ended = batch.Outcomes.ToList();
        batch.Clear();
        foreach (var (trial, outcome) in ended) observer.TrialFinished(trial, outcome);
        if (others > 0) observer.Message($"{others} {(others == 1 ? "trial is" : "trials are")} built on trials that did not complete, and ended with them.");
    }

    private void Outwait(Action work, Func<Exception, bool> isTheRunners)
    {
        try
        {
            patience.Outwait(() =>
            {
                work();
                return true;
            }, cancel);
        }
        catch (Exception error) when (!isTheRunners(error))
        {
            Fault = error;
            throw;
        }
    }

    /// <summary>Has a runner write, and notes what goes wrong with that: it is no fault of the store.</summary>
    private static void Watched(Action<Stream> write, Stream stream, ref Exception? runners)
    {
        try
        {
            write(stream);
        }
        catch (Exception error)
        {
            runners = error;
            throw;
        }
    }

    private void Check(LossRow row)
    {
        if (row.Terms.Count != store.Vocabulary.Terms.Count)
            throw new ArgumentException($"A loss row has {row.Terms.Count} terms, but {store.Vocabulary.Terms.Count} are declared.");
    }

    private void Check(PanelRow row)
    {
        var space = store.Vocabulary.SpaceOf(row.Space) ?? throw new ArgumentException($"'{row.Space}' is not a declared space.");
        if (!space.Verdicts.Any(v => v.Name == row.Verdict))
            throw new ArgumentException($"'{row.Verdict}' is no verdict of '{row.Space}'; {Wording.AllOf(space.Verdicts.Select(v => v.Name))} are.");
    }

    private void Check(VectorRow row)
    {
        if (store.Vocabulary.SpaceOf(row.Space)?.KeptBy is null) throw new ArgumentException($"'{row.Space}' is not a space whose vectors are kept.");
    }

    private static void Check(Outcome outcome)
    {
        if (!TrialStates.IsFinal(outcome.State)) throw new ArgumentException($"{outcome.State} is not how a trial ends.");
        if (outcome.State == TrialState.Failed != FailureClasses.All.Contains(outcome.FailureClass))
        {
            throw new ArgumentException($"A trial that is {outcome.State} cannot have the failure class '{outcome.FailureClass}'.");
        }
    }
}
