using System.Globalization;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.SweepEngine.Running;

/// <summary>A worker: leases stacks from a store and has a runner train them until nothing is left.</summary>
public sealed class SweepRun
{
    // From here on it is no accident any more that a stack's workers end.
    private const int SuspectAfter = 3;

    private readonly IStore store;
    private readonly ITrialRunner runner;
    private readonly IRunObserver observer;
    private readonly SweepRunOptions options;
    private readonly TimeProvider time;
    private readonly Patience patience;
    private readonly StackWidths widths;
    private RoomNotice? room;

    public SweepRun(
        IStore store, ITrialRunner runner, IRunObserver observer, SweepRunOptions? options = null, TimeProvider? time = null)
    {
        this.store = store;
        this.runner = runner;
        this.observer = observer;
        this.options = options ?? new SweepRunOptions();
        this.time = time ?? TimeProvider.System;
        patience = new Patience(store.Address, observer, this.options.PollEvery, this.time);
        widths = new StackWidths(runner, this.options.StackWidth);
    }

    /// <summary>Trains on the calling thread. What is interrupted is pending, with a checkpoint, when this returns.</summary>
    /// <exception cref="SweepException">Something that the user can mend kept the runner from training; its trials are pending.</exception>
    public RunSummary Execute(CancellationToken cancel)
    {
        var request = new LeaseRequest(options.Worker, options.LeaseDuration, widths.Of, options.Environment);
        try
        {
            while (!cancel.IsCancellationRequested)
            {
                var answer = patience.Outwait(() => store.LeaseNext(request), cancel);
                if (answer.Lease is not null)
                {
                    Train(answer.Lease, cancel);
                }
                else if (patience.Outwait(() => store.AddGeneration(runner.StackKey), cancel) is { } added)
                {
                    Announce(added);
                }
                else if (answer.OthersAtWork && options.WaitForOthers)
                {
                    Wait(cancel);
                }
                else
                {
                    return new RunSummary(patience.Outwait(store.Status, cancel), Interrupted: false);
                }
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // While it waited for others, or for room on the disk.
        }

        return new RunSummary(store.Status(), Interrupted: true);
    }

    /// <summary>Opens the store that a worker is to join. What passes by itself is waited out, as it is later on.</summary>
    /// <param name="open">Opens it.</param>
    /// <exception cref="OperationCanceledException">It was cancelled while it waited.</exception>
    public static IStore Join(string path, Func<IStore> open, IRunObserver observer, CancellationToken cancel) =>
        new Patience(path, observer, new SweepRunOptions().PollEvery, TimeProvider.System).Outwait(open, cancel);

    private void Train(StackLease lease, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var renewal = new LeaseRenewal(store, lease, options.LeaseDuration, time, stop);
        StackSink? sink = null;
        try
        {
            for (StackLease? next = lease; next is not null;)
            {
                Announce(next);
                sink = new StackSink(store, next, options, time, observer, stop.Token);
                next = Train(next, sink, stop.Token);
            }

            patience.Outwait(() => Released(lease), cancel);
            room = null;
        }
        catch (Exception error) when (error is LeaseLostException || sink?.Fault is LeaseLostException || renewal.Lost)
        {
            observer.Message(
                $"The lease of stack {lease.Stack} ran out before it was renewed; it is trained again from its last checkpoint.");
        }
        catch (OperationCanceledException) when (store.IsGone)
        {
            store.Release(lease);    // Which cannot be, and says why.
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Nothing could be recorded any more, as on a full disk: the lease runs out by itself.
        }
        catch (SweepException error)
        {
            GiveBack(lease, sink, cancel);
            if (!FullDisk.IsMetBy(error)) throw;

            // The runner could not write, such as a feature bank. It may be another disk than the store's.
            (room ??= new RoomNotice(observer, time)).Wants(error.Message.TrimEnd('.'));
            Wait(cancel);
        }
    }

    /// <summary>Records what there is and gives the stack back, unless the lease is lost: then it has been.</summary>
    private void GiveBack(StackLease lease, StackSink? sink, CancellationToken cancel)
    {
        try
        {
            if (sink is { Fault: null }) sink.Flush();
        }
        catch (LeaseLostException)
        {
            return;
        }

        patience.Outwait(() => Released(lease), cancel);
    }

    private void Announce(AddedGeneration added)
    {
        observer.TrialsAdded(added.Trials);
        observer.Message(added.Points == 0
            ? $"{added.Sweep}: the search ends after generation {added.Generations}: its axes and exclusions leave no further point."
            : string.Create(CultureInfo.InvariantCulture,
                $"{added.Sweep}: generation {added.Generation} of {added.Generations}, {added.Points} points chosen by the results so far"));
    }

    private void Announce(StackLease lease)
    {
        foreach (var notice in lease.Notices) observer.Message(notice);
        if (lease.LostLeases >= SuspectAfter)
        {
            observer.Message(
                $"Stack {lease.Stack} has lost {lease.LostLeases} workers before it reached a checkpoint. If one of its trials ends them, --workers 1 finds out which.");
        }

        observer.StackStarted(lease.Work);
    }

    /// <summary>Trains, and gives every trial that the runner leaves without an end what it deserves.</summary>
    /// <returns>The same stack to begin from an earlier checkpoint; null when it has been seen to.</returns>
    private StackLease? Train(StackLease lease, StackSink sink, CancellationToken cancel)
    {
        try
        {
            runner.Run(lease.Work, sink, cancel);
            if (!cancel.IsCancellationRequested) sink.FailRest(FailureClasses.Error, "the runner returned without finishing this trial");
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The trials stay pending.
        }
        catch (UnusableCheckpointException error) when (lease.Work.Checkpoint is { } checkpoint)
        {
            observer.Message($"Stack {lease.Stack} cannot go on from its checkpoint at step {checkpoint.Step}: {FaultText.Of(error)}");
            return patience.Outwait(() => store.WithoutNewestCheckpoint(lease), cancel);
        }
        catch (Exception error) when (error is not SweepException && sink.Fault is null)
        {
            var (failureClass, reason) = (FailureClasses.Of(error), FaultText.Of(error));
            observer.Message($"A stack of {lease.Work.Trials.Count} broke: {reason}");
            if (failureClass == FailureClasses.OutOfMemory) widths.Narrow(lease.Work.Trials[0], lease.Work.Trials.Count);
            sink.Break(failureClass, failureClass == FailureClasses.OutOfMemory && lease.Work.Trials.Count == 1
                ? $"memory ran out with this trial alone: make it smaller, or train it where there is more. {reason}"
                : reason);
        }

        sink.Flush();
        return null;
    }

    private bool Released(StackLease lease)
    {
        store.Release(lease);
        return true;
    }

    private void Wait(CancellationToken cancel) => Task.Delay(options.PollEvery, time, cancel).GetAwaiter().GetResult();
}
