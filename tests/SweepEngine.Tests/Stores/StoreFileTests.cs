using System.Diagnostics;
using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.Stores.Sqlite;
using VicRegSweeps.SweepEngine.Tests.Running;

namespace VicRegSweeps.SweepEngine.Tests.Stores;

/// <summary>What a path may hold that is not a store of ours, and what is said about it.</summary>
public sealed class StoreFileTests
{
    private static readonly FormulaRunner Runner = new();

    [Fact]
    public void A_missing_folder_is_made()
    {
        using var folder = new TemporaryFolder();
        using (Open(folder["a/b/sweep.db"]))
        {
        }

        Assert.True(File.Exists(folder["a/b/sweep.db"]));
        Assert.False(File.Exists(folder["a/b/sweep.db-wal"]));
    }

    [Fact]
    public void Another_program_that_reads_and_goes_takes_nothing_from_a_worker()
    {
        using var sweep = new FormulaSweep(onDisk: true);
        sweep.Register(FormulaRunner.Grid(1));
        using (sweep.Read())
        {
        }

        Assert.Equal("1", Sqlite3(sweep.Database, "SELECT count(*) FROM trial_summary"));

        Assert.True(File.Exists(sweep.Database + "-wal"));
        sweep.Run();
        Assert.Equal("completed", Sqlite3(sweep.Database, "SELECT state FROM trial_summary"));
    }

    /// <summary>SQLite's own shell, as another process.</summary>
    private static string Sqlite3(string database, string sql)
    {
        var program = Programs.Find("sqlite3");
        Assert.SkipWhen(program is null, "There is no sqlite3 here.");
        using var shell = Process.Start(new ProcessStartInfo(program!, [database, sql]) { RedirectStandardOutput = true })!;
        var output = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        return output.Trim();
    }

    [Fact]
    public void Readers_leave_nothing_behind_that_was_not_there()
    {
        using var folder = new TemporaryFolder();
        using (var store = Open(folder["sweep.db"]))
        {
            store.Register("s", "q", "f", FormulaRunner.Grid(2), Runner.StackKey);
        }

        var before = File.ReadAllBytes(folder["sweep.db"]);
        for (var i = 0; i < 2; i++)
        {
            using var reader = StoreRooms.OpenReader(folder["sweep.db"]);
            Assert.Equal(2, reader.Status().Total);
        }

        Assert.Equal([folder["sweep.db"]], Directory.GetFiles(Path.GetDirectoryName(folder["sweep.db"])!));
        Assert.Equal(before, File.ReadAllBytes(folder["sweep.db"]));
    }

    [Fact]
    public void A_log_that_has_been_written_back_does_not_keep_the_disk()
    {
        using var folder = new TemporaryFolder();
        using var store = Open(folder["sweep.db"]);
        store.Register("s", "q", "f", FormulaRunner.Grid(40_000), Runner.StackKey);
        var log = new FileInfo(folder["sweep.db-wal"]);
        Assert.True(log.Length > StoreFile.LogBytes, $"{log.Length} bytes show nothing");

        Assert.NotNull(store.LeaseNext(new LeaseRequest("a", TimeSpan.FromSeconds(60), (_, _) => 1)).Lease);

        log.Refresh();
        Assert.True(log.Length <= StoreFile.LogBytes, $"{log.Length} bytes");
    }

