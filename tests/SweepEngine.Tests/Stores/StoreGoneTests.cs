using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.Tests.Running;

namespace VicRegSweeps.SweepEngine.Tests.Stores;

/// <summary>A store that is removed, moved or replaced under a run ends it with a sentence, and nothing is made in its place.</summary>
public sealed class StoreGoneTests
{
    [Fact]
    public void A_store_that_is_removed_with_its_folder_ends_the_run_and_is_not_made_again()
    {
        using var folder = new TemporaryFolder();

        var error = Disturbed(folder, () => Directory.Delete(folder["d"], recursive: true));

        Assert.StartsWith($"{folder["d/sweep.db"]} was removed while it was written to", error.Message, StringComparison.Ordinal);
        Assert.False(Path.Exists(folder["d"]));
    }

    [Fact]
    public void A_store_that_is_removed_alone_is_not_made_again()
    {
        using var folder = new TemporaryFolder();

        var error = Disturbed(folder, () => File.Delete(folder["d/sweep.db"]));

        Assert.Contains("was removed while it was written to", error.Message, StringComparison.Ordinal);
        Assert.False(Path.Exists(folder["d/sweep.db"]));
    }

    [Theory]
    [InlineData("e/sweep.db")]
    [InlineData("d/other.db")]
    public void A_store_that_is_moved_ends_the_run_which_names_the_new_place_and_it_can_go_on_there(string to)
    {
        using var folder = new TemporaryFolder();

        var error = Disturbed(folder, () =>
        {
            if (to.StartsWith('e')) Directory.Move(folder["d"], folder["e"]);
            else File.Move(folder["d/sweep.db"], folder[to]);
        });

        Assert.Contains($"{folder["d/sweep.db"]} was moved to {folder[to]} while it was written to", error.Message, StringComparison.Ordinal);
        Assert.False(Path.Exists(folder["d/sweep.db"]));
        if (to.StartsWith('d')) return;    // Without its log, which has kept the old name, it is not whole.

        var runner = new FormulaRunner();
        using var store = StoreRooms.Open(folder[to], runner.Catalogue, TimeProvider.System);
        var options = new SweepRunOptions { PollEvery = TimeSpan.FromMilliseconds(50) };
        Assert.Equal(2, new SweepRun(store, runner, new RecordingObserver(), options).Execute(CancellationToken.None).Status.Completed);
    }

    [Fact]
    public void A_store_that_another_run_has_made_anew_is_left_as_it_is()
    {
        using var folder = new TemporaryFolder();
        byte[] made = [];

        var error = Disturbed(folder, () =>
        {
            Directory.Delete(folder["d"], recursive: true);
            Fill(folder, "checkpoints/sweep.db.stack-1.lease-1.1.step-5");
            made = File.ReadAllBytes(folder["d/sweep.db"]);
        });

        Assert.Contains($"What is at {folder["d/sweep.db"]} now is another file, and was left as it is", error.Message, StringComparison.Ordinal);
        Assert.Equal(made, File.ReadAllBytes(folder["d/sweep.db"]));
        Assert.Equal("another run's", File.ReadAllText(folder["d/checkpoints/sweep.db.stack-1.lease-1.1.step-5"]));
    }

    [Fact]
    public void The_renewal_of_a_lease_notices_it_and_makes_nothing()
    {
        using var sweep = new FormulaSweep(onDisk: true);
        sweep.Register(FormulaRunner.Grid(1));
        var lease = sweep.Store.LeaseNext(sweep.Request()).Lease!;
        using var stop = new CancellationTokenSource();
        using var renewal = new LeaseRenewal(sweep.Store, lease, TimeSpan.FromSeconds(60), sweep.Time, stop);
        sweep.Time.Advance(TimeSpan.FromSeconds(21));
        Assert.False(stop.IsCancellationRequested);
        File.Delete(sweep.Database);

        sweep.Time.Advance(TimeSpan.FromSeconds(21));

        Assert.True(stop.IsCancellationRequested);
        Assert.False(File.Exists(sweep.Database));
    }

    [Fact]
    public void A_run_that_waits_for_room_on_the_disk_ends_too()
    {
        using var sweep = new FormulaSweep(onDisk: true);
        sweep.Register(FormulaRunner.Grid(1));
        var runner = new FormulaRunner
        {
            BeforeStep = (_, step) =>
            {
                if (step < 3) return;
                File.Delete(sweep.Database);
                throw new SweepException("The feature bank cannot be written", new IOException("No space left on device", 28));
            },
        };

        var error = Assert.Throws<StoreGoneException>(() => sweep.RunWith(runner, null, CancellationToken.None));

        Assert.Contains("was removed while it was written to", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_supervisor_notices_it_too()
    {
        using var sweep = new FormulaSweep(onDisk: true);
        sweep.Register(FormulaRunner.Grid(1));
        var supervision = new Supervision(
            sweep.Store,
            1,
            _ => new IdleWorker(),
            sweep.Observer,
            new SupervisionOptions { PollEvery = TimeSpan.FromMilliseconds(1), TellEvery = TimeSpan.Zero });
        File.Delete(sweep.Database);

        Assert.Contains("was removed", Assert.Throws<StoreGoneException>(() => supervision.Run(CancellationToken.None)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_supervisor_knows_better_than_a_worker_that_finds_no_store()
    {
        using var sweep = new FormulaSweep(onDisk: true);
        sweep.Register(FormulaRunner.Grid(1));
        var supervision = new Supervision(
            sweep.Store,
            1,
            _ =>
            {
                File.Delete(sweep.Database);
                return new IdleWorker { ExitCode = WorkerExit.UserError };
            },
            sweep.Observer,
            new SupervisionOptions { PollEvery = TimeSpan.FromMilliseconds(1), TellEvery = TimeSpan.FromHours(1) });

        Assert.Contains("was removed", Assert.Throws<StoreGoneException>(() => supervision.Run(CancellationToken.None)).Message, StringComparison.Ordinal);
    }

    /// <summary>Runs two trials in d/sweep.db, and does something to it after their fifth step.</summary>
    private static StoreGoneException Disturbed(TemporaryFolder folder, Action disturb)
    {
        var runner = new FormulaRunner { BeforeStep = (_, step) => (step == 5 ? disturb : () => { })() };
        using var store = StoreRooms.CreateOrOpen(folder["d/sweep.db"], runner.Catalogue, TimeProvider.System);
        store.Register("s", "q", "f", FormulaRunner.Grid(2), runner.StackKey);
        return Assert.Throws<StoreGoneException>(() => new SweepRun(
            store,
            runner,
            new RecordingObserver(),
            new SweepRunOptions { CheckpointEvery = TimeSpan.FromTicks(1), LeaseDuration = TimeSpan.FromSeconds(2) }).Execute(CancellationToken.None));
    }

    private static void Fill(TemporaryFolder folder, string checkpoint)
    {
        var runner = new FormulaRunner();
        using (var store = StoreRooms.CreateOrOpen(folder["d/sweep.db"], runner.Catalogue, TimeProvider.System))
        {
            store.Register("s", "q", "f", FormulaRunner.Grid(2), runner.StackKey);
        }

        Directory.CreateDirectory(folder["d/checkpoints"]);
        File.WriteAllText(folder[$"d/{checkpoint}"], "another run's");
    }

    private sealed class IdleWorker : IWorkerProcess
    {
        public string Identity => "idle";

        public int? ExitCode { get; set; }

        public string LastOutput => "";

        public void AskToStop() => ExitCode = 130;

        public void Kill() => ExitCode ??= 137;

        public void Dispose()
        {
        }
    }
}
