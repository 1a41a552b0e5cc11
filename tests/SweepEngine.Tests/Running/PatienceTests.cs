using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.Stores.Sqlite;

namespace VicRegSweeps.SweepEngine.Tests.Running;

/// <summary>What passes by itself is waited out: a full disk, with a word when it begins and when it ends, and a store that others keep locked.</summary>
public sealed class PatienceTests
{
    private static readonly Exception[] Full =
    [
        new StoreFullException("sweep.db: the disk is full."),
        new IOException("No space left on device", 28),
        new SweepException("'checkpoint' cannot be written", new IOException("No space left on device", 28)),
    ];

    [Fact]
    public void It_writes_again_and_again_until_there_is_room()
    {
        var observer = new RecordingObserver();
        var writes = 0;

        var result = new Patience("sweep.db", observer, TimeSpan.FromMilliseconds(1), TimeProvider.System).Outwait(
            () => writes++ < Full.Length ? throw Full[writes - 1] : "written", CancellationToken.None);

        Assert.Equal("written", result);
        Assert.Equal(2, observer.Messages.Count);
        Assert.Equal("sweep.db: the disk is full; waiting for room.", observer.Messages[0]);
        Assert.StartsWith("sweep.db: there is room on the disk again, after ", observer.Messages[1], StringComparison.Ordinal);
    }

    [Fact]
    public void That_the_disk_is_full_is_said_again_now_and_then_with_how_long()
    {
        var (observer, time) = (new RecordingObserver(), new Microsoft.Extensions.Time.Testing.FakeTimeProvider());
        var notice = new RoomNotice(observer, time);
        for (var minute = 0; minute < 100; minute++)
        {
            notice.Wants("sweep.db: the disk is full");
            time.Advance(TimeSpan.FromMinutes(1));
        }

        notice.Found("sweep.db");
        notice.Found("sweep.db");

        // After 1, 3, 7, 15 and 31 minutes, then every half hour.
        Assert.Equal(
            [
                "sweep.db: the disk is full; waiting for room.",
                .. new[] { 1, 3, 7, 15, 31, 61, 91 }.Select(m =>
                $"sweep.db: the disk is full; still waiting for room, after {m} min. Nothing is trained meanwhile."),
                "sweep.db: there is room on the disk again, after 100 min.",
            ],
            observer.Messages);
    }

    [Fact]
    public void An_index_of_the_log_that_cannot_grow_is_a_full_disk() =>
        Assert.IsType<StoreFullException>(StoreFault.Fault("sweep.db", new SqliteException("disk I/O error", 10, 4874)));

    [Fact]
    public void A_store_that_others_keep_locked_is_tried_again()
    {
        var tries = 0;

        var result = new Patience("sweep.db", new RecordingObserver(), TimeSpan.FromHours(1), TimeProvider.System).Outwait(
            () => tries++ < 2 ? throw new StoreBusyException("locked") : tries, CancellationToken.None);

        Assert.Equal(3, result);
    }

    [Fact]
    public void Other_faults_are_not_waited_out() => Assert.Throws<IOException>(() =>
        new Patience("sweep.db", new RecordingObserver(), TimeSpan.FromHours(1), TimeProvider.System)
            .Outwait<int>(() => throw new IOException("broken", 5), CancellationToken.None));

    [Fact]
    public void The_waiting_can_be_interrupted()
    {
        using var cancel = new CancellationTokenSource(10);

        Assert.ThrowsAny<OperationCanceledException>(() =>
            new Patience("sweep.db", new RecordingObserver(), TimeSpan.FromHours(1), TimeProvider.System)
                .Outwait<int>(() => throw Full[0], cancel.Token));
    }

    [Fact]
    public void A_checkpoint_that_found_no_room_is_written_once_there_is_some_and_nothing_is_left_of_the_first()
    {
        using var sweep = new FormulaSweep(onDisk: true);
        sweep.Register(FormulaRunner.Grid(1));
        var lease = sweep.Store.LeaseNext(sweep.Request()).Lease!;
        var sink = new StackSink(
            sweep.Store, lease, new SweepRunOptions { PollEvery = TimeSpan.FromMilliseconds(1) }, TimeProvider.System, sweep.Observer, CancellationToken.None);
        var tries = 0;

        sink.Checkpoint(5, 1, stream =>
        {
            stream.Write("half a st"u8);
            if (++tries < 3) throw Full[2];
            stream.Write("ate"u8);
        });

        Assert.Equal("half a state", File.ReadAllText(Assert.Single(Directory.GetFiles(sweep["checkpoints"]))));
        Assert.Null(sink.Fault);
    }
}
