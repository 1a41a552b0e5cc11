using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.Tests.Running;

namespace VicRegSweeps.SweepEngine.Tests.Stores;

public abstract partial class StoreContract
{
    [Fact]
    public void Status_says_how_far_each_stack_is_until_its_worker_is_gone()
    {
        using var sweep = Sweep();
        sweep.Register(FormulaRunner.Grid(4));
        var lease = Lease(sweep);
        Assert.Equal([(lease.Stack, "a", 4, (Progress?)null)], AtWork(sweep));

        Record(sweep, lease, batch => batch.Progress = new Progress("training", 12, 30, "steps"));
        Assert.Equal([(lease.Stack, "a", 4, new Progress("training", 12, 30, "steps"))], AtWork(sweep));

        // A batch that says nothing of it changes nothing.
        Record(sweep, lease, batch => batch.Add("training", TimeSpan.FromSeconds(1)));
        Assert.Equal(12, Assert.Single(AtWork(sweep)).Progress!.Done);

        sweep.Store.Release(lease);
        Assert.Empty(AtWork(sweep));

        // What the worker before said is not said of the next.
        Assert.Null(Assert.Single(AtWork(sweep, of: Lease(sweep))).Progress);
    }

    [Fact]
    public void A_worker_records_how_far_it_is_with_what_it_records()
    {
        using var sweep = Sweep();
        sweep.Register(FormulaRunner.Grid(1));
        var seen = new List<long?>();
        var runner = new FormulaRunner { BeforeStep = (_, _) => seen.Add(sweep.Store.Status().Stacks.Single().Progress?.Done) };

        sweep.RunWith(runner, new SweepRunOptions { FlushEvery = TimeSpan.Zero }, CancellationToken.None);

        Assert.Null(seen[0]);
        Assert.Equal(Enumerable.Range(0, 29).Select(step => (long?)step), seen.Skip(1));
        Assert.Empty(sweep.Store.Status().Stacks);
    }

    private static IReadOnlyList<(long Stack, string Worker, int Trials, Progress? Progress)> AtWork(FormulaSweep sweep, StackLease? of = null)
    {
        using var reader = sweep.Read();
        return [.. reader.Status().Stacks.Where(s => of is null || s.Number == of.Stack).Select(s => (s.Number, s.Worker, s.Trials, s.Progress))];
    }
}
