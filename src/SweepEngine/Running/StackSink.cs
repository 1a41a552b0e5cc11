namespace VicRegSweeps.SweepEngine;

/// <summary>Collects what a runner hands over for one stack and records it in few transactions.</summary>
/// <remarks>Trials that have ended already, as after a resume, are ignored: the first end stands.</remarks>
internal sealed class StackSink : ITrialSink
{
    private readonly SqliteStore store;
    private readonly StackLease lease;
    private readonly SweepRunOptions options;
    private readonly TimeProvider time;
    private readonly IRunObserver observer;
    private readonly CancellationToken cancel;
    private readonly HashSet<string> unfinished;
    private readonly RowBatch batch = new();
    private long flushedAt;
    private long checkpointAt;

    public StackSink(
        SqliteStore store, StackLease lease, SweepRunOptions options, TimeProvider time, IRunObserver observer, CancellationToken cancel)
    {
        this.store = store;
        this.lease = lease;
        this.options = options;
        this.time = time;
        this.observer = observer;
        this.cancel = cancel;
        unfinished = lease.Trials.Where(t => t.Value.Unfinished).Select(t => t.Key).ToHashSet(StringComparer.Ordinal);
        flushedAt = checkpointAt = time.GetTimestamp();
    }

    /// <summary>What went wrong in recording; null while all is well. Such an error is the store's, not the trials'.</summary>
    public Exception? Fault { get; private set; }

    public bool CheckpointDue => time.GetElapsedTime(checkpointAt) >= options.CheckpointEvery;

    /// <summary>Trials of the stack that have not ended, in its order.</summary>
    public IReadOnlyList<Trial> Unfinished => [.. lease.Work.Trials.Where(t => unfinished.Contains(t.Id))];

    public void Loss(Trial trial, LossRow row)
    {
        if (!unfinished.Contains(trial.Id)) return;

        batch.Add(trial, row);
        FlushIfDue();
    }

    public void Panel(Trial trial, PanelRow row)
    {
        Check(row);
        if (!unfinished.Contains(trial.Id)) return;

        batch.Add(trial, row);
        FlushIfDue();
    }

    public void Baseline(string name, PanelRow row)
    {
        Check(row);
        batch.Add(name, row);
        FlushIfDue();
    }

    public void Embedding(Trial trial, EmbeddingRow row)
    {
        if (!unfinished.Contains(trial.Id) && row.Step > 0) return;

        batch.Add(trial, row);
        FlushIfDue();
    }

    public void Spent(string stage, TimeSpan time) => batch.Add(stage, time);

    public void Finish(Trial trial, Outcome outcome)
    {
        Check(outcome);
        if (!unfinished.Remove(trial.Id)) return;

        if (FailureClasses.MayPass(outcome.FailureClass) && lease.Trials[trial.Id].Retries < options.Retries)
        {
            batch.SetApart(trial, isRetry: true);
            observer.Message($"Trial {trial.Id} failed ({outcome.Reason}) and is tried again.");
        }
        else
        {
            batch.Add(trial, outcome);
        }

        FlushIfDue();
    }

    public void Checkpoint(long step, Action<string> write)
    {
        Exception? runners = null;
        Record(() => store.RecordCheckpoint(lease, batch, step, Write), error => ReferenceEquals(error, runners));
        checkpointAt = time.GetTimestamp();

        void Write(string path)
        {
            try
            {
                write(path);
            }
            catch (Exception error)
            {
                runners = error;
                throw;
            }
        }
    }

    public void Progress(Progress progress)
    {
        observer.Progress(progress);
        FlushIfDue();
    }

    /// <summary>Takes the unfinished trials out of the stack; each starts again alone.</summary>
    public void SetApart()
    {
        foreach (var trial in Unfinished)
        {
            unfinished.Remove(trial.Id);
            batch.SetApart(trial, isRetry: false);
        }
    }

    /// <summary>Ends the unfinished trials as failed.</summary>
    public void FailRest(string failureClass, string reason)
    {
        foreach (var trial in Unfinished) Finish(trial, new Outcome(TrialState.Failed, failureClass, reason, 0, 0, 0));
    }

    /// <summary>Records what has been handed over.</summary>
    public void Flush() => Record(() => store.Record(lease, batch), _ => false);

    private void FlushIfDue()
    {
        if (time.GetElapsedTime(flushedAt) >= options.FlushEvery) Flush();
    }

    private void Record(Action write, Func<Exception, bool> isTheRunners)
    {
        try
        {
            WhenThereIsRoom(write);
        }
        catch (Exception error) when (!isTheRunners(error))
        {
            Fault = error;
            throw;
        }

        flushedAt = time.GetTimestamp();
        var ended = batch.Outcomes.ToList();
        batch.Clear();
        foreach (var (trial, outcome) in ended) observer.TrialFinished(trial, outcome);
    }

    /// <summary>A full disk is waited out: it must not fail every trial that comes by.</summary>
    private void WhenThereIsRoom(Action write)
    {
        while (true)
        {
            try
            {
                write();
                return;
            }
            catch (Exception error) when (StoreFault.IsFullDisk(error))
            {
                observer.Message($"{store.Path}: the disk is full; waiting for room.");
                Task.Delay(options.PollEvery, time, cancel).GetAwaiter().GetResult();
            }
        }
    }

    private static void Check(PanelRow row)
    {
        if (row.Verdict is not ("none" or "dimensional" or "complete"))
        {
            throw new ArgumentException($"'{row.Verdict}' is no verdict; none, dimensional and complete are.");
        }
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
