using Microsoft.Data.Sqlite;
using VicRegSweeps.Trials.Arrays;

namespace VicRegSweeps.Cli.Tests;

/// <summary>
/// A VICReg store as an older version wrote it, in the folder Released, with that version's exports: trials that were stopped and
/// trials that diverged, kept embeddings, and terms that are not finite.
/// </summary>
public sealed class ReleasedStoreTests : IDisposable
{
    private static readonly string Released = Path.Combine(AppContext.BaseDirectory, "Released");

    private readonly Workplace place = new();

    public ReleasedStoreTests() => Execute(File.ReadAllText(Path.Combine(Released, "schema-4.sql")));

    public void Dispose() => place.Dispose();

    [Fact]
    public void It_is_brought_forward_and_gives_the_exports_that_it_gave()
    {
        var before = File.ReadAllBytes(place.PathOf("sweep.db"));
        Assert.Contains("To bring it up to date: vicreg-sweep resume sweep.db", place.Run("export", "sweep.db", "--csv", "csv").Error,
            StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(place.PathOf("sweep.db")));

        BringForward();

        Assert.Equal(0, place.Run("export", "sweep.db", "--csv", "csv").ExitCode);
        foreach (var table in new[] { "trials", "curves", "metrics", "summary" })
        {
            Assert.Equal(File.ReadAllText(Path.Combine(Released, $"{table}.csv")), File.ReadAllText(place.PathOf($"csv/{table}.csv")));
        }

        // What came later stands behind what was there.
        Assert.Equal(File.ReadAllLines(Path.Combine(Released, "baseline.csv")), place.Lines("csv/baseline.csv")
            .Select(l => string.Join(',', l.Split(',')[..3])));
    }

    [Fact]
    public void Its_views_and_those_of_its_owner_have_what_they_had()
    {
        Execute("CREATE VIEW mine AS SELECT l.trial, l.total, l.variance, e.dimension FROM loss l JOIN embedding e ON e.trial = l.trial");
        string[] queries =
        [
            "SELECT * FROM mine ORDER BY trial, total", "SELECT * FROM loss ORDER BY trial, step", "SELECT * FROM loss_curve ORDER BY number, step",
            "SELECT * FROM metric_curve ORDER BY number, step, space, metric",
            $"SELECT {Columns("trial_summary")} FROM trial_summary ORDER BY number", // Parameters that came later are further columns.
            "SELECT number, trial, step, epoch, space, bank, dimension, hex(centre), scale, hex(samples) FROM embedding ORDER BY number",
        ];
        var before = queries.Select(Rows).ToList();

        BringForward();

        Assert.All(before, rows => Assert.NotEmpty(rows));
        Assert.Equal(before, queries.Select(Rows));
        Assert.Equal(["ok"], Rows("PRAGMA integrity_check"));
        Assert.Empty(Rows("PRAGMA foreign_key_check"));
    }

    [Theory]
    [InlineData("UPDATE loss SET total = total + 1 WHERE trial = 2 AND step = 1")]
    [InlineData("UPDATE panel SET value = 0.5 WHERE evaluation = (SELECT number FROM evaluation WHERE trial = 2 LIMIT 1) AND metric = 1")]
    public void What_was_damaged_before_it_was_brought_forward_is_still_told(string damage)
    {
        Execute(damage);
        BringForward();

        var export = place.Run("export", "sweep.db", "--csv", "csv");

        Assert.Equal(2, export.ExitCode);
        Assert.Contains("what is recorded of trial 73ea85775c70 is damaged", export.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_view_in_the_place_of_a_table_is_refused_before_anything_is_read_from_it()
    {
        Execute("""
            DROP VIEW trial_summary; DROP VIEW loss_curve; DROP TABLE loss;
            CREATE VIEW loss AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
                SELECT i AS trial, i AS step, 1 AS epoch, 1 AS batches, 0.5 AS total, 0.5 AS invariance, 0.5 AS variance, 0.5 AS covariance FROM n;
            """);

        var resume = place.Run("resume", "sweep.db");

        Assert.Equal(2, resume.ExitCode);
        Assert.Contains("is not as vicreg-sweep makes it", resume.Error, StringComparison.Ordinal);
    }

    private void BringForward() => Assert.Equal(3, place.Run("resume", "sweep.db", "--quiet").ExitCode);

    private void Execute(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Every row as text.</summary>
    private List<string> Rows(string query)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = query;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        var values = new object[reader.FieldCount];
        while (reader.Read())
        {
            reader.GetValues(values);
            rows.Add(string.Join('|', values.Select((value, column) => FormattableString.Invariant($"{reader.GetName(column)}={value}"))));
        }

        return query.StartsWith("PRAGMA", StringComparison.Ordinal) ? [.. rows.Select(row => row.Split('=')[1])] : rows;
    }

    private string Columns(string view) =>
        string.Join(", ", Rows($"SELECT name FROM pragma_table_info('{view}')").Select(row => $"\"{row["name=".Length..]}\""));

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={place.PathOf("sweep.db")};Pooling=False");
        connection.Open();
        return connection;
    }
}
