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

        var report = first.Merge(second);

        Assert.Equal((2, 2, 2, 0), (report.Added, report.Ended, report.Agreed, report.Disagreements.Count));
        Assert.Equal(Record(whole), Record(first));
        using var connection = Connect(first.Database);
        Assert.Empty(connection.Query("PRAGMA foreign_key_check"));
        Assert.Equal(6, connection.ExecuteScalar<int>("SELECT count(*) FROM trial WHERE planned = 1"));
        Assert.Equal("{\"device\":\"formula\"}",
            connection.QuerySingle<string>("SELECT DISTINCT environment FROM stack JOIN trial ON trial.stack = stack.number"));
    }

    [Fact]
    public void Results_that_differ_are_reported_each_time_and_the_one_that_is_there_stays()
    {
        using var first = Run(All[..4]);
        using var second = Run(All[..4]);
        Execute(second.Database, "UPDATE term_value SET value = value + 1e-9 WHERE trial = 2 AND step = 10 AND term = 1");
        Execute(second.Database,
            "UPDATE panel SET value = NULL WHERE evaluation = (SELECT max(number) FROM evaluation WHERE trial = 3 AND space = 'embedding') AND metric = 1");
        Execute(second.Database, "UPDATE trial SET state = 'stopped', steps = 20 WHERE number = 4");
        Execute(second.Database, "UPDATE trial SET digest = NULL");
        var before = Record(first);

        for (var i = 0; i < 2; i++)
        {
            var report = first.Merge(second);

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
    public void What_is_no_store_is_refused_and_nothing_is_changed()
    {
        using var first = Run(All[..2]);
        File.WriteAllText(first["notes.txt"], "Remember the milk, and whatever else there is to remember.");
        var before = Dump(first.Database);

        Assert.Contains("not an SQLite database", Assert.Throws<SweepException>(() => StoreRooms.OpenReader(first["notes.txt"])).Message);
        Assert.Contains("there is no such store", Assert.Throws<SweepException>(() => StoreRooms.OpenReader(first["none.db"])).Message);
        Assert.Contains("into itself", Assert.Throws<SweepException>(() => first.Merge(first)).Message);
        Assert.Equal(before, Dump(first.Database));
    }

    private static FormulaSweep Run(params Trial[] trials)
    {
        var sweep = new FormulaSweep(onDisk: true);
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
