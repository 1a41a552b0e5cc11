using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.Tests.Running;

namespace VicRegSweeps.SweepEngine.Tests.Stores;

public abstract partial class StoreContract
{
    private static readonly LossRow Row = new(1, 5, 5, 1, 1, 1, 1);
    private static readonly Outcome Done = new(TrialState.Completed, null, null, 1, 10, 1);

    [Fact]
    public void Trials_stack_in_order_by_key_and_width()
    {
        using var sweep = Sweep();
        sweep.Register(Enumerable.Range(0, 7).Select(i => FormulaRunner.Trial(i, ("formula.shape", i % 2))));

        Assert.Equal([0, 2, 4, 6], Lease(sweep).Work.Trials.Select(t => t.Seed));
        Assert.Equal([1, 3, 5], Lease(sweep).Work.Trials.Select(t => t.Seed));
        Assert.Equal(new LeaseAnswer(null, OthersAtWork: true), sweep.Store.LeaseNext(sweep.Request()));
    }

    [Fact]
    public void Two_workers_never_hold_the_same_trial()
    {
        using var sweep = Sweep();
        using var other = sweep.Open();
        sweep.Register(FormulaRunner.Grid(40));

        var leases = Enumerable.Range(0, 10).Select(i => (i % 2 == 0 ? sweep.Store : other).LeaseNext(sweep.Request($"worker {i % 2}")).Lease!);

        Assert.Equal(40, leases.SelectMany(l => l.Work.Trials).Select(t => t.Id).Distinct().Count());
    }

    [Fact]
    public void The_status_says_when_each_worker_was_heard_of_last_and_which_is_lost()
    {
        using var sweep = Sweep();
        sweep.Register(FormulaRunner.Grid(7));
        var first = Lease(sweep);
        sweep.Store.LeaseNext(sweep.Request("b"));
        sweep.Time.Advance(TimeSpan.FromSeconds(40));
        Assert.True(sweep.Store.Renew(first, TimeSpan.FromSeconds(60)));
        sweep.Time.Advance(TimeSpan.FromSeconds(12));

        var status = sweep.Store.Status();
        Assert.Equal([("a", TimeSpan.FromSeconds(12)), ("b", TimeSpan.FromSeconds(52))], status.Stacks.Select(s => (s.Worker, s.Silence!.Value)));
        Assert.Empty(status.Lost);

        sweep.Time.Advance(TimeSpan.FromSeconds(13));
        status = sweep.Store.Status();
        Assert.Equal(["a"], status.Stacks.Select(s => s.Worker));
        var lost = Assert.Single(status.Lost);
        Assert.Equal(("b", 3, TimeSpan.FromSeconds(65)), (lost.Worker, lost.Trials, lost.Silence!.Value));

        // The next worker that comes takes its stack up, and none is lost any more.
        Assert.Equal(lost.Number, sweep.Store.LeaseNext(sweep.Request("c")).Lease!.Stack);
        Assert.Empty(sweep.Store.Status().Lost);
    }

    [Fact]
    public void A_lease_that_ran_out_goes_to_the_next_worker_and_the_late_one_is_refused()
    {
        using var sweep = Sweep();
        sweep.Register(FormulaRunner.Grid(2));
        var late = Lease(sweep);
        sweep.Time.Advance(TimeSpan.FromSeconds(61));

        Assert.Throws<LeaseLostException>(() => sweep.Store.Record(late, Rows(late)));
        var next = Lease(sweep);

        Assert.Equal(late.Work.Trials.Select(t => t.Id), next.Work.Trials.Select(t => t.Id));
        Assert.True(next.Token > late.Token);
        Assert.Throws<LeaseLostException>(() => sweep.Store.Record(late, Rows(late)));
        Assert.Throws<LeaseLostException>(() => sweep.Store.RecordCheckpoint(late, Rows(late), 5, 0, stream => stream.Write("late"u8)));
        Assert.False(sweep.Store.Renew(late, TimeSpan.FromHours(1)));
        sweep.Store.Release(late);
        Assert.True(sweep.Store.Renew(next, TimeSpan.FromHours(1)));
        Assert.Empty(Directory.GetFiles(sweep["checkpoints"]));
        Assert.All(sweep.Trials(), t => Assert.Null(t.Loss));
        sweep.Store.Record(next, Rows(next));
        Assert.All(sweep.Trials(), t => Assert.Equal(TrialState.Completed, t.State));
    }

