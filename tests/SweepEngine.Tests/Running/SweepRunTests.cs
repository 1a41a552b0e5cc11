using CsCheck;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stopping;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.SweepEngine.Tests.Running;

/// <summary>
/// However a sweep comes to its end, every trial has one final row and the same numbers: through interruptions, broken
/// stacks, lost leases and several workers.
/// </summary>
public sealed class SweepRunTests
{
    [Fact]
    public void Every_trial_ends_in_exactly_one_final_row()
    {
        using var sweep = new FormulaSweep();
        sweep.Register(FormulaRunner.Grid(100, seeds: 3));

        var summary = sweep.Run();

        Assert.False(summary.Interrupted);
        Assert.Equal((300, 300), (summary.Status.Completed, summary.Status.Total));
        Assert.Equal(300, sweep.Observer.Finished.Count);
        Assert.Equal(300, sweep.Observer.Finished.Distinct().Count());
        Assert.All(sweep.Trials(), t => Assert.Equal(30, t.Steps));
    }

    [Fact]
    public void A_sweep_that_is_done_has_nothing_to_run()
    {
        using var sweep = new FormulaSweep();
        sweep.Register(FormulaRunner.Grid(5));
        sweep.Run();
        sweep.Runner.Runs.Clear();

        Assert.False(sweep.Run().Interrupted);
        Assert.Empty(sweep.Runner.Runs);
    }

    [Fact]
    public void What_is_not_finite_is_recorded_as_absent()
    {
        using var sweep = new FormulaSweep();
        sweep.Register(FormulaRunner.Trial());
        sweep.Run();

        var loss = sweep.Trials()[0].Loss!;
        Assert.NotNull(loss.Terms[0]);
        Assert.Null(loss.Terms[3]);
    }

    [Fact]
    public void Interrupted_anywhere_a_resumed_sweep_records_what_an_uninterrupted_one_does()
    {
        var whole = Record(_ => { });
        Gen.Select(Gen.Int[0, 200].Array[1, 6], Gen.Bool).Sample(
            (gaps, checkpoints) => Assert.Equal(whole, Record(sweep => Interrupt(sweep, gaps, checkpoints))),
            iter: 25,
            threads: 1);
    }

    [Fact]
    public void Killed_anywhere_a_resumed_sweep_records_what_an_uninterrupted_one_does()
    {
        var whole = Record(_ => { });
        Gen.Int[0, 200].Array[1, 6].Sample(
            gaps => Assert.Equal(whole, Record(sweep => Kill(sweep, gaps))),
            iter: 25,
            threads: 1);
    }

    [Fact]
    public void Interruption_leaves_trials_pending_with_a_checkpoint()
    {
        using var sweep = new FormulaSweep();
        sweep.Register(FormulaRunner.Grid(2));

        Interrupt(sweep, [13], checkpoints: false);

        Assert.Equal((2, 0), (sweep.Store.Status().Pending, sweep.Store.Status().Running));
        Assert.Equal(13, sweep.Store.LeaseNext(sweep.Request()).Lease!.Work.Checkpoint!.Step);
    }

    [Fact]
    public void A_trial_that_breaks_its_stack_costs_only_itself()
    {
        using var sweep = new FormulaSweep();
        sweep.Register(Enumerable.Range(0, 4).Select(i => FormulaRunner.Trial(i, ("formula.ending", i == 2 ? "throw" : "complete"))));

        var status = sweep.Run().Status;

        Assert.Equal((3, 1), (status.Completed, status.Failed));
        var failed = sweep.Trials()[2];
        Assert.Equal(("error", "the formula broke"), (failed.FailureClass, failed.Reason));
        Assert.Equal([4, 2, 2, 1, 1, 1], sweep.Runner.Runs.Select(w => w.Trials.Count));
    }

    [Fact]
    public void A_trial_that_the_runner_forgets_fails()
    {
        using var sweep = new FormulaSweep();
        sweep.Register(new SweepRules { MostRetries = 0 }, FormulaRunner.Trial(0, ("formula.ending", "forget")), FormulaRunner.Trial(1));

        var status = sweep.Run().Status;

        Assert.Equal((1, 1), (status.Completed, status.Failed));
        Assert.Contains("returned without finishing", sweep.Trials()[0].Reason);
    }

