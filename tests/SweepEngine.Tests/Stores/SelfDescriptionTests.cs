using Dapper;
using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.Tests.Running;

namespace VicRegSweeps.SweepEngine.Tests.Stores;

/// <summary>What somebody sees who opens the database with nothing but SQLite.</summary>
public sealed class SelfDescriptionTests
{
    [Fact]
    public void The_summary_view_holds_what_the_reader_reads()
    {
        using var sweep = new FormulaSweep(onDisk: true);
        string[] endings = ["complete", "stop", "diverge"];
        sweep.Register(Enumerable.Range(0, 6).Select(i => FormulaRunner.Trial(i, ("formula.slope", i / 3.0), ("formula.ending", endings[i % 3]))));
        sweep.Run();

        using var connection = Connect(sweep);
        var rows = connection.Query("SELECT * FROM trial_summary ORDER BY number").Cast<IDictionary<string, object?>>();
        foreach (var (row, trial) in rows.Zip(sweep.Trials()))
        {
            Assert.Equal(trial.Id, row["id"]);
            Assert.Equal(TrialStates.Text(trial.State), row["state"]);
            Assert.Equal(trial.FailureClass, row["failure_class"]);
            Assert.Equal(trial.Settings["formula.slope"].Number, Convert.ToDouble(row["formula.slope"], null));
            Assert.Equal(trial.Settings["formula.ending"].Text, row["formula.ending"]);
            Assert.Equal(trial.Loss?.Terms[0], row["loss/total"]);
            Assert.Equal(trial.Panels[0]?.Verdict, row["collapse_embedding"]);
            Assert.Equal(trial.Panels[0]?.Values[0], row["embedding/spread"]);
            Assert.Equal(trial.Panels[1]?.Values[2], row["representation/knn"]);
        }
    }

    [Fact]
    public void A_leased_trial_is_running_by_the_clock_of_the_wall()
    {
        using var sweep = new FormulaSweep(onDisk: true);
        sweep.Register(FormulaRunner.Grid(1));
        sweep.Time.SetUtcNow(DateTimeOffset.UtcNow.AddHours(1));
        sweep.Store.LeaseNext(sweep.Request());

        using var connection = Connect(sweep);
        Assert.Equal("running", connection.ExecuteScalar<string>("SELECT state FROM trial_summary"));
        Assert.Equal("pending", connection.ExecuteScalar<string>("SELECT state FROM trial"));
    }

    [Fact]
    public void Parameters_and_metrics_are_explained()
    {
        using var sweep = new FormulaSweep(onDisk: true);
        using var connection = Connect(sweep);

        Assert.Equal(FormulaRunner.Parameters.Parameters.Select(p => p.Name), connection.Query<string>("SELECT name FROM parameter ORDER BY position"));
        Assert.Equal("How far apart.", connection.ExecuteScalar<string>("SELECT doc FROM metric WHERE name = 'spread'"));
    }

    [Fact]
    public void A_version_with_other_metrics_finds_the_old_ones_in_place()
    {
        using var sweep = new FormulaSweep(onDisk: true);
        sweep.Register(FormulaRunner.Grid(1));
        sweep.Run();
        var other = new ParameterCatalogue(
            FormulaRunner.Parameters.Parameters,
            vocabulary: FormulaRunner.Words with { Metrics = [new("novel", "New."), new("rank", "Moved.")] });
        using (StoreRooms.CreateOrOpen(sweep.Database, other, sweep.Time))
        {
        }

        using var reader = sweep.Read();
        Assert.Equal(["novel", "rank", "spread", "knn"], reader.Metrics[0].Select(m => m.Name));
        var values = Assert.Single(reader.Trials()).Panels[0]!.Values;
        Assert.Equal((null, values[2] * 2, 0.25), (values[0], values[1], values[3]));
        using var connection = Connect(sweep);
        Assert.Equal(values[1], connection.ExecuteScalar<double>("SELECT \"embedding/rank\" FROM trial_summary"));
    }

    [Fact]
    public void Every_table_is_strict_and_every_reference_holds()
    {
        using var sweep = new FormulaSweep(onDisk: true);
        sweep.Register(FormulaRunner.Grid(5));
        sweep.Run();

        using var connection = Connect(sweep);
        Assert.Empty(connection.Query<string>(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'"));
        Assert.Empty(connection.Query("PRAGMA foreign_key_check"));
        Assert.Equal("ok", connection.ExecuteScalar<string>("PRAGMA integrity_check"));
        Assert.Equal("wal", connection.ExecuteScalar<string>("PRAGMA journal_mode"));
    }

    private static SqliteConnection Connect(FormulaSweep sweep)
    {
        var connection = new SqliteConnection($"Data Source={sweep.Database};Pooling=False");
        connection.Open();
        return connection;
    }
}