    [Fact]
    public void A_renewed_lease_holds_and_a_lost_one_cannot_be_renewed()
    {
        using var sweep = Sweep();
        sweep.Register(FormulaRunner.Grid(1));
        var lease = Lease(sweep);
        for (var i = 0; i < 5; i++)
        {
            sweep.Time.Advance(TimeSpan.FromSeconds(40));
            Assert.True(sweep.Store.Renew(lease, TimeSpan.FromSeconds(60)));
        }

        sweep.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.False(sweep.Store.Renew(lease, TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public void A_worker_of_this_machine_that_has_gone_is_not_waited_for()
    {
        using var sweep = Sweep();
        sweep.Register(FormulaRunner.Grid(1));
        var parts = WorkerIdentity.Current.Split(':');
        Assert.SkipWhen(parts[3] == "-", "needs Linux");
        Assert.False(WorkerIdentity.HasGone(WorkerIdentity.Current));

        // The same process number, started at another time: the process that had it is no more.
        parts[2] = "1";
        sweep.Store.LeaseNext(sweep.Request(string.Join(':', parts)));

        Assert.Equal((1, 0), (sweep.Store.Status().Pending, sweep.Store.Status().Running));
        Assert.NotNull(sweep.Store.LeaseNext(sweep.Request("b")).Lease);
        Assert.False(WorkerIdentity.HasGone("elsewhere:1:1:x"));
        Assert.False(WorkerIdentity.HasGone("b"));
    }

    [Fact]
    public void A_resumed_stack_is_whole_and_its_later_rows_are_forgotten()
    {
        using var sweep = Sweep();
        sweep.Register(FormulaRunner.Grid(3));
        var lease = Lease(sweep);
        var (early, lasting, interrupted) = (lease.Work.Trials[0], lease.Work.Trials[1], lease.Work.Trials[2]);
        Record(sweep, lease, batch => batch.Add(early, Done));
        var rows = new RowBatch();
        rows.Add(lasting, Row);
        rows.Add(interrupted, Row);
        sweep.Store.RecordCheckpoint(lease, rows, 5, 0, stream => stream.Write("state at 5"u8));
        Record(sweep, lease, batch =>
        {
            batch.Add(lasting, Row with { Step = 10 });
            batch.Add(lasting, Done);
            batch.Add(interrupted, Row with { Step = 10 });
        });
        sweep.Store.Release(lease);

        var resumed = Lease(sweep);

        Assert.Equal([lasting.Id, interrupted.Id], resumed.Work.Trials.Select(t => t.Id));
        Assert.Equal([false, true], resumed.Work.Trials.Select(t => resumed.Trials[t.Id].Unfinished));
        Assert.Equal(5, resumed.Work.Checkpoint!.Step);
        Assert.Equal("state at 5", File.ReadAllText(resumed.Work.Checkpoint.Path));
        using var reader = sweep.Read();
        Assert.Equal([(lasting.Id, 5), (lasting.Id, 10), (interrupted.Id, 5L)], reader.Losses().Select(l => (l.Trial, l.Row.Step)));
    }

    [Fact]
    public void Without_its_checkpoint_file_a_stack_starts_again_with_all_that_were_in_it()
    {
        using var sweep = Sweep();
        sweep.Register(FormulaRunner.Grid(2));
        var lease = Lease(sweep);
        var rows = new RowBatch();
        rows.Add(lease.Work.Trials[0], Done);
        rows.Add(lease.Work.Trials[1], Row);
        sweep.Store.RecordCheckpoint(lease, rows, 5, 0, stream => stream.Write("state at 5"u8));
        sweep.Store.Release(lease);
        Directory.Delete(sweep["checkpoints"], recursive: true);

        var resumed = Lease(sweep);

        Assert.Null(resumed.Work.Checkpoint);
        Assert.Equal(2, resumed.Work.Trials.Count);
        using var reader = sweep.Read();
        Assert.Empty(reader.Losses());
    }

    [Fact]
    public void The_last_two_checkpoint_files_are_kept_and_none_when_the_stack_is_done()
    {
        using var sweep = Sweep();
        sweep.Register(FormulaRunner.Grid(2));
        var lease = Lease(sweep);
        for (var step = 1; step <= 3; step++)
        {
            sweep.Store.RecordCheckpoint(lease, new RowBatch(), step, 0, stream => stream.Write("state"u8));
            Assert.Equal([.. new[] { step - 1, step }.Where(s => s > 0)], Steps());
        }

        Assert.Throws<InvalidOperationException>(() => sweep.Store.RecordCheckpoint(
            lease, new RowBatch(), 4, 0, stream =>
            {
                stream.Write("half a st"u8);
                throw new InvalidOperationException();
            }));
        Assert.Equal([2, 3], Steps());

        sweep.Store.Record(lease, Rows(lease));
        Assert.Empty(Steps());

        int[] Steps() => [.. Directory.GetFiles(sweep["checkpoints"]).Select(f => int.Parse(f.Split(".step-")[1], null)).Order()];
    }

    [Fact]
    public void What_a_killed_process_left_of_a_checkpoint_is_cleared_away()
    {
        using var sweep = Sweep();
        sweep.Register(FormulaRunner.Grid(1));
        var lease = Lease(sweep);
        sweep.Store.RecordCheckpoint(lease, new RowBatch(), 1, 0, stream => stream.Write("state"u8));
        File.WriteAllText(sweep[$"checkpoints/{sweep.FilesOf}.stack-1.lease-1.7.step-9.tmp"], "half a st");
        sweep.Store.Release(lease);

        lease = Lease(sweep);
        Assert.Equal([lease.Work.Checkpoint!.Path], Directory.GetFiles(sweep["checkpoints"]));

        sweep.Store.Record(lease, Rows(lease));
        File.WriteAllText(sweep[$"checkpoints/{sweep.FilesOf}.stack-1.lease-2.1.step-9"], "left behind");
        using (sweep.Open())
        {
        }

        Assert.Empty(Directory.GetFiles(sweep["checkpoints"]));
    }

    [Fact]
    public void Requeued_trials_start_again_from_nothing()
    {
        using var sweep = Sweep();
        sweep.Register(FormulaRunner.Trial(0), FormulaRunner.Trial(1, ("formula.ending", "diverge")), FormulaRunner.Trial(2, ("formula.ending", "stop")));
        sweep.Run();

        Assert.Equal(2, sweep.Store.Requeue(TrialState.Failed, TrialState.Stopped));

        Assert.Equal([TrialState.Completed, TrialState.Pending, TrialState.Pending], sweep.Trials().Select(t => t.State));
        Assert.All(sweep.Trials().Skip(1), t => Assert.Equal((null, null, null, null), (t.Loss, t.Panels[0], t.Reason, t.Steps)));
        var status = sweep.Run().Status;
        Assert.Equal((1, 1, 1), (status.Completed, status.Stopped, status.Failed));
        Assert.Throws<SweepException>(() => sweep.Store.Requeue(TrialState.Running));
    }

    private static StackLease Lease(FormulaSweep sweep) => sweep.Store.LeaseNext(sweep.Request()).Lease!;

    private static RowBatch Rows(StackLease lease)
    {
        var batch = new RowBatch();
        foreach (var trial in lease.Work.Trials)
        {
            batch.Add(trial, Row);
            batch.Add(trial, Done);
        }

        return batch;
    }

    private static void Record(FormulaSweep sweep, StackLease lease, Action<RowBatch> fill)
    {
        var batch = new RowBatch();
        fill(batch);
        sweep.Store.Record(lease, batch);
    }
}
