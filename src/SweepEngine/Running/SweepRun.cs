namespace VicRegSweeps.SweepEngine;

/// <summary>A worker: leases stacks from a store and has a runner train them until nothing is left.</summary>
public sealed class SweepRun(
    SqliteStore store, ITrialRunner runner, IRunObserver observer, SweepRunOptions? options = null, TimeProvider? time = null)
{
    private readonly SweepRunOptions options = options ?? new SweepRunOptions();
    private readonly TimeProvider time = time ?? TimeProvider.System;

    /// <summary>Trains on the calling thread. What is interrupted is pending, with a checkpoint, when this returns.</summary>
    /// <exception cref="SweepException">Something that the user can mend kept the runner from training; its trials are pending.</exception>
    public RunSummary Execute(CancellationToken cancel)
    {
        var request = new LeaseRequest(
            options.Worker, options.LeaseDuration, trial => options.StackWidth ?? runner.StackWidth(trial), options.Environment);
        while (!cancel.IsCancellationRequested)
        {
            var answer = store.LeaseNext(request);
            if (answer.Lease is not null)
            {
                Train(answer.Lease, cancel);
            }
            else if (answer.OthersAtWork && options.WaitForOthers)
            {
                Wait(cancel);
            }
            else
            {
                return new RunSummary(store.Status(), Interrupted: false);
            }
        }

        return new RunSummary(store.Status(), Interrupted: true);
    }

    private void Train(StackLease lease, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var renewal = new LeaseRenewal(store, lease, options.LeaseDuration, time, stop);
        var sink = new StackSink(store, lease, options, time, observer, stop.Token);
        observer.StackStarted(lease.Work);
        try
        {
            Train(lease.Work, sink, stop.Token);
            store.Release(lease);
        }
        catch (Exception error) when (error is LeaseLostException || sink.Fault is LeaseLostException || renewal.Lost)
        {
            observer.Message(
                $"The lease of stack {lease.Stack} ran out before it was renewed; it is trained again from its last checkpoint.");
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Nothing could be recorded any more, as on a full disk: the lease runs out by itself.
        }
        catch (SweepException)
        {
            if (sink.Fault is null) sink.Flush();
            store.Release(lease);
            throw;
        }
    }

    /// <summary>Trains, and gives every trial that the runner leaves without an end what it deserves.</summary>
    private void Train(StackWork work, StackSink sink, CancellationToken cancel)
    {
        try
        {
            runner.Run(work, sink, cancel);
            if (!cancel.IsCancellationRequested) sink.FailRest(FailureClasses.Error, "the runner returned without finishing this trial");
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The trials stay pending.
        }
        catch (Exception error) when (error is not SweepException && sink.Fault is null)
        {
            // One bad trial must not cost its neighbours: a stack that breaks is taken apart and each trial has a try alone.
            observer.Message($"A stack of {work.Trials.Count} broke: {error.Message}");
            if (sink.Unfinished.Count > 1)
            {
                sink.SetApart();
            }
            else
            {
                sink.FailRest(FailureClasses.Of(error), error.Message);
            }
        }

        sink.Flush();
    }

    private void Wait(CancellationToken cancel)
    {
        try
        {
            Task.Delay(options.PollEvery, time, cancel).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
        }
    }
}