    [Fact]
    public void A_failure_is_tried_again_as_often_as_asked_and_divergence_never()
    {
        using var sweep = new FormulaSweep();
        sweep.Register(
            new SweepRules { MostRetries = 2 },
            FormulaRunner.Trial(0, ("formula.ending", "throw")),
            FormulaRunner.Trial(1, ("formula.ending", "diverge")));

        var status = sweep.Run(new SweepRunOptions { StackWidth = 1 }).Status;

        Assert.Equal(2, status.Failed);
        Assert.Equal([0, 0, 0, 1], sweep.Runner.Runs.Select(w => w.Trials[0].Seed));
    }

    [Theory]
    [InlineData("CUDA out of memory. Tried to allocate 2 GiB", FailureClasses.OutOfMemory)]
    [InlineData("[enforce fail at alloc_cpu.cpp:113] DefaultCPUAllocator: can't allocate memory", FailureClasses.OutOfMemory)]
    [InlineData("shapes cannot be multiplied", FailureClasses.Error)]
    public void Want_of_memory_is_told_from_other_errors(string message, string expected)
    {
        Assert.Equal(expected, FailureClasses.Of(new InvalidOperationException(message)));
        Assert.Equal(expected, FailureClasses.Of(new AggregateException("it broke", new InvalidOperationException(message))));
    }

    [Fact]
    public void What_the_user_can_mend_ends_the_run_and_leaves_the_trials_pending()
    {
        using var sweep = new FormulaSweep(new FormulaRunner { BeforeStep = (_, _) => throw new SweepException("no such data") });
        sweep.Register(FormulaRunner.Grid(3));

        Assert.Equal("no such data", Assert.Throws<SweepException>(() => sweep.Run()).Message);

        Assert.Equal((3, 0), (sweep.Store.Status().Pending, sweep.Store.Status().Running));
    }

    [Fact]
    public void A_worker_whose_lease_ran_out_unrenewed_leaves_the_stack_to_others()
    {
        // The clock jumps as it does for a suspended machine: the renewal finds the lease gone.
        var jumped = false;
        FormulaSweep sweep = null!;
        var runner = new FormulaRunner
        {
            BeforeStep = (_, step) =>
            {
                if (step != 15 || jumped) return;

                jumped = true;
                using var other = sweep.Open();
                sweep.Time.SetUtcNow(sweep.Time.GetUtcNow().AddHours(1));
                Assert.NotNull(other.LeaseNext(sweep.Request("other")).Lease);
                sweep.Time.SetUtcNow(sweep.Time.GetUtcNow().AddHours(1));
            },
        };
        using (sweep = new FormulaSweep(runner))
        {
            sweep.Register(FormulaRunner.Grid(3));

            Assert.Equal(3, sweep.Run().Status.Completed);

            Assert.Contains("ran out", Assert.Single(sweep.Observer.Messages));
            Assert.Equal(3, sweep.Observer.Finished.Count);
            using var reader = sweep.Read();
            Assert.Equal(18, reader.Losses().Count());
        }
    }

    [Fact]
    public void A_slow_step_does_not_cost_the_lease()
    {
        FormulaSweep sweep = null!;
        var runner = new FormulaRunner
        {
            BeforeStep = (_, _) =>
            {
                for (var i = 0; i < 10; i++) sweep.Time.Advance(TimeSpan.FromSeconds(20));
            },
        };
        using (sweep = new FormulaSweep(runner))
        {
            sweep.Register(FormulaRunner.Grid(1));

            Assert.Equal(1, sweep.Run().Status.Completed);
            Assert.Empty(sweep.Observer.Messages);
        }
    }

    [Fact]
    public async Task Two_workers_share_a_sweep_and_train_nothing_twice()
    {
        using var sweep = new FormulaSweep();
        sweep.Register(FormulaRunner.Grid(120));

        var workers = Enumerable.Range(0, 2).Select(i => Task.Run(() =>
        {
            using var store = sweep.Open();
            var runner = new FormulaRunner();
            var options = new SweepRunOptions { Worker = $"worker {i}", PollEvery = TimeSpan.FromMilliseconds(5) };
            new SweepRun(store, runner, new RecordingObserver(), options).Execute(CancellationToken.None);
            return runner.Runs.SelectMany(w => w.Trials).Select(t => t.Id).ToList();
        }));
        var trained = (await Task.WhenAll(workers)).SelectMany(ids => ids).ToList();

        Assert.Equal(120, trained.Count);
        Assert.Equal(120, trained.Distinct().Count());
        Assert.Equal(120, sweep.Store.Status().Completed);
    }

