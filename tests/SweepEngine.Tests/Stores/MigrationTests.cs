using Dapper;
using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.Tests.Running;

namespace VicRegSweeps.SweepEngine.Tests.Stores;

/// <summary>
/// Databases as released versions wrote them, in the folder Released: twelve trials of which a run was interrupted in its
/// second stack. Brought forward, they end as if this version had trained them from the start.
/// </summary>
public sealed class MigrationTests
{
    private static readonly string[] Endings = ["complete", "diverge", "complete", "stop", "complete", "diverge", "complete", "complete"];

    [Theory]
    [InlineData(1)]
    public void A_store_of_an_older_version_goes_on_where_it_was_interrupted(int version)
    {
        using var folder = new TemporaryFolder();
        var path = Restore(folder, version);

        var (runs, migrated) = Finish(path);

        Assert.Equal([13, null], runs.Select(r => r.Checkpoint?.Step));
        using var fresh = new FormulaSweep(onDisk: true);
        fresh.Register(Trials().Select(t => t with { Id = t.Id[..TrialSettings.ShortIdDigits], Point = t.Point[..TrialSettings.ShortIdDigits] }));
        fresh.Run();
        fresh.Store.Dispose();
        Assert.Equal(Finish(fresh.Database).Record, migrated);
    }

    [Theory]
    [InlineData(1)]
    public void A_reader_says_how_an_older_store_is_brought_up_to_date_and_changes_nothing(int version)
    {
        using var folder = new TemporaryFolder();
        var path = Restore(folder, version);
        var before = File.ReadAllBytes(path);

        Assert.EndsWith($"To bring it up to date: vicreg-sweep resume {path}", Assert.Throws<SweepException>(() => StoreRooms.OpenReader(path)).Message,
            StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(path));
    }

    [Theory]
    [InlineData(1)]
    public void A_sweep_that_is_run_again_finds_its_trials_in_a_store_of_an_older_version(int version)
    {
        using var folder = new TemporaryFolder();
        var path = Restore(folder, version);

        using (var store = StoreRooms.Open(path, FormulaRunner.Parameters, TimeProvider.System))
        {
            Assert.Equal(new Registration(Added: 0, Kept: 12, Orphaned: 0),
                store.Register("formula", "", "version: 1", Trials(), new FormulaRunner().StackKey));
            Assert.Equal(12, store.Status().Total);
        }

        using var reader = StoreRooms.OpenReader(path);
        Assert.All(reader.Trials(), trial => Assert.Equal(TrialSettings.ShortIdDigits, trial.Id.Length));
    }

    [Theory]
    [InlineData(1)]
    public void A_migrated_store_has_the_schema_of_a_new_one(int version)
    {
        using var folder = new TemporaryFolder();
        var path = Restore(folder, version);
        Finish(path);
        using var fresh = new FormulaSweep(onDisk: true);

        Assert.Equal(Columns(fresh.Database), Columns(path));
    }

    private static IEnumerable<Trial> Trials() => Enumerable.Range(0, 12).Select(i => FormulaRunner.Trial(
        i, ("formula.slope", 0.3 * i), ("formula.ending", i < Endings.Length ? Endings[i] : "complete")));

    private static string Restore(TemporaryFolder folder, int version)
    {
        var released = Path.Combine(AppContext.BaseDirectory, "Stores", "Released");
        using (var connection = Connect(folder["sweep.db"]))
        {
            connection.Execute(File.ReadAllText(Path.Combine(released, $"schema-{version}.sql")));
        }

        Directory.CreateDirectory(folder["checkpoints"]);
        File.Copy(Path.Combine(released, $"schema-{version}.checkpoint"), folder["checkpoints/sweep.stack-2.lease-1.1.step-13"]);
        return folder["sweep.db"];
    }

    private static (IReadOnlyList<StackWork> Runs, string Record) Finish(string path)
    {
        var runner = new FormulaRunner();
        using (var store = StoreRooms.Open(path, FormulaRunner.Parameters, TimeProvider.System))
        {
            new SweepRun(store, runner, new RecordingObserver()).Execute(CancellationToken.None);
        }

        using var reader = StoreRooms.OpenReader(path);
        return (runner.Runs, string.Join('\n',
        [
            .. reader.Trials().Select(t => $"{t.Id} {t.State} {t.Reason} {t.Epochs} {t.Steps} {t.Loss} {t.Panels[0]?.Verdict}"),
            .. reader.Losses().Select(l => l.ToString()),
            .. reader.MetricValues().Select(m => m.ToString()),
        ]));
    }

    private static List<string> Columns(string path)
    {
        using var connection = Connect(path);
        return connection.Query<string>(
            """
            SELECT t.name || '.' || c.name || ' ' || c.type || ' ' || c."notnull"
            FROM sqlite_master t JOIN pragma_table_info(t.name) c
            WHERE t.type IN ('table', 'view')
            ORDER BY 1
            """).AsList();
    }

    private static SqliteConnection Connect(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        return connection;
    }
}