    [Fact]
    public async Task First_runs_of_one_sweep_at_the_same_instant_are_all_fine()
    {
        const int times = 50, atOnce = 4;
        using var folder = new TemporaryFolder();
        for (var i = 0; i < times; i++)
        {
            using var start = new Barrier(atOnce);
            var path = folder[$"{i}/sweep.db"];
            var openers = Enumerable.Range(0, atOnce).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    using var store = Open(path);
                    return store.Register("s", "q", "f", FormulaRunner.Grid(2), Runner.StackKey).Added;
                },
                TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();

            Assert.Equal(2, (await Task.WhenAll(openers)).Sum());
        }
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused_and_left_as_it_is()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["notes.txt"], "Remember the milk, and whatever else there is to remember.");

        Assert.Contains("notes.txt is not an SQLite database", Refusal(() => Open(folder["notes.txt"])));
        Assert.Contains("notes.txt is not an SQLite database", Refusal(() => StoreRooms.OpenReader(folder["notes.txt"])));
        Assert.Equal("Remember the milk, and whatever else there is to remember.", File.ReadAllText(folder["notes.txt"]));
    }

    [Fact]
    public void Somebody_elses_database_is_refused_and_left_as_it_is()
    {
        using var folder = new TemporaryFolder();
        Execute(folder["other.db"], "CREATE TABLE study (name TEXT)");
        var before = File.ReadAllBytes(folder["other.db"]);

        Assert.Contains("not a sweep store", Refusal(() => Open(folder["other.db"])));
        Assert.Equal(before, File.ReadAllBytes(folder["other.db"]));
        Assert.Equal([folder["other.db"]], Directory.GetFiles(Path.GetDirectoryName(folder["other.db"])!));
    }

    [Fact]
    public void A_newer_database_is_refused()
    {
        using var sweep = new FormulaSweep(onDisk: true);
        Execute(sweep.Database, "PRAGMA user_version = 99");

        Assert.Contains("schema version 99, written by a newer vicreg-sweep; this one reads up to ", Refusal(() => sweep.Open()));
        Assert.Contains("schema version 99", Refusal(() => sweep.Read()));
    }

    [Fact]
    public void A_damaged_database_is_refused_with_a_way_out()
    {
        using var folder = new TemporaryFolder();
        using (var store = Open(folder["sweep.db"]))
        {
            store.Register("s", "q", "f", FormulaRunner.Grid(50), Runner.StackKey);
        }

        var bytes = File.ReadAllBytes(folder["sweep.db"]);
        bytes.AsSpan(100).Fill(0xAB);
        File.WriteAllBytes(folder["sweep.db"], bytes);

        Assert.Contains(".recover", Refusal(() => Open(folder["sweep.db"])));
        Assert.Contains(".recover", Refusal(() => StoreRooms.OpenReader(folder["sweep.db"])));
    }

    [Fact]
    public void A_database_of_a_file_format_that_there_is_not_is_called_damaged()
    {
        using var folder = new TemporaryFolder();
        Open(folder["sweep.db"]).Dispose();
        var bytes = File.ReadAllBytes(folder["sweep.db"]);
        bytes[47] = 9;    // the schema's format, of which there are four
        File.WriteAllBytes(folder["other.db"], bytes);

        Assert.Contains("is damaged (SQLite Error 1: 'unsupported file format'", Refusal(() => StoreRooms.OpenReader(folder["other.db"])));
        Assert.Contains("is damaged", Refusal(() => Open(folder["other.db"])));
    }

    [Fact]
    public void A_path_that_cannot_be_is_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["file"], "");

        Assert.Contains("cannot be created", Refusal(() => Open(folder["file/sweep.db"])));
        Assert.Contains("is a folder, not a store", Refusal(() => Open(Path.GetDirectoryName(folder["file"])!)));
        Assert.Contains("there is no such store", Refusal(() => StoreRooms.OpenReader(folder["none.db"])));
        Assert.Contains("there is no such store", Refusal(() => StoreRooms.Open(
            folder["none.db"], FormulaRunner.Parameters, TimeProvider.System)));
        Assert.False(File.Exists(folder["none.db"]));
        Assert.Contains("is an empty database", Refusal(() => StoreRooms.OpenReader(folder["file"])));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_refused()
    {
        // Even root cannot make files here.
        Assert.SkipUnless(Directory.Exists("/proc/self"), "needs Linux");

        Assert.Contains("/proc/self/sweep.db", Refusal(() => Open("/proc/self/sweep.db")));
    }

    [Theory]
    [InlineData("nfs4", "/mnt/lab", "/mnt/lab/results", "nfs4")]
    [InlineData("fuse.sshfs", "/mnt/my\\040lab", "/mnt/my lab/results", "fuse.sshfs")]
    [InlineData("nfs4", "/mnt/lab", "/mnt/laboratory", null)]
    [InlineData("ext4", "/mnt/lab", "/mnt/lab/results", null)]
    public void A_network_file_system_is_known_by_its_mount(string type, string point, string folder, string? expected)
    {
        string[] mounts = ["/dev/sda1 / ext4 rw 0 0", $"server:/share {point} {type} rw,relatime 0 0"];

        Assert.Equal(expected, NetworkFileSystem.TypeOf(folder, mounts));
    }

    [Fact]
    public void A_local_mount_within_a_network_file_system_is_local()
    {
        string[] mounts = ["server:/ / nfs rw 0 0", "/dev/sdb1 /scratch xfs rw 0 0"];

        Assert.Null(NetworkFileSystem.TypeOf("/scratch/results", mounts));
        Assert.Equal("nfs", NetworkFileSystem.TypeOf("/home/results", mounts));
    }

    [Fact]
    public void A_store_on_a_network_file_system_is_refused_even_through_a_link()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["share"]);
        Directory.CreateSymbolicLink(folder["link"], folder["share"]);
        string[] mounts = [$"server:/share {folder["share"]} nfs4 rw 0 0"];

        var refusal = Refusal(() => SqliteRoom.CreateOrOpen(
            folder["link/sweep.db"], FormulaRunner.Parameters, TimeProvider.System, mounts));

        Assert.Contains("network file system (nfs4)", refusal);
        Assert.Empty(Directory.GetFiles(folder["share"]));
    }

    [Fact]
    public void Opening_again_changes_nothing()
    {
        using var sweep = new FormulaSweep(onDisk: true);
        sweep.Register(FormulaRunner.Grid(3));
        using (sweep.Open())
        {
        }

        Assert.Equal(3, sweep.Trials().Count);
    }

    private static IStore Open(string path) =>
        StoreRooms.CreateOrOpen(path, FormulaRunner.Parameters, TimeProvider.System);

    private static string Refusal(Func<IDisposable> open) => Assert.Throws<SweepException>(() => open().Dispose()).Message;

    private static void Execute(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