    [Fact]
    public void A_running_sweep_can_be_read()
    {
        var seen = new List<(int Running, int Losses)>();
        FormulaSweep sweep = null!;
        var runner = new FormulaRunner
        {
            BeforeStep = (_, step) =>
            {
                sweep.Time.Advance(TimeSpan.FromSeconds(2));
                using var reader = sweep.Read();
                seen.Add((reader.Status().Running, reader.Losses().Count()));
            },
        };
        using (sweep = new FormulaSweep(runner))
        {
            sweep.Register(FormulaRunner.Grid(4));
            sweep.Run();
        }

        Assert.All(seen, s => Assert.Equal(4, s.Running));
        Assert.Equal(seen.Order(), seen);
        Assert.True(seen[^1].Losses >= 16);
    }

    [Fact]
    public void A_reader_sees_the_store_of_one_moment()
    {
        using var sweep = new FormulaSweep();
        sweep.Register(FormulaRunner.Grid(4));
        using var reader = sweep.Read();
        sweep.Run();

        Assert.All(reader.Trials(), t => Assert.Equal(TrialState.Pending, t.State));
        Assert.Empty(reader.Losses());
    }

    [Fact]
    public void The_time_left_follows_from_the_seconds_a_trial_takes()
    {
        using var sweep = new FormulaSweep();
        sweep.Register(FormulaRunner.Grid(6));
        Assert.Null(sweep.Store.Status().TimeLeft);
        var lease = sweep.Store.LeaseNext(sweep.Request()).Lease!;
        var batch = new RowBatch();
        batch.Add(lease.Work.Trials[0], new Outcome(TrialState.Completed, null, null, 1, 10, 8));
        sweep.Store.Record(lease, batch);

        var status = sweep.Store.Status();

        Assert.Equal((2, 3, 1), (status.Pending, status.Running, status.Completed));
        Assert.Equal(["a"], status.Workers);
        Assert.Equal(1, status.FinishedLately);
        Assert.Equal(TimeSpan.FromSeconds(5 * 8), status.TimeLeft);
    }

    /// <summary>Everything that is recorded of a sweep with endings of every kind, as text.</summary>
    private static string Record(Action<FormulaSweep> disturb)
    {
        using var sweep = new FormulaSweep();
        string[] endings = ["complete", "stop", "complete", "diverge", "complete"];
        sweep.Register(Enumerable.Range(0, 10).Select(i =>
            FormulaRunner.Trial(i, ("formula.slope", 0.3 * i), ("formula.ending", endings[i % 5]), ("train.epochs", 1 + i % 3))));
        disturb(sweep);
        sweep.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.False(sweep.Run().Interrupted);

        using var reader = sweep.Read();
        return string.Join('\n',
        [
            .. reader.Trials().Select(t => $"{t.Id} {t.State} {t.Reason} {t.Epochs} {t.Steps} {t.Loss} {t.Panels[0]!?.Verdict}"),
            .. reader.Losses().Select(l => l.ToString()),
            .. reader.MetricValues().Select(m => m.ToString()),
            .. reader.Trials().SelectMany(t => reader.Panels(t.Id)).Select(p => $"{p.Of} {p.Row.Step} {string.Join(' ', p.Row.Spectrum)}"),
            .. reader.Baselines().Select(b => $"{b.Of} {string.Join(' ', b.Row.Metrics)}"),
        ]);
    }

    /// <summary>Cancels runs, each a number of steps after it began.</summary>
    private static void Interrupt(FormulaSweep sweep, int[] gaps, bool checkpoints)
    {
        foreach (var gap in gaps)
        {
            using var cancel = new CancellationTokenSource();
            var steps = 0;
            var runner = new FormulaRunner
            {
                BeforeStep = (_, _) =>
                {
                    if (checkpoints) sweep.Time.Advance(TimeSpan.FromSeconds(9));
                    if (++steps == gap) cancel.Cancel();
                },
            };
            sweep.RunWith(runner, null, cancel.Token);
        }
    }

    /// <summary>Ends workers in the middle of a step, without their last rows, their checkpoint or their release.</summary>
    private static void Kill(FormulaSweep sweep, int[] gaps)
    {
        foreach (var gap in gaps)
        {
            var steps = 0;
            using var store = sweep.Open();
            var runner = new FormulaRunner
            {
                BeforeStep = (_, _) =>
                {
                    sweep.Time.Advance(TimeSpan.FromSeconds(9));
                    if (++steps == gap) store.Dispose();
                },
            };
            try
            {
                new SweepRun(store, runner, sweep.Observer, null, sweep.Time).Execute(CancellationToken.None);
            }
            catch (Exception error) when (error is not Xunit.Sdk.XunitException)
            {
            }

            sweep.Time.Advance(TimeSpan.FromMinutes(2));
        }
    }
}
