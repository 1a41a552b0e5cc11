using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.Stores.Sqlite;

namespace VicRegSweeps.SweepEngine.Tests.Stores;

/// <summary>A store is named by a path, and a path is a path: what would mean something else to SQLite, or to nobody, is refused.</summary>
public sealed class StoreAddressTests
{
    private static readonly FormulaRunner Runner = new();

    [Theory]
    [InlineData("", "is empty")]
    [InlineData(" \t", "is empty")]
    [InlineData(":memory:", "lost when the command ends")]
    [InlineData("file:x.db", "by its path alone")]
    [InlineData("FILE:/tmp/x.db?mode=memory", "by its path alone")]
    [InlineData("postgres://me:secret@host/db", "has a password in it")]
    [InlineData("mysql://me:secret@host/db", "mysql://… is the address of something that holds no stores")]
    [InlineData("sqlite:///x.db", "sqlite://… is the address of something that holds no stores")]
    [InlineData("results/", "names a folder")]
    [InlineData("x.db-wal", "The store is 'x.db'")]
    [InlineData("x.db-journal", "The store is 'x.db'")]
    public void What_is_no_path_of_a_store_is_refused_by_all_that_take_one(string path, string why)
    {
        var before = Directory.GetFileSystemEntries(".");
        Func<IDisposable>[] ways =
        [
            () => StoreRooms.CreateOrOpen(path, FormulaRunner.Parameters, TimeProvider.System),
            () => StoreRooms.Open(path, FormulaRunner.Parameters, TimeProvider.System),
            () => StoreRooms.OpenReader(path),
        ];

        foreach (var way in ways)
        {
            var message = Assert.Throws<SweepException>(() => way().Dispose()).Message;
            Assert.Contains(why, message, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
        }

        Assert.Equal(before, Directory.GetFileSystemEntries("."));
    }

    [Theory]
    [InlineData(":memory:")]
    [InlineData("file:x.db?mode=memory")]
    [InlineData("|DataDirectory|x.db")]
    [InlineData("a;b='c'.db")]
    [InlineData("100% #1?.db")]
    public void A_name_in_a_folder_is_a_name_whatever_it_looks_like(string name)
    {
        using var folder = new TemporaryFolder();
        using (var store = StoreRooms.CreateOrOpen(folder[name], FormulaRunner.Parameters, TimeProvider.System))
        {
            store.Register("s", "q", "f", FormulaRunner.Grid(2), Runner.StackKey);
        }

        Assert.Equal([folder[name]], Directory.GetFileSystemEntries(folder["."]).Select(Path.GetFullPath));
        using var reader = StoreRooms.OpenReader(folder[name]);
        Assert.Equal(2, reader.Status().Total);
    }

    [Fact]
    public void A_device_or_a_pipe_is_no_store()
    {
        Assert.SkipUnless(File.Exists("/dev/null"), "needs a system with devices");

        Assert.Contains("is a device or a pipe", Assert.Throws<SweepException>(() => StoreRooms.CreateOrOpen(
            "/dev/null", FormulaRunner.Parameters, TimeProvider.System)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Links_that_lead_nowhere_are_refused()
    {
        using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(folder["a.db"], folder["b.db"]);
        File.CreateSymbolicLink(folder["b.db"], folder["a.db"]);

        Assert.Throws<SweepException>(() => StoreRooms.CreateOrOpen(folder["a.db"], FormulaRunner.Parameters, TimeProvider.System));
    }

    [Fact]
    public void Checkpoints_lie_beside_the_database_by_whatever_link_it_is_opened()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["elsewhere"]);
        Directory.CreateDirectory(folder["here"]);
        File.CreateSymbolicLink(folder["here/sweep.db"], "../elsewhere/real.db");

        var (step, file) = Interrupted(folder["here/sweep.db"]);

        Assert.StartsWith(folder["elsewhere/checkpoints/real.db.stack-1."], file, StringComparison.Ordinal);
        Assert.Equal([folder["here/sweep.db"]], Directory.GetFileSystemEntries(folder["here"]));
        using var store = StoreRooms.Open(folder["elsewhere/real.db"], FormulaRunner.Parameters, TimeProvider.System);
        Assert.Equal(step, store.LeaseNext(new LeaseRequest("b", TimeSpan.FromSeconds(60), (_, _) => 4)).Lease!.Work.Checkpoint!.Step);
    }

    [Fact]
    public void A_store_on_a_network_file_system_is_refused_through_a_link_to_the_file()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["share"]);
        File.CreateSymbolicLink(folder["sweep.db"], folder["share/sweep.db"]);

        string[] mounts = [$"server:/share {folder["share"]} nfs4 rw 0 0"];

        var error = Assert.Throws<SweepException>(() => SqliteRoom.CreateOrOpen(
            folder["sweep.db"], FormulaRunner.Parameters, TimeProvider.System, mounts));

        Assert.Contains("network file system (nfs4)", error.Message, StringComparison.Ordinal);
    }

    private static (long Step, string File) Interrupted(string path)
    {
        using var store = StoreRooms.CreateOrOpen(path, FormulaRunner.Parameters, TimeProvider.System);
        store.Register("s", "q", "f", FormulaRunner.Grid(2), Runner.StackKey);
        var lease = store.LeaseNext(new LeaseRequest("a", TimeSpan.FromSeconds(60), (_, _) => 4)).Lease!;
        store.RecordCheckpoint(lease, new RowBatch(), 7, 1, stream => stream.Write("state"u8));
        store.Release(lease);
        return (7, Assert.Single(Directory.GetFiles(Path.Combine(Path.GetDirectoryName(StoreAddress.BehindLinks(path))!, "checkpoints"))));
    }
}
