using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stopping;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.SweepEngine.Tests.Running;

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
        using var sweep = new FormulaSweep(
            new FormulaRunner { BeforeStep = (_, _) => throw new InvalidOperationException("CUDA out of memory. Tried to allocate 2 GiB") });
        sweep.Register(FormulaRunner.Grid(2));

        sweep.Run();

        Assert.All(sweep.Trials(), trial => Assert.Equal(
            (TrialState.Failed, "out_of_memory",
            "memory ran out with this trial alone: make it smaller, or train it where there is more. CUDA out of memory. Tried to allocate 2 GiB"),
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
    public void What_breaks_is_recorded_with_its_trials_and_its_reason_and_without_frames()
    {
        const string torch = """
            Expected false to be true, but got false.
            Exception raised from reportInternalAssert at /pytorch/c10/util/Exception.cpp:88 (most recent call first):
            frame #0: c10::Error::Error(c10::SourceLocation, std::string) + 0x98 (0x7f in libc10.so)
            frame #1: <unknown function> + 0xc0ffee (0x7f in libtorch_cpu.so)

            """;
        using var sweep = new FormulaSweep(new FormulaRunner
        {
            Width = 3,
            BeforeStep = (work, step) =>
            {
                if (work.Trials.Count == 3 && step == 12) throw new InvalidOperationException(torch);
            },
        });
        sweep.Register(FormulaRunner.Grid(3));

        Assert.Equal(3, sweep.Run().Status.Completed);

        using var reader = sweep.Read();
        var broke = Assert.Single(reader.Breaks());
        Assert.Equal("2026-11-03T12:00:00.000Z", broke.At);
        Assert.Equal(sweep.Trials().Select(t => t.Id), broke.Stack.Trials);
        Assert.Equal((3, "error", "Expected false to be true, but got false."), (broke.Stack.Width, broke.Stack.FailureClass, broke.Stack.Reason));
        Assert.Equal("A stack of 3 broke: Expected false to be true, but got false.", Assert.Single(sweep.Observer.Messages));
    }

    [Fact]
    public void A_worker_that_dies_by_its_stack_is_recorded_too_and_one_that_is_killed_from_outside_is_not()
    {
        using var sweep = new FormulaSweep();
        sweep.Register(FormulaRunner.Grid(2));
        sweep.Store.LeaseNext(sweep.Request("killed"));
        sweep.Store.Bury(new WorkerDeath("killed", null, "killed"));
        sweep.Store.LeaseNext(sweep.Request("dead"));
        sweep.Store.Bury(new WorkerDeath("dead", FailureClasses.OutOfMemory, "it was ended by SIGKILL"));

        using var reader = sweep.Read();
        var broke = Assert.Single(reader.Breaks()).Stack;
        Assert.Equal((2, 2, "out_of_memory", "it was ended by SIGKILL"), (broke.Width, broke.Trials.Count, broke.FailureClass, broke.Reason));
    }

    [Fact]
    public void Checkpoints_of_a_stack_that_broke_go_when_its_halves_have_their_own_and_none_is_left_in_the_end()
    {
        using var sweep = new FormulaSweep();
        var seen = new List<string[]>();
        var breaker = new FormulaSweepBreaker { Time = sweep.Time };
        breaker.Break(2, 17);
        var runner = new FormulaRunner
        {
            BeforeStep = (work, step) =>
            {
                breaker.BeforeStep(work, step);
                if (work.Trials.Count == 2 && step == 20) sweep.Time.Advance(TimeSpan.FromSeconds(20));
                if (work.Trials.Count == 2 && step == 25)
                    seen.Add([.. Directory.GetFiles(sweep["checkpoints"]).Select(f => Path.GetFileName(f).Split('.')[2])]);
            },
        };
        sweep.Register(FormulaRunner.Grid(4));

        sweep.RunWith(runner, null, CancellationToken.None);

        Assert.Contains(seen, stacks => stacks.Contains("stack-2"));
        Assert.Empty(Directory.GetFiles(sweep["checkpoints"]));
    }

    [Fact]
    public void What_a_killed_worker_was_writing_goes_with_its_stack()
    {
        using var sweep = new FormulaSweep();
        sweep.Register(FormulaRunner.Grid(1));
        Directory.CreateDirectory(sweep["checkpoints"]);
        File.WriteAllText(sweep["checkpoints/sweep.db.stack-1.lease-1.1.step-5.4711.tmp"], "half a st");

        sweep.Run();

        Assert.Empty(Directory.GetFiles(sweep["checkpoints"]));
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
