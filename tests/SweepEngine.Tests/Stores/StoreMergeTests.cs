using Dapper;
using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.Tests.Running;

namespace VicRegSweeps.SweepEngine.Tests.Stores;

public sealed class StoreMergeTests
{
    private static readonly Trial[] All = [.. FormulaRunner.Grid(6)];

    [Fact]
    public void Two_halves_of_a_sweep_become_the_whole()
    {
        using var whole = Run(All);
        using var first = Run(All[..4]);
        using var second = Run(All[2..]);
        Assert.Equal(Record(whole)[..4], Record(first));

        var report = first.Store.Merge(second.Database);

        Assert.Equal((2, 2, 2, 0), (report.Added, report.Ended, report.Agreed, report.Disagreements.Count));
        Assert.Equal(Record(whole), Record(first));
        using var connection = Connect(first.Database);
        Assert.Empty(connection.Query("PRAGMA foreign_key_check"));
        Assert.Equal(6, connection.ExecuteScalar<int>("SELECT count(*) FROM trial WHERE planned = 1"));
        Assert.Equal("{\"device\":\"formula\"}", connection.QuerySingle<string>("SELECT DISTINCT environment FROM stack JOIN trial ON trial.stack = stack.number"));
    }

    [Fact]
    public void Merging_again_changes_nothing()
    {
        using var first = Run(All[..3]);
        using var second = Run(All[2..]);
        first.Store.Merge(second.Database);
        var before = Dump(first.Database);

        var report = first.Store.Merge(second.Database);

        Assert.Equal((0, 0, 4, 0), (report.Added, report.Ended, report.Agreed, report.Disagreements.Count));
        Assert.Equal(before, Dump(first.Database));
    }

    [Fact]
    public void The_other_store_is_only_read()
    {
        using var first = Run(All[..3]);
        using var second = Run(All[2..]);
        var before = Dump(second.Database);

        first.Store.Merge(second.Database);

        Assert.Equal(before, Dump(second.Database));
    }

    [Fact]
    public void What_was_waiting_or_half_trained_takes_over_a_result()
    {
        using var first = new FormulaSweep();
        first.Register(All);
        var lease = first.Store.LeaseNext(first.Request()).Lease!;
        var batch = new RowBatch();
        batch.Add(lease.Work.Trials[0], new LossRow(1, 3, 3, 9, 9, 9, 9));
        first.Store.RecordCheckpoint(lease, batch, 3, 0, stream => stream.Write("state"u8));
        first.Store.Release(lease);
        using var second = Run(All);

        var report = first.Store.Merge(second.Database);

        Assert.Equal((0, 6), (report.Added, report.Ended));
        Assert.Equal(Record(second), Record(first));
        Assert.Null(first.Store.LeaseNext(first.Request()).Lease);
    }

    [Fact]
    public void Results_that_differ_are_reported_each_time_and_the_one_that_is_there_stays()
    {
        using var first = Run(All[..4]);
        using var second = Run(All[..4]);
        Execute(second.Database, "UPDATE term_value SET value = value + 1e-9 WHERE trial = 2 AND step = 10 AND term = 1");
        Execute(second.Database, "UPDATE panel SET value = NULL WHERE evaluation = (SELECT max(number) FROM evaluation WHERE trial = 3 AND space = 'embedding') AND metric = 1");
        Execute(second.Database, "UPDATE trial SET state = 'stopped', steps = 20 WHERE number = 4");
        Execute(second.Database, "UPDATE trial SET digest = NULL");
        var before = Record(first);

        for (var i = 0; i < 2; i++)
        {
            var report = first.Store.Merge(second.Database);

            Assert.Equal(1, report.Agreed);
            Assert.Equal(
                [(All[1].Id, "loss/total at step 10"), (All[2].Id, "embedding/spread at step 30"), (All[3].Id, "state")],
                report.Disagreements.Select(d => (d.Trial, d.What)));
            Assert.Null(report.Disagreements[1].There);
            Assert.Equal(("completed after step 30", "stopped after step 20"), (report.Disagreements[2].Here, report.Disagreements[2].There));
        }

        Assert.Equal(before, Record(first));
    }

    [Fact]
    public void A_store_that_somebody_works_on_is_left_alone()
    {
        using var first = new FormulaSweep();
        first.Register(All);
        first.Store.LeaseNext(first.Request());
        using var second = Run(All);

        Assert.Contains("is at work on it", Assert.Throws<SweepException>(() => first.Store.Merge(second.Database)).Message);
    }

    [Fact]
    public void What_is_no_store_is_refused_and_nothing_is_changed()
    {
        using var first = Run(All[..2]);
        File.WriteAllText(first["notes.txt"], "Remember the milk, and whatever else there is to remember.");
        var before = Dump(first.Database);

        Assert.Contains("not an SQLite database", Assert.Throws<SweepException>(() => first.Store.Merge(first["notes.txt"])).Message);
        Assert.Contains("there is no such store", Assert.Throws<SweepException>(() => first.Store.Merge(first["none.db"])).Message);
        Assert.Contains("into itself", Assert.Throws<SweepException>(() => first.Store.Merge(first.Database)).Message);
        Assert.Equal(before, Dump(first.Database));
    }

    private static FormulaSweep Run(params Trial[] trials)
    {
        var sweep = new FormulaSweep();
        sweep.Register(trials);
        sweep.Run(new SweepRunOptions { Environment = "{\"device\":\"formula\"}" });
        return sweep;
    }

    /// <summary>A line a trial with all that was recorded of it.</summary>
    private static List<string> Record(FormulaSweep sweep)
    {
        using var reader = sweep.Read();
        var losses = reader.Losses().ToLookup(l => l.Trial);
        var metrics = reader.MetricValues().ToLookup(m => m.Trial);
        return
        [
            .. reader.Trials().OrderBy(t => Array.FindIndex(All, a => a.Id == t.Id)).Select(t =>
                $"{t.Id} {t.State} {t.Reason} {t.Epochs} {t.Steps} {t.Seconds} {string.Join(' ', losses[t.Id])} {string.Join(' ', metrics[t.Id])}"),
        ];
    }

    private static string Dump(string path)
    {
        using var connection = Connect(path);
        var tables = connection.Query<string>("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").AsList();
        return string.Join('\n', tables.SelectMany(t => connection.Query($"SELECT * FROM \"{t}\"").Cast<IDictionary<string, object?>>()
            .Select(row => $"{t}: {string.Join('|', row.Select(c => $"{c.Key}={c.Value}"))}")));
    }

    private static void Execute(string path, string sql)
    {
        using var connection = Connect(path);
        connection.Execute(sql);
    }

    private static SqliteConnection Connect(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        return connection;
    }
}
