using System.Text;
using CsCheck;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.Tests.Running;

namespace VicRegSweeps.SweepEngine.Tests.Stores;

/// <summary>Checkpoints are verified when they are read, and the one before serves where the newest is damaged.</summary>
public abstract partial class StoreContract
{
    [Fact]
    public void A_damaged_checkpoint_is_named_and_the_one_before_serves()
    {
        using var sweep = Interrupted();
        var newest = Files(sweep)[^1];
        Damage(newest);

        var lease = sweep.Store.LeaseNext(sweep.Request()).Lease!;

        Assert.Equal(4, lease.Work.Checkpoint!.Step);
        Assert.Contains(newest, Assert.Single(lease.Notices));
        Assert.Contains("damaged", lease.Notices[0]);
        Assert.Contains("at step 4", lease.Notices[0]);
        Assert.Equal([lease.Work.Checkpoint.Path], Directory.GetFiles(sweep["checkpoints"]));
        using var reader = sweep.Read();
        var pending = reader.Trials().Where(t => t.State == TrialState.Running).Select(t => t.Id).ToList();
        Assert.Equal([4L, 4L], reader.Losses().Where(l => pending.Contains(l.Trial)).Select(l => l.Row.Step));
    }

    [Fact]
    public void With_both_damaged_the_stack_starts_again_from_the_beginning()
    {
        using var sweep = Interrupted();
        foreach (var file in Files(sweep)) Damage(file);

        var lease = sweep.Store.LeaseNext(sweep.Request()).Lease!;

        Assert.Null(lease.Work.Checkpoint);
        Assert.Equal(2, lease.Notices.Count);
        Assert.Contains("starts again from the beginning", lease.Notices[1]);
        Assert.Equal(3, lease.Work.Trials.Count);
    }

    [Fact]
    public void Trials_that_ended_between_the_checkpoints_are_in_the_stack_again_with_the_one_before()
    {
        using var sweep = Interrupted();
        var lease = sweep.Store.LeaseNext(sweep.Request()).Lease!;
        Assert.Equal(2, lease.Work.Trials.Count);
        sweep.Store.Release(lease);
        Damage(Files(sweep)[^1]);

        lease = sweep.Store.LeaseNext(sweep.Request()).Lease!;

        Assert.Equal([true, false, true], lease.Work.Trials.Select(t => lease.Trials[t.Id].Unfinished));
    }

    [Fact]
    public void Whatever_happens_to_the_files_the_numbers_are_right()
    {
        var whole = Losses(_ => { });
        Gen.Select(Gen.Int[1, 60], Gen.Int[1, 60], Gen.Byte, Gen.Int[0, 3]).Sample(
            (first, second, noise, how) => Assert.Equal(whole, Losses(sweep =>
            {
                Run(sweep, first);
                Harm(sweep, noise, how);
                Run(sweep, second);
                Harm(sweep, (byte)(noise * 7), (how + 1) % 4);
            })),
            iter: Disturbances,
            threads: 1);
    }

    [Fact]
    public void A_checkpoint_that_the_runner_cannot_go_on_from_is_replaced_by_the_one_before()
    {
        using var sweep = Sweep();
        sweep.Register(FormulaRunner.Grid(2));
        Run(sweep, 20);
        var lease = sweep.Store.LeaseNext(sweep.Request()).Lease!;
        var step = lease.Work.Checkpoint!.Step + 1;
        sweep.Store.RecordCheckpoint(lease, new RowBatch(), step, 0, stream => stream.Write("of another version"u8));
        sweep.Store.Release(lease);

        Assert.Equal(2, sweep.Run().Status.Completed);

        Assert.Contains($"cannot go on from its checkpoint at step {step}", Assert.Single(sweep.Observer.Messages));
    }

    /// <summary>A stack of three with checkpoints at steps 4 and 9, between which its second trial ended.</summary>
    private protected FormulaSweep Interrupted()
    {
        var sweep = Sweep();
        sweep.Register(FormulaRunner.Grid(3));
        var lease = sweep.Store.LeaseNext(sweep.Request()).Lease!;
        foreach (var step in new[] { 4, 9 })
        {
            var batch = new RowBatch();
            foreach (var trial in lease.Work.Trials) batch.Add(trial, new LossRow(1, step, 5, 1, 1, 1, 1));
            if (step == 9) batch.Add(lease.Work.Trials[1], new Outcome(TrialState.Stopped, null, "enough", 0, 8, 1));
            sweep.Store.RecordCheckpoint(lease, batch, step, step, stream => stream.Write(Encoding.UTF8.GetBytes($"state at {step}")));
        }

        sweep.Store.Release(lease);
        return sweep;
    }

    private List<RecordedLoss> Losses(Action<FormulaSweep> disturb)
    {
        using var sweep = Sweep();
        sweep.Register(FormulaRunner.Grid(6));
        disturb(sweep);
        Assert.Equal(6, sweep.Run().Status.Completed);
        using var reader = sweep.Read();
        return [.. reader.Losses()];
    }

    /// <summary>Trains for some steps, with a checkpoint at every third or so.</summary>
    private static void Run(FormulaSweep sweep, int steps)
    {
        using var cancel = new CancellationTokenSource();
        var runner = new FormulaRunner
        {
            BeforeStep = (_, _) =>
            {
                sweep.Time.Advance(TimeSpan.FromSeconds(20));
                if (--steps == 0) cancel.Cancel();
            },
        };
        sweep.RunWith(runner, null, cancel.Token);
    }

    private protected static string[] Files(FormulaSweep sweep) =>
        Directory.Exists(sweep["checkpoints"]) ? [.. Directory.GetFiles(sweep["checkpoints"]).OrderBy(f => int.Parse(f.Split(".step-")[1], null))] : [];

    private static void Damage(string file)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, bytes);
    }

    /// <summary>Flips a bit, cuts, overwrites or removes the newest file or all of them.</summary>
    private static void Harm(FormulaSweep sweep, byte noise, int how)
    {
        foreach (var file in Files(sweep).Reverse().Take(1 + (noise % 2)))
        {
            var bytes = File.ReadAllBytes(file);
            switch (how)
            {
                case 0: Damage(file); break;
                case 1: File.WriteAllBytes(file, bytes[..(noise % bytes.Length)]); break;
                case 2: File.WriteAllBytes(file, [noise, .. bytes]); break;
                default: File.Delete(file); break;
            }
        }
    }
}
