using System.Data.Common;
using Dapper;
using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.Stores.Sql;

/// <summary>Adds the words and parameters of another store. What this store does not know comes last, and has no part in ranking and stopping.</summary>
internal static class AddedWords
{
    /// <summary>Call within a transaction.</summary>
    public static void Write(DbConnection connection, Vocabulary words, IEnumerable<RecordedParameter> parameters)
    {
        connection.Execute(
            """
            INSERT INTO term (name, position, better, is_total, doc) VALUES (@Name, (SELECT count(*) FROM term), @Better, 0, @Doc)
            ON CONFLICT (name) DO NOTHING
            """,
            words.Terms.Select(t => new { t.Name, Better = StoredWords.Text(t.Better), t.Doc }));
        connection.Execute(
            """
            INSERT INTO metric (name, position, unit, better, label, doc) VALUES (@Name, (SELECT count(*) FROM metric), @Unit, @Better, @Label, @Doc)
            ON CONFLICT (name) DO NOTHING
            """,
            words.Metrics.Select(m => new { m.Name, m.Unit, Better = StoredWords.Text(m.Better), Label = m.Label == m.Name ? null : m.Label, m.Doc }));
        foreach (var space in words.Spaces) Write(connection, words, space);

        connection.Execute(
            "INSERT INTO artifact (name, position, doc) VALUES (@Name, (SELECT count(*) FROM artifact), @Doc) ON CONFLICT (name) DO NOTHING",
            words.Artifacts.Select(a => new { a.Name, a.Doc }));
        connection.Execute(
            """
            INSERT INTO parameter (name, position, kind, default_value, doc, incidental)
            VALUES (@Name, (SELECT count(*) FROM parameter), @Kind, @Default, @Doc, @Incidental)
            ON CONFLICT (name) DO NOTHING
            """,
            parameters.Select(p => new { p.Name, p.Kind, p.Default, p.Doc, Incidental = p.IsIncidental ? 1 : 0 }));
    }

    /// <inheritdoc cref="IStoreTransaction.PutHeadlines"/>
    public static void PutHeadlines(DbConnection connection, IReadOnlyList<string> metrics)
    {
        connection.Execute("UPDATE metric SET headline = NULL");
        connection.Execute("UPDATE metric SET headline = @Place WHERE name = @Name", metrics.Index().Select(m => new { Name = m.Item, Place = m.Index + 1 }));
    }

    private static void Write(DbConnection connection, Vocabulary words, Space space)
    {
        connection.Execute(
            """
            INSERT INTO space (name, position, is_input, ends_trials, label, kept_by, doc)
            VALUES (@Name, (SELECT count(*) FROM space), @IsInput, 0, @Label, @KeptBy, @Doc)
            ON CONFLICT (name) DO NOTHING
            """,
            new { space.Name, IsInput = space.IsInput ? 1 : 0, Label = space.Label == space.Name ? null : space.Label, space.KeptBy, space.Doc });
        connection.Execute(
            """
            INSERT INTO verdict (space, name, badness, manner, doc) SELECT number, @Verdict, @Badness, @Manner, @Doc FROM space WHERE name = @Name
            ON CONFLICT DO NOTHING
            """,
            space.Verdicts.Index().Select(v => new { space.Name, Verdict = v.Item.Name, Badness = v.Index, v.Item.Manner, v.Item.Doc }));
        connection.Execute(
            """
            INSERT INTO space_metric (space, metric) SELECT s.number, m.number FROM space s, metric m WHERE s.name = @Name AND m.name = @Metric
            ON CONFLICT DO NOTHING
            """,
            words.MetricsOf(space).Select(m => new { space.Name, Metric = m.Name }));
    }
}
