using System.Data.Common;
using Dapper;
using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.Stores.Sql;

/// <summary>Keeps the tables that explain the others in step with what the runner declares. Call within a transaction.</summary>
internal static class DeclaredWords
{
    // Keys of meta.
    public const string Objective = "objective";
    public const string DefectNoun = "defect_noun";
    public const string DefectParticiple = "defect_participle";
    public const string DefectPast = "defect_past";

    public static void Update(DbConnection connection, ParameterCatalogue catalogue, DateTimeOffset now)
    {
        connection.Execute(
            """
            INSERT INTO meta (key, value) VALUES
                ('about', 'A store of sweeps. Start with the view trial_summary; parameter, term, space and metric explain its columns.'),
                ('created_utc', @now),
                ('created_by', @version)
            ON CONFLICT (key) DO NOTHING
            """,
            new { now = StoreTime.Text(now), version = typeof(DeclaredWords).Assembly.GetName().Version!.ToString() });
        UpdateParameters(connection, catalogue.Parameters);
        UpdateWords(connection, Of(connection, catalogue));
        connection.Execute("UPDATE sweep SET stop = @None WHERE stop IS NULL", new { RulesText.None });
    }

    /// <summary>The runner's words, without those of spaces that no trial of the store has.</summary>
    public static Vocabulary Of(DbConnection connection, ParameterCatalogue catalogue) =>
        catalogue.Vocabulary.Having(connection.Query<string>("SELECT name FROM space").AsList());

    /// <summary>Names that this version does not have come last.</summary>
    private static void UpdateParameters(DbConnection connection, IReadOnlyList<Parameter> parameters)
    {
        connection.Execute("UPDATE parameter SET position = @Count", new { parameters.Count });
        connection.Execute(
            """
            INSERT INTO parameter (name, position, kind, default_value, doc, incidental)
            VALUES (@Name, @Position, @Kind, @Default, @Doc, @Incidental)
            ON CONFLICT (name) DO UPDATE SET
                position = excluded.position, kind = excluded.kind, default_value = excluded.default_value, doc = excluded.doc,
                incidental = excluded.incidental
            """,
            parameters.Index().Select(p => new
            {
                p.Item.Name,
                Position = p.Index,
                Kind = p.Item.Kind.ToString(),
                Default = p.Item.Default?.Text,
                p.Item.Doc,
                Incidental = p.Item.IsIncidental ? 1 : 0,
            }));
    }

    /// <summary>Words that this version does not have stay, come last, and have no part in ranking and stopping.</summary>
    private static void UpdateWords(DbConnection connection, Vocabulary words)
    {
        connection.Execute(
            """
            UPDATE term SET position = @Terms, is_total = 0;
            UPDATE metric SET position = @Metrics, headline = NULL;
            UPDATE space SET position = @Spaces, ends_trials = 0;
            UPDATE artifact SET position = @Artifacts;
            DELETE FROM meta WHERE key = 'objective'
            """,
            new { Terms = words.Terms.Count, Metrics = words.Metrics.Count, Spaces = words.Spaces.Count, Artifacts = words.Artifacts.Count });
        connection.Execute(
            """
            INSERT INTO term (name, position, better, is_total, doc) VALUES (@Name, @Position, @Better, @IsTotal, @Doc)
            ON CONFLICT (name) DO UPDATE SET
                position = excluded.position, better = excluded.better, is_total = excluded.is_total, doc = excluded.doc
            """,
            words.Terms.Index().Select(t => new
            {
                t.Item.Name,
                Position = t.Index,
                Better = StoredWords.Text(t.Item.Better),
                IsTotal = t.Item.IsTotal ? 1 : 0,
                t.Item.Doc,
            }));
        connection.Execute(
            """
            INSERT INTO metric (name, position, unit, better, label, headline, doc)
            VALUES (@Name, @Position, @Unit, @Better, @Label, @Headline, @Doc)
            ON CONFLICT (name) DO UPDATE SET
                position = excluded.position, unit = excluded.unit, better = excluded.better, label = excluded.label,
                headline = excluded.headline, doc = excluded.doc
            """,
            words.Metrics.Index().Select(m => new
            {
                m.Item.Name,
                Position = m.Index,
                m.Item.Unit,
                Better = StoredWords.Text(m.Item.Better),
                Label = m.Item.Label == m.Item.Name ? null : m.Item.Label,
                Headline = words.Headlines.Index().Where(h => h.Item == m.Item.Name).Select(h => (int?)h.Index + 1).FirstOrDefault(),
                m.Item.Doc,
            }));
        foreach (var (position, space) in words.Spaces.Index()) Update(connection, words, space, position);
        connection.Execute(
            """
            INSERT INTO artifact (name, position, doc) VALUES (@Name, @Position, @Doc)
            ON CONFLICT (name) DO UPDATE SET position = excluded.position, doc = excluded.doc
            """,
            words.Artifacts.Index().Select(a => new { a.Item.Name, Position = a.Index, a.Item.Doc }));
        connection.Execute(
            "INSERT INTO meta (key, value) VALUES (@Key, @Value) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            new (string Key, string? Value)[]
            {
                (Objective, words.Objective), (DefectNoun, words.Defect.Noun), (DefectParticiple, words.Defect.Participle), (DefectPast, words.Defect.Past),
            }.Where(m => m.Value is not null).Select(m => new { m.Key, m.Value }));
    }

    private static void Update(DbConnection connection, Vocabulary words, Space space, int position)
    {
        var number = connection.ExecuteScalar<long>(
            """
            INSERT INTO space (name, position, is_input, ends_trials, label, kept_by, doc)
            VALUES (@Name, @Position, @IsInput, @EndsTrials, @Label, @KeptBy, @Doc)
            ON CONFLICT (name) DO UPDATE SET
                position = excluded.position, is_input = excluded.is_input, ends_trials = excluded.ends_trials,
                label = excluded.label, kept_by = excluded.kept_by, doc = excluded.doc
            RETURNING number
            """,
            new
            {
                space.Name,
                Position = position,
                IsInput = space.IsInput ? 1 : 0,
                EndsTrials = space.EndsTrials ? 1 : 0,
                Label = space.Label == space.Name ? null : space.Label,
                space.KeptBy,
                space.Doc,
            });
        connection.Execute("UPDATE verdict SET badness = badness + @Count WHERE space = @number", new { space.Verdicts.Count, number });
        connection.Execute(
            """
            INSERT INTO verdict (space, name, badness, manner, doc) VALUES (@Space, @Name, @Badness, @Manner, @Doc)
            ON CONFLICT (space, name) DO UPDATE SET badness = excluded.badness, manner = excluded.manner, doc = excluded.doc
            """,
            space.Verdicts.Index().Select(v => new { Space = number, v.Item.Name, Badness = v.Index, v.Item.Manner, v.Item.Doc }));
        connection.Execute(
            """
            INSERT INTO space_metric (space, metric) SELECT @Space, number FROM metric WHERE name = @Name
            ON CONFLICT DO NOTHING
            """,
            words.MetricsOf(space).Select(m => new { Space = number, m.Name }));
    }
}
