using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stopping;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.SweepEngine.Tests.Running;

/// <summary>Workers in other processes, played by scripts: what a supervisor does about the ways in which they end.</summary>
public sealed class SupervisionTests
{
    private static readonly SupervisionOptions Quick = new()
    {
        PollEvery = TimeSpan.FromMilliseconds(1),
        Grace = TimeSpan.FromMilliseconds(200),
        OutOfMemoryKills = () => 0,
    };

    [Fact]
    public void The_dead_are_replaced_until_all_is_done()
    {
        using var sweep = new FormulaSweep();
        sweep.Register(FormulaRunner.Grid(8));
        int[] codes = [137, 143, 0, 0, 0];

        var summary = Supervise(sweep, workers: 2, (started, worker) => worker.Script(() =>
        {
            if (codes[started] == 0) worker.Work(sweep);
            else worker.Lease(sweep);
            return codes[started];
        }));

        Assert.Equal((8, false), (summary.Status.Completed, summary.Interrupted));
        Assert.Equal(2, sweep.Observer.Messages.Count(m => m.Contains("goes on from its last checkpoint", StringComparison.Ordinal)));
        Assert.Contains(sweep.Observer.Messages, m => m.Contains("was ended by SIGKILL and is started again", StringComparison.Ordinal));
    }

    [Fact]
    public void A_trial_that_ends_its_process_is_found_and_fails_with_the_end_of_its_output()
    {
        using var sweep = new FormulaSweep();
        sweep.Register(new SweepRules { MostRetries = 1 }, FormulaRunner.Grid(4));
        var guilty = sweep.Trials()[1].Id;

        var summary = Supervise(sweep, workers: 1, (_, worker) => worker.Script(() =>
        {
            while (worker.Lease(sweep) is { } lease)
            {
                if (lease.Work.Trials.Any(t => t.Id == guilty)) return 139;
                FakeWorker.Complete(sweep, lease);
            }

            return 3;
        }));

        Assert.Equal((3, 1), (summary.Status.Completed, summary.Status.Failed));
        var failed = sweep.Trials()[1];
        Assert.Equal(("error", "the worker's process was ended by SIGSEGV: last words"), (failed.FailureClass, failed.Reason));
    }

    [Theory]
    [InlineData(137, true, FailureClasses.OutOfMemory)]
    [InlineData(137, false, null)]
    [InlineData(143, false, null)]
    [InlineData(130, false, null)]
    [InlineData(134, false, FailureClasses.Error)]
    [InlineData(70, true, FailureClasses.Error)]
    public void Only_what_comes_from_the_trials_is_laid_to_them(int code, bool outOfMemory, string? expected) =>
        Assert.Equal(expected, WorkerExit.Death("w", code, outOfMemory, "").FailureClass);

    [Fact]
    public void What_the_user_can_mend_ends_all_workers_and_is_passed_on()
    {
        using var sweep = new FormulaSweep();
        sweep.Register(FormulaRunner.Grid(4));
        var workers = new List<FakeWorker>();

        var error = Assert.Throws<SweepException>(() => Supervise(sweep, workers: 2, (started, worker) =>
        {
            workers.Add(worker);
            return started == 0 ? worker.Script(() => 2) : worker.UntilAsked();
        }));

        Assert.Equal("last words", error.Message);
        Assert.All(workers, w => Assert.NotNull(w.ExitCode));
    }

    [Fact]
    public void Workers_that_end_before_they_train_anything_are_given_up()
    {
        using var sweep = new FormulaSweep();
        sweep.Register(FormulaRunner.Grid(4));

        var error = Assert.Throws<SweepException>(() => Supervise(sweep, workers: 1, (_, worker) => worker.Script(() => 139)));

        Assert.Contains("before they train anything", error.Message);
        Assert.Equal(4, sweep.Store.Status().Pending);
    }

    [Fact]
    public void Asked_to_stop_it_asks_its_workers_and_ends_those_that_do_not_listen()
    {
        using var sweep = new FormulaSweep();
        sweep.Register(FormulaRunner.Grid(8));
        using var stop = new CancellationTokenSource();
        var workers = new List<FakeWorker>();

        var summary = Supervise(
            sweep,
            workers: 2,
            (started, worker) =>
            {
                workers.Add(worker);
                worker.Lease(sweep);
                if (started == 1) stop.CancelAfter(20);
                return started == 0 ? worker.UntilAsked() : worker.Deaf();
            },
            stop.Token);

        Assert.True(summary.Interrupted);
        Assert.Equal([130, 137], workers.Select(w => w.ExitCode!.Value));
        Assert.Equal((8, 0), (summary.Status.Pending, summary.Status.Running));
    }

    private static RunSummary Supervise(
        FormulaSweep sweep, int workers, Func<int, FakeWorker, IWorkerProcess> play, CancellationToken? stop = null)
    {
        var started = 0;
        return new Supervision(
            sweep.Store, workers, _ =>
            play(started, new FakeWorker($"worker {started++}")), sweep.Observer, Quick).Run(stop ?? TestContext.Current.CancellationToken);
    }

    private sealed class FakeWorker(string identity) : IWorkerProcess
    {
        private Func<int>? script;
        private bool asked;
        private bool listens;

        public string Identity => identity;

        public int? ExitCode
        {
            get => field ??= script?.Invoke() ?? (asked && listens ? 130 : null);
            private set;
        }

        public string LastOutput => "last words";

        public FakeWorker Script(Func<int> code)
        {
            script = code;
            return this;
        }

        public FakeWorker UntilAsked()
        {
            listens = true;
            return this;
        }

        public FakeWorker Deaf() => this;

        public StackLease? Lease(FormulaSweep sweep) => sweep.Store.LeaseNext(sweep.Request(identity)).Lease;

        public void Work(FormulaSweep sweep)
        {
            while (Lease(sweep) is { } lease) Complete(sweep, lease);
        }

        public static void Complete(FormulaSweep sweep, StackLease lease)
        {
            var batch = new RowBatch();
            foreach (var trial in lease.Work.Trials) batch.Add(trial, new Outcome(TrialState.Completed, null, null, 1, 1, 1));
            sweep.Store.Record(lease, batch);
        }

        public void AskToStop() => asked = true;

        public void Kill() => ExitCode ??= 137;

        public void Dispose()
        {
        }
    }
}
