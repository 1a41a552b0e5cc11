using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.Tests.Running;

namespace VicRegSweeps.SweepEngine.Tests.Stores;

/// <summary>Stores are united by the ids of their trials.</summary>
public abstract partial class StoreContract
{
    private static readonly Trial[] All = [.. FormulaRunner.Grid(6)];

    [Fact]
    public void Two_halves_of_a_sweep_become_the_whole()
    {
        using var whole = Trained(All);
        using var first = Trained(All[..4]);
        using var second = Trained(All[2..]);
        Assert.Equal(Everything(whole)[..4], Everything(first));

        var report = first.Merge(second);

        Assert.Equal((2, 2, 2, 0), (report.Added, report.Ended, report.Agreed, report.Disagreements.Count));
        Assert.Equal(Everything(whole), Everything(first));
        using var reader = first.Read();
        reader.RefuseDamage();
        Assert.Equal("{\"device\":\"formula\"}", Assert.Single(reader.Environments()).Json);
    }

    [Fact]
    public void Merging_again_changes_nothing()
    {
        using var first = Trained(All[..3]);
        using var second = Trained(All[2..]);
        first.Merge(second);
        var before = Everything(first);

        var report = first.Merge(second);

        Assert.Equal((0, 0, 4, 0), (report.Added, report.Ended, report.Agreed, report.Disagreements.Count));
        Assert.Equal(before, Everything(first));
    }

    [Fact]
    public void The_other_store_is_only_read()
    {
        using var first = Trained(All[..3]);
        using var second = Trained(All[2..]);
        var before = Everything(second);

        first.Merge(second);

        Assert.Equal(before, Everything(second));
    }

    [Fact]
    public void What_was_waiting_or_half_trained_takes_over_a_result()
    {
        using var first = Sweep();
        first.Register(All);
        var lease = first.Store.LeaseNext(first.Request()).Lease!;
        var batch = new RowBatch();
        batch.Add(lease.Work.Trials[0], new LossRow(1, 3, 3, 9, 9, 9, 9));
        first.Store.RecordCheckpoint(lease, batch, 3, 0, stream => stream.Write("state"u8));
        first.Store.Release(lease);
        using var second = Trained(All);

        var report = first.Merge(second);

        Assert.Equal((0, 6), (report.Added, report.Ended));
        Assert.Equal(Everything(second), Everything(first));
        Assert.Null(first.Store.LeaseNext(first.Request()).Lease);
    }

    [Fact]
    public void A_store_that_somebody_works_on_is_left_alone()
    {
        using var first = Sweep();
        first.Register(All);
        first.Store.LeaseNext(first.Request());
        using var second = Trained(All);

        Assert.Contains("is at work on it", Assert.Throws<SweepException>(() => first.Merge(second)).Message);
    }

    private FormulaSweep Trained(params Trial[] trials)
    {
        var sweep = Sweep();
        sweep.Register(trials);
        sweep.Run(new SweepRunOptions { Environment = "{\"device\":\"formula\"}" });
        return sweep;
    }

    /// <summary>A line a trial with all that was recorded of it.</summary>
    private static List<string> Everything(FormulaSweep sweep)
    {
        using var reader = sweep.Read();
        var losses = reader.Losses().ToLookup(l => l.Trial);
        var metrics = reader.MetricValues().ToLookup(m => m.Trial);
        return
        [
            .. reader.Trials().OrderBy(t => Array.FindIndex(All, a => a.Id == t.Id)).Select(t =>
                $"{t.Id} {t.State} {t.Reason} {t.Epochs} {t.Steps} {t.Seconds} {string.Join(' ', losses[t.Id])} {string.Join(' ', metrics[t.Id])}"),
        ];
    }
}
