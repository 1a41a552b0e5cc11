using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.Tests.Running;

namespace VicRegSweeps.SweepEngine.Tests.Stores;

public abstract partial class StoreContract
{
    [Fact]
    public void A_waiting_trial_that_is_cancelled_is_stopped_and_can_be_brought_back()
    {
        using var sweep = Sweep();
        var ids = FormulaRunner.Grid(3).Select(t => t.Id).ToList();
        sweep.Register(FormulaRunner.Grid(3));

        var cancelled = sweep.Store.Cancel([ids[1]], "anna on node7");
        Assert.Equal(([ids[1]], [], []), (cancelled.Ended, cancelled.Asked, cancelled.EndedBefore), Same);
        sweep.Run();

        Assert.Equal([TrialState.Completed, TrialState.Stopped, TrialState.Completed], sweep.Trials().Select(t => t.State));
        Assert.Equal("cancelled by anna on node7", sweep.Trials()[1].Reason);
        Assert.Equal([ids[1]], sweep.Store.Cancel([ids[1]], "anna").EndedBefore);
        using (var reader = sweep.Read()) reader.RefuseDamage();

        Assert.Equal(1, sweep.Store.Requeue(TrialState.Stopped));
        sweep.Run();
        Assert.All(sweep.Trials(), t => Assert.Equal(TrialState.Completed, t.State));
    }

    [Fact]
    public void A_trial_that_is_cancelled_while_it_is_trained_leaves_its_neighbours_as_they_would_have_been()
    {
        using var whole = Sweep();
        whole.Register(FormulaRunner.Grid(4));
        whole.Run();

        using var sweep = Sweep();
        sweep.Register(FormulaRunner.Grid(4));
        var id = FormulaRunner.Grid(4).ElementAt(2).Id;
        var runner = new FormulaRunner
        {
            BeforeStep = (_, step) =>
            {
                if (step == 13) Assert.Equal([id], sweep.Store.Cancel([id], "anna").Asked);
            },
        };
        sweep.RunWith(runner, new SweepRunOptions { FlushEvery = TimeSpan.Zero }, CancellationToken.None);

        var trials = sweep.Trials();
        Assert.Equal((TrialState.Stopped, "cancelled by anna", 20L), (trials[2].State, trials[2].Reason, trials[2].Steps!.Value));
        using var reader = sweep.Read();
        reader.RefuseDamage();
        Assert.Equal(Losses(whole, except: id), Losses(sweep, except: id));
        Assert.Equal(20, reader.Losses(id).Max(l => l.Step));
    }

    [Fact]
    public void A_worker_that_is_interrupted_goes_on_from_its_checkpoint_without_the_trial_that_was_cancelled()
    {
        using var whole = Sweep();
        whole.Register(FormulaRunner.Grid(4));
        whole.Run();

        using var sweep = Sweep();
        sweep.Register(FormulaRunner.Grid(4));
        var id = FormulaRunner.Grid(4).ElementAt(1).Id;
        using var stop = new CancellationTokenSource();
        sweep.RunWith(new FormulaRunner { BeforeStep = (_, step) => { if (step == 12) stop.Cancel(); } }, null, stop.Token);
        Assert.Equal([id], sweep.Store.Cancel([id], "anna").Ended);
        sweep.Run();

        Assert.Equal((3, 1), (sweep.Store.Status().Completed, sweep.Store.Status().Stopped));
        using var reader = sweep.Read();
        reader.RefuseDamage();
        Assert.Equal(Losses(whole, except: id), Losses(sweep, except: id));
    }

    [Fact]
    public void What_a_worker_was_asked_to_end_ends_when_the_worker_is_lost()
    {
        using var sweep = Sweep();
        sweep.Register(FormulaRunner.Grid(2));
        var lease = Lease(sweep);
        var id = lease.Work.Trials[0].Id;
        sweep.Store.Cancel([id], "anna");
        Assert.Equal([KeyValuePair.Create(id, "cancelled by anna")], sweep.Store.CancelRequests(lease));
        Assert.Equal(2, sweep.Store.Status().Running);
        sweep.Time.Advance(TimeSpan.FromSeconds(61));

        sweep.Run();

        Assert.Equal((1, 1), (sweep.Store.Status().Completed, sweep.Store.Status().Stopped));
    }

    [Fact]
    public void Nothing_is_cancelled_where_a_trial_is_not_there()
    {
        using var sweep = Sweep();
        sweep.Register(FormulaRunner.Grid(2));

        Assert.Contains("no trial 0123", Assert.Throws<SweepException>(() => sweep.Store.Cancel([sweep.Trials()[0].Id, "0123"], "anna")).Message,
            StringComparison.Ordinal);
        Assert.Equal(2, sweep.Store.Status().Pending);
    }

    [Fact]
    public void A_trial_that_is_deleted_is_gone_with_its_rows_until_a_file_names_it_again()
    {
        using var sweep = Sweep();
        sweep.Register(FormulaRunner.Grid(3));
        sweep.Run();
        var id = sweep.Trials()[0].Id;

        sweep.Store.Delete([id]);

        using (var reader = sweep.Read())
        {
            Assert.Equal(2, reader.Status().Total);
            Assert.DoesNotContain(id, reader.Trials().Select(t => t.Id));
            Assert.Empty(reader.Losses(id));
            Assert.Empty(reader.Panels(id));
            Assert.DoesNotContain(id, reader.Memberships().Select(m => m.Trial));
            reader.RefuseDamage();
        }

        sweep.Run();
        Assert.Equal(2, sweep.Store.Status().Total);
        Assert.Equal(new Registration(Added: 0, Kept: 3, Orphaned: 0), sweep.Register(FormulaRunner.Grid(3)));
        Assert.Equal(1, sweep.Store.Status().Pending);
        sweep.Run();
        Assert.Equal(3, sweep.Store.Status().Completed);
    }

    [Fact]
    public void A_trial_is_not_deleted_while_a_worker_has_it()
    {
        using var sweep = Sweep();
        sweep.Register(FormulaRunner.Grid(2));
        var lease = Lease(sweep);

        var message = Assert.Throws<SweepException>(() => sweep.Store.Delete([lease.Work.Trials[0].Id])).Message;

        Assert.Contains("is being trained, so nothing was deleted", message, StringComparison.Ordinal);
        Assert.Equal(2, sweep.Store.Status().Running);
        sweep.Store.Release(lease);
        sweep.Store.Delete([.. lease.Work.Trials.Select(t => t.Id)]);
        Assert.Equal(0, sweep.Store.Status().Total);
    }

    private static bool Same((IReadOnlyList<string>, IReadOnlyList<string>, IReadOnlyList<string>) one,
        (IReadOnlyList<string>, IReadOnlyList<string>, IReadOnlyList<string>) other) =>
        one.Item1.SequenceEqual(other.Item1) && one.Item2.SequenceEqual(other.Item2) && one.Item3.SequenceEqual(other.Item3);

    private static List<RecordedLoss> Losses(FormulaSweep sweep, string except)
    {
        using var reader = sweep.Read();
        return [.. reader.Losses().Where(l => l.Trial != except)];
    }
}
