using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.Tests.Running;

namespace VicRegSweeps.SweepEngine.Tests.Stores;

/// <summary>What every store promises, whatever database holds it. Each room has a class of its own that says how its stores are made.</summary>
public abstract partial class StoreContract
{
    [Fact]
    public void Rows_are_read_in_one_order_whatever_the_order_in_which_they_were_recorded()
    {
        using var sweep = Sweep();
        sweep.Register(FormulaRunner.Grid(2));
        var lease = Lease(sweep);
        Record(sweep, lease, batch =>
        {
            foreach (var (trial, step) in lease.Work.Trials.Reverse().SelectMany(t => new[] { (t, 9L), (t, 3L) }))
            {
                batch.Add(trial, Row with { Step = step });
                foreach (var space in new[] { "representation", "embedding" })
                    batch.Add(trial, new PanelRow(1, step, space, [new("spread", step), new("rank", null)], [2, 1], "none", "it is so"));
            }
        });

        using var reader = sweep.Read();
        var ids = lease.Work.Trials.Select(t => t.Id).ToList();
        Assert.Equal([(ids[0], 3L), (ids[0], 9L), (ids[1], 3L), (ids[1], 9L)], reader.Losses().Select(l => (l.Trial, l.Row.Step)));
        Assert.Equal(
            from id in ids from step in new[] { 3L, 9L } from space in new[] { "embedding", "representation" } from metric in new[] { "spread", "rank" } select (id, step, space, metric),
            reader.MetricValues().Select(m => (m.Trial, m.Step, m.Space, m.Metric)));
        Assert.Equal([9, null, null], reader.Trials().First().Panels[0]!.Values);
    }

    [Fact]
    public void What_is_not_finite_is_absent_and_a_row_that_comes_again_replaces_itself()
    {
        using var sweep = Sweep();
        sweep.Register(FormulaRunner.Grid(1));
        var lease = Lease(sweep);
        var trial = lease.Work.Trials[0];
        foreach (var value in new[] { 7, double.PositiveInfinity })
        {
            Record(sweep, lease, batch =>
            {
                batch.Add(trial, new LossRow(1, 5, 5, value, double.NaN, 0.5, null));
                batch.Add(trial, new PanelRow(1, 5, "embedding", [new("spread", value)], [value, 1], "none", $"{value}"));
            });
        }

        using var reader = sweep.Read();
        Assert.Equal([null, null, 0.5, null], Assert.Single(reader.Losses(trial.Id)).Terms);
        var panel = Assert.Single(reader.Panels(trial.Id)).Row;
        Assert.Null(Assert.Single(panel.Metrics).Value);
        Assert.Equal([double.NaN, 1], panel.Spectrum);
    }

    [Fact]
    public void A_reader_sees_the_store_as_it_was_while_others_write()
    {
        using var sweep = Sweep();
        sweep.Register(FormulaRunner.Grid(3));
        using var before = sweep.Read();
        Assert.Equal(3, before.Status().Pending);

        sweep.Run();

        Assert.Equal((3, 0), (before.Status().Pending, before.Losses().Count()));
        Assert.Equal((3, 18), (sweep.Store.Status().Completed, Losses(sweep)));

        static int Losses(FormulaSweep sweep)
        {
            using var now = sweep.Read();
            return now.Losses().Count();
        }
    }

    [Fact]
    public void Status_counts_by_state_and_tells_the_time_left_from_those_that_ended()
    {
        using var sweep = Sweep();
        sweep.Register(FormulaRunner.Grid(9));
        var lease = Lease(sweep);
        sweep.Store.LeaseNext(sweep.Request("b"));
        Record(sweep, lease, batch =>
        {
            batch.Add(lease.Work.Trials[0], Done with { Seconds = 30 });
            batch.Add(lease.Work.Trials[1], new Outcome(TrialState.Failed, "diverged", "it did", 0, 5, 10));
            batch.Add(lease.Work.Trials[2], new Outcome(TrialState.Stopped, null, "enough", 1, 5, 20));
        });

        var status = sweep.Store.Status();

        Assert.Equal((1, 5, 1, 1, 1), (status.Pending, status.Running, status.Completed, status.Stopped, status.Failed));
        Assert.Equal(["a", "b"], status.Workers);
        Assert.Equal((3, TimeSpan.FromSeconds(6 * 20 / 2)), (status.FinishedLately, status.TimeLeft));
        sweep.Time.Advance(TimeSpan.FromMinutes(11));
        status = sweep.Store.Status();
        Assert.Equal((6, 0, 0), (status.Pending, status.Running, status.FinishedLately));
    }

    [Fact]
    public void A_dead_workers_stack_is_halved_until_the_guilty_trial_is_alone_which_then_fails()
    {
        using var sweep = Sweep();
        sweep.Register(FormulaRunner.Grid(2));
        var lease = Lease(sweep);

        Assert.Contains("is halved", sweep.Store.Bury(new WorkerDeath("a", "error", "it crashed")), StringComparison.Ordinal);
        Assert.Throws<LeaseLostException>(() => sweep.Store.Record(lease, Rows(lease)));

        foreach (var what in new[] { "is tried again", "failed" })
        {
            sweep.Time.Advance(TimeSpan.FromSeconds(1));
            while (Lease(sweep) is var next && next.Work.Trials[0].Id != lease.Work.Trials[0].Id) sweep.Store.Record(next, Rows(next));
            Assert.EndsWith(what, sweep.Store.Bury(new WorkerDeath("a", "error", "it crashed")), StringComparison.Ordinal);
        }

        var guilty = sweep.Trials()[0];
        Assert.Equal((TrialState.Failed, "error", "it crashed"), (guilty.State, guilty.FailureClass, guilty.Reason));
        Assert.Equal(TrialState.Completed, sweep.Trials()[1].State);
        Assert.Null(sweep.Store.Bury(new WorkerDeath("a", "error", "it crashed")));
        using var reader = sweep.Read();
        Assert.Equal([2, 1, 1], reader.Breaks().Select(b => b.Stack.Width));
    }

    /// <summary>Whether the room's texts may have a null character.</summary>
    private protected virtual bool HasNull => true;

    /// <summary>How many disturbances a property is tried with.</summary>
    private protected virtual int Disturbances => 25;

    /// <summary>A sweep whose store is in the room.</summary>
    private protected abstract FormulaSweep Sweep(FormulaRunner? runner = null);
}
