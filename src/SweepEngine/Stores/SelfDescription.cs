using Dapper;
using Microsoft.Data.Sqlite;

namespace VicRegSweeps.SweepEngine;

/// <summary>Keeps the tables that explain the others, and the view that is made from them, in step with this version.</summary>
internal static class SelfDescription
{
    private const string ViewName = "trial_summary";

    public static void Update(
        SqliteConnection connection, ParameterCatalogue catalogue, IReadOnlyList<Metric> metrics, DateTimeOffset now)
    {
        using var transaction = ImmediateTransaction.Begin(connection, durable: false);
        connection.Execute(
            """
            INSERT INTO meta (key, value) VALUES
                ('about', 'A store of VICReg sweeps. Start with the view trial_summary; parameter and metric explain its columns.'),
                ('created_utc', @now),
                ('created_by', @version)
            ON CONFLICT (key) DO NOTHING
            """,
            new { now = StoreTime.Text(now), version = typeof(SelfDescription).Assembly.GetName().Version!.ToString() });
        // Names that this version does not have come last.
        connection.Execute("UPDATE parameter SET position = @count", new { count = catalogue.Parameters.Count });
        connection.Execute("UPDATE metric SET position = @count", new { count = metrics.Count });
        connection.Execute(
            """
            INSERT INTO parameter (name, position, kind, default_value, doc, incidental)
            VALUES (@Name, @Position, @Kind, @Default, @Doc, @Incidental)
            ON CONFLICT (name) DO UPDATE SET
                position = excluded.position, kind = excluded.kind, default_value = excluded.default_value, doc = excluded.doc,
                incidental = excluded.incidental
            """,
            catalogue.Parameters.Index().Select(p => new
            {
                p.Item.Name,
                Position = p.Index,
                Kind = p.Item.Kind.ToString(),
                Default = p.Item.Default?.Text,
                p.Item.Doc,
                Incidental = p.Item.IsIncidental ? 1 : 0,
            }));
        connection.Execute(
            """
            INSERT INTO metric (name, position, doc) VALUES (@Name, @Position, @Doc)
            ON CONFLICT (name) DO UPDATE SET position = excluded.position, doc = excluded.doc
            """,
            metrics.Index().Select(m => new { m.Item.Name, Position = m.Index, m.Item.Doc }));
        connection.Execute("UPDATE sweep SET stop = @None WHERE stop IS NULL", new { RulesText.None });
        UpdateView(connection);
        transaction.Commit();
    }

    private static void UpdateView(SqliteConnection connection)
    {
        var wanted = SummaryView.Sql(
            ViewName,
            [.. connection.Query<string>("SELECT name FROM parameter ORDER BY position, name")],
            [.. connection.Query<(long Number, string Name)>("SELECT number, name FROM metric ORDER BY position, number")]);
        var present = connection.ExecuteScalar<string?>(
            "SELECT sql FROM sqlite_master WHERE type = 'view' AND name = @ViewName", new { ViewName });
        if (present == wanted) return;

        connection.Execute($"DROP VIEW IF EXISTS {ViewName}");
        connection.Execute(wanted);
    }
}
