namespace VicRegSweeps.SweepEngine.Tests;

/// <summary>What becomes of a stack that breaks its runner, or ends its worker.</summary>
public sealed class BrokenStackTests
{
    [Fact]
    public void Want_of_memory_halves_the_stack_until_it_fits_and_stacks_to_come_are_no_wider()
    {
        using var sweep = new FormulaSweep(new FormulaRunner { Width = 8 });
        sweep.Register(Enumerable.Range(0, 16).Select(i => FormulaRunner.Trial(i, ("formula.ending", "hungry"))));

        Assert.Equal(16, sweep.Run().Status.Completed);

        Assert.Equal([8, 4, 4, 2, 2, 2, 2, 2, 2, 2, 2], sweep.Runner.Runs.Select(w => w.Trials.Count));
    }

    [Fact]
    public void A_trial_that_wants_too_much_memory_alone_fails_with_the_way_out()
    {
        using var sweep = new FormulaSweep(new FormulaRunner { BeforeStep = (_, _) => throw new InvalidOperationException("CUDA out of memory. Tried to allocate 2 GiB") });
        sweep.Register(FormulaRunner.Grid(2));

        sweep.Run();

        Assert.All(sweep.Trials(), trial => Assert.Equal(
            (TrialState.Failed, "out_of_memory", "memory ran out with this trial alone: make it smaller, or train it where there is more. CUDA out of memory. Tried to allocate 2 GiB"),
            (trial.State, trial.FailureClass, trial.Reason)));
    }

    [Fact]
    public void The_halves_go_on_from_the_last_checkpoint_with_the_same_numbers()
    {
        var whole = Losses(_ => { });
        Assert.Equal(whole, Losses(runner => runner.Break(2, 17)));

        static List<RecordedLoss> Losses(Action<FormulaSweepBreaker> prepare)
        {
            var breaker = new FormulaSweepBreaker();
            prepare(breaker);
            using var sweep = new FormulaSweep(new FormulaRunner { BeforeStep = breaker.BeforeStep });
            breaker.Time = sweep.Time;
            sweep.Register(FormulaRunner.Grid(4));
            Assert.Equal(4, sweep.Run().Status.Completed);
            Assert.All(sweep.Runner.Runs.Skip(1), run => Assert.Equal(15, run.Checkpoint?.Step));
            using var reader = sweep.Read();
            return [.. reader.Losses()];
        }
    }

    [Fact]
    public void A_worker_that_was_killed_from_outside_leaves_its_stack_as_it_was()
    {
        using var sweep = new FormulaSweep();
        sweep.Register(FormulaRunner.Grid(4));
        var lease = sweep.Store.LeaseNext(sweep.Request("dead")).Lease!;

        Assert.Contains("goes on from its last checkpoint", sweep.Store.Bury(new WorkerDeath("dead", null, "killed")));

        Assert.Throws<LeaseLostException>(() => sweep.Store.Record(lease, new RowBatch()));
        var next = sweep.Store.LeaseNext(sweep.Request("next")).Lease!;
        Assert.Equal((lease.Stack, 4, 0), (next.Stack, next.Work.Trials.Count, next.LostLeases));
    }

    [Fact]
    public void A_stack_that_ends_its_worker_is_halved_until_the_guilty_trial_is_alone_which_then_fails_with_the_output()
    {
        using var sweep = new FormulaSweep();
        sweep.Register(new SweepRules { MostRetries = 1 }, FormulaRunner.Grid(4));
        var guilty = sweep.Trials()[2].Id;
        var sizes = new List<int>();

        while (sweep.Store.LeaseNext(sweep.Request("w")).Lease is { } lease)
        {
            sizes.Add(lease.Work.Trials.Count);
            if (lease.Work.Trials.Any(t => t.Id == guilty))
            {
                Assert.NotNull(sweep.Store.Bury(new WorkerDeath("w", FailureClasses.Error, "it ended with SIGSEGV: Segmentation fault")));
                continue;
            }

            var batch = new RowBatch();
            foreach (var trial in lease.Work.Trials) batch.Add(trial, new Outcome(TrialState.Completed, null, null, 1, 1, 1));
            sweep.Store.Record(lease, batch);
        }

        Assert.Equal([4, 2, 2, 1, 1, 1], sizes);
        Assert.Equal(3, sweep.Store.Status().Completed);
        var failed = Assert.Single(sweep.Trials(), t => t.State == TrialState.Failed);
        Assert.Equal((guilty, "error", "it ended with SIGSEGV: Segmentation fault"), (failed.Id, failed.FailureClass, failed.Reason));
        Assert.Null(sweep.Store.Bury(new WorkerDeath("w", FailureClasses.Error, "again")));
    }

    [Fact]
    public void A_stack_that_keeps_losing_its_workers_is_pointed_out()
    {
        using var sweep = new FormulaSweep();
        sweep.Register(FormulaRunner.Grid(4));
        for (var i = 0; i < 3; i++)
        {
            sweep.Store.LeaseNext(sweep.Request("dead"));
            sweep.Time.Advance(TimeSpan.FromMinutes(2));
        }

        sweep.Run();

        Assert.Contains("has lost 3 workers", Assert.Single(sweep.Observer.Messages));
    }

    /// <summary>Throws once for every stack that is wider than one trial of many.</summary>
    private sealed class FormulaSweepBreaker
    {
        private int width = int.MaxValue;
        private long at;

        public Microsoft.Extensions.Time.Testing.FakeTimeProvider? Time { get; set; }

        public void Break(int widerThan, long atStep) => (width, at) = (widerThan, atStep);

        public void BeforeStep(StackWork work, long step)
        {
            // A checkpoint is due once more after five seconds: at step 15.
            if (step == 14) Time!.Advance(TimeSpan.FromSeconds(6));
            if (work.Trials.Count > width && step == at) throw new InvalidOperationException("too wide");
        }
    }
}
