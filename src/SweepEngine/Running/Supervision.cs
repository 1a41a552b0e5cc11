using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.SweepEngine.Running;

/// <summary>
/// Starts workers in processes of their own, restarts those that die, and has the store see to what they held: a trial that
/// ends its process must cost only itself.
/// </summary>
/// <param name="start">Starts the worker of a place, from 0.</param>
public sealed class Supervision(
    IStore store, int workers, Func<int, IWorkerProcess> start, IRunObserver observer, SupervisionOptions? options = null, TimeProvider? time = null)
{
    private readonly SupervisionOptions options = options ?? new SupervisionOptions();
    private readonly TimeProvider time = time ?? TimeProvider.System;
    private readonly Place[] places = [.. Enumerable.Range(0, workers).Select(number => new Place(number))];
    private string? complaint;

    /// <summary>Returns when nothing is left to train and no worker runs any more.</summary>
    /// <param name="stop">Asks all workers to write their checkpoints and to end.</param>
    /// <exception cref="SweepException">A worker met something that the user can mend, or ends before it trains anything.</exception>
    public RunSummary Run(CancellationToken stop)
    {
        try
        {
            if (Status(stop) is { } before && before.IsDone) return new RunSummary(before, Interrupted: false);

            StartAll();
            var toldAt = time.GetTimestamp();
            while (!stop.IsCancellationRequested)
            {
                foreach (var place in places.Where(p => p.Process?.ExitCode is not null)) LookAfter(place);
                if (places.All(p => p.Process is null))
                {
                    if (Status(stop) is not { } status) continue;
                    if (status.IsDone) return new RunSummary(status, Interrupted: false);

                    // As when the last trial came back after the last worker had found nothing to do.
                    StartAll();
                }

                if (time.GetElapsedTime(toldAt) >= options.TellEvery)
                {
                    toldAt = time.GetTimestamp();
                    Tell();
                }

                Pause(options.PollEvery, stop);
            }

            StopAll();
            return complaint is null ? new RunSummary(store.Status(), Interrupted: true) : throw new SweepException(complaint);
        }
        finally
        {
            KillAll();
        }
    }

    /// <summary>Ends all workers at once. May be called from any thread.</summary>
    public void KillAll()
    {
        foreach (var place in places) place.Process?.Kill();
    }

    /// <returns>Null when it was asked to stop before the store could be read.</returns>
    private StoreStatus? Status(CancellationToken stop)
    {
        try
        {
            return new Patience(store.Address, observer, options.PollEvery, time).Outwait(store.Status, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
    }

    private void StartAll()
    {
        foreach (var place in places) Start(place);
    }

    private void Start(Place place)
    {
        place.OutOfMemoryKills = options.OutOfMemoryKills();
        place.Process = start(place.Number);
    }

    private void LookAfter(Place place)
    {
        using var process = place.Process!;
        place.Process = null;
        switch (process.ExitCode)
        {
            case WorkerExit.Done or WorkerExit.SomeTrialsFailed:
                return;
            case WorkerExit.UserError:
                store.RefuseGone();    // A worker that came too late can only say that there is none.
                StopAll();
                throw new SweepException(LastLine(process));
            case { } code:
                Bury(place, process, code);
                Start(place);
                return;
        }
    }

    private void Bury(Place place, IWorkerProcess process, int code)
    {
        var outOfMemory = options.OutOfMemoryKills() > place.OutOfMemoryKills;
        var death = WorkerExit.Death(process.Identity, code, outOfMemory, process.LastOutput);
        var done = new Patience(store.Address, observer, options.PollEvery, time).Outwait(() => store.Bury(death), CancellationToken.None);
        place.BarrenDeaths = done is null && code != WorkerExit.Interrupted ? place.BarrenDeaths + 1 : 0;
        if (place.BarrenDeaths >= options.MostBarrenDeaths)
        {
            StopAll();
            throw new SweepException($"Workers end before they train anything. The last: {death.Reason}");
        }

        observer.Message($"Worker {place.Number + 1} {WorkerExit.How(code)} and is started again{(done is null ? "" : $"; {done}")}.");
    }

    /// <summary>Asks all to stop and waits; those that take too long are ended, and go on from their last checkpoints some day.</summary>
    private void StopAll()
    {
        foreach (var place in places) place.Process?.AskToStop();
        var asked = time.GetTimestamp();
        while (places.Any(p => p.Process is { ExitCode: null }))
        {
            if (time.GetElapsedTime(asked) > options.Grace)
            {
                KillAll();
                observer.Message("A worker did not end in time and was ended; what it held goes on from its last checkpoint.");
                break;
            }

            Pause(options.PollEvery, CancellationToken.None);
        }

        foreach (var place in places)
        {
            if (place.Process is { ExitCode: WorkerExit.UserError } failed) complaint ??= LastLine(failed);
            if (place.Process is { } process) store.Bury(new WorkerDeath(process.Identity, null, "asked to stop"));
            place.Process?.Dispose();
            place.Process = null;
        }
    }

    /// <summary>Where a worker says what the user can mend.</summary>
    private static string LastLine(IWorkerProcess process) => process.LastOutput.Trim().Split('\n')[^1];

    private void Tell()
    {
        try
        {
            var status = store.Status();
            observer.Progress(new Progress("sweep", status.Finished, status.Total, "trials"));
        }
        catch (SweepException error) when (error is StoreAwayException or StoreBusyException)
        {
            // The next time may fare better; workers say what is wrong.
        }
    }

    private void Pause(TimeSpan duration, CancellationToken stop)
    {
        try
        {
            Task.Delay(duration, time, stop).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>Where one worker after another works.</summary>
    private sealed class Place(int number)
    {
        public int Number => number;

        public IWorkerProcess? Process { get; set; }

        public int BarrenDeaths { get; set; }

        /// <summary>As counted when the process was started.</summary>
        public long OutOfMemoryKills { get; set; }
    }
}
