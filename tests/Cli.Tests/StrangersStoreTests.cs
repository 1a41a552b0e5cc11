using System.Reflection;
using Microsoft.Data.Sqlite;

namespace VicRegSweeps.Cli.Tests;

/// <summary>
/// Stores that break no constraint of SQLite's, or none that it looks at, and yet make no sense. Whatever is asked of them, the
/// answer is what can be read or a sentence about what cannot.
/// </summary>
public sealed class StrangersStoreTests(StrangersStoreTests.Original original) : IClassFixture<StrangersStoreTests.Original>
{
    private const string Endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>What is done to the store, and what some verb is to say of it; empty where it can be read all the same.</summary>
    public static TheoryData<string, string> Mutations => new()
    {
        {
            "UPDATE trial SET settings = '[1, 2]' WHERE number = 2",
            "row 2 of the table 'trial' cannot be read: the settings are an array, but must be a JSON object."
        },
        { "UPDATE trial SET settings = '\"text\"' WHERE number = 2", "the settings are a text, but must be a JSON object." },
        { "UPDATE trial SET settings = 'null' WHERE number = 2", "the settings are null, but must be a JSON object." },
        { "UPDATE trial SET settings = '{' WHERE number = 2", "row 2 of the table 'trial' cannot be read" },
        { "UPDATE trial SET settings = '{\"loss.epsilon\": {\"a\": 1}}' WHERE number = 2", "'loss.epsilon' in the settings is an object, but must be" },
        {
            "UPDATE trial SET settings = '{\"loss.epsilon\": 1e999}' WHERE number = 2",
            "'loss.epsilon' in the settings is a number, but must be a finite number"
        },
        { "UPDATE trial SET settings = '{\"a\": 1, \"a\": 2}' WHERE number = 2", "the settings have 'a' twice" },
        { "UPDATE trial SET settings = '{}'", "" },
        { "UPDATE trial SET state = 'sleeping' WHERE number = 2", "row 2 of the table 'trial' cannot be read" },
        { "UPDATE trial SET seconds = 9e999 WHERE number = 3", "row 3 of the table 'trial' cannot be read" },
        { "UPDATE trial SET seconds = -1 WHERE number = 3", "row 3 of the table 'trial' cannot be read: -1 seconds are no time that something took." },
        { "UPDATE trial SET epochs = 1099511627776 WHERE number = 3", "'epochs' is 1099511627776, but must be from 0 to 2147483647." },
        { "UPDATE trial SET steps = -9223372036854775807", "" },
        { "UPDATE trial SET point = ''", "" },
        { "UPDATE trial SET id = '' WHERE number = 1", "" },
        { "UPDATE trial SET finished_utc = 'yesterday'", "" },
        {
            "UPDATE stack SET worker = 'x', lease_until = 'soon', finished_utc = NULL",
            "row 1 of the table 'stack' cannot be read: 'soon' is not a time such as 2026-01-31T12:00:00.000Z."
        },
        { "UPDATE stack SET worker = ':::', lease_until = '9999-12-31T23:59:59.999Z', finished_utc = NULL", "" },
        { "UPDATE stack SET worker = 'x', lease_until = '', finished_utc = NULL", "row 1 of the table 'stack' cannot be read" },
        { "UPDATE stack SET environment = '{'", "row 1 of the table 'stack' cannot be read: the environment is not a JSON object." },
        { "UPDATE stack SET environment = '[1]'", "the environment is not a JSON object" },
        { "UPDATE stack SET environment = '{\"device\": {\"a\": [1]}}'", "" },
        {
            "UPDATE evaluation SET spectrum = '{\"a\": 1}' WHERE number = (SELECT max(number) FROM evaluation)",
            "cannot be read: the spectrum is not a JSON array of numbers."
        },
        { "UPDATE evaluation SET spectrum = '[\"a\"]'", "the spectrum is not a JSON array of numbers" },
        { "UPDATE evaluation SET spectrum = '[1e999]'", "the spectrum " },
        { "UPDATE evaluation SET spectrum = 'null'", "the spectrum is null" },
        { "UPDATE evaluation SET spectrum = '[]'", "" },
        { "UPDATE evaluation SET spectrum = '[-1, -2]'", "" },
        { "UPDATE evaluation SET spectrum = '[0, 1e308, 1e-320]'", "" },
        { "UPDATE evaluation SET spectrum = '[null, null]'", "" },
        { "UPDATE evaluation SET epoch = -5", "'epoch' is -5, but must be from 0 to 2147483647." },
        { "UPDATE evaluation SET verdict = 'perhaps'", "" },
        { "UPDATE evaluation SET space = space || 'nowhere'", "" },
        { "UPDATE panel SET value = 9e999", "'value' is Infinity, but must be a finite number." },
        { "UPDATE term_value SET value = -9e999", "'value' is -Infinity, but must be a finite number." },
        { "UPDATE logged_step SET batches = 1099511627776", "'batches' is 1099511627776" },
        { "UPDATE term_value SET value = 1.7e308", "" },
        { "DELETE FROM term_value", "" },
        { "DELETE FROM term", "is not in the table 'term'." },
        { "DELETE FROM term WHERE name = 'total'", "is not in the table 'term'." },
        { "DELETE FROM term; DELETE FROM term_value", "" },
        { "UPDATE term SET name = char(27) || name || '<b>\"'", "" },
        { "DELETE FROM space", "" },
        { "UPDATE space SET name = char(27) || '../../' || name || '<b>\"'", "" },
        { "UPDATE space SET is_input = 1", "" },
        { "UPDATE space SET ends_trials = 1", "" },
        { "DELETE FROM verdict", "has no verdict in the table 'verdict'" },
        { "DELETE FROM verdict WHERE name <> 'none'", "" },
        { "UPDATE verdict SET name = name || '<b>', manner = ''", "" },
        { "DELETE FROM space_metric", "" },
        { "UPDATE metric SET headline = 1, label = '[red]<b>'", "" },
        { "UPDATE meta SET value = '<b>/../' WHERE key IN ('objective', 'defect_noun', 'defect_participle')", "" },
        { "DELETE FROM meta", "" },
        { "DELETE FROM metric", "is not in the table 'metric'." },
        { "DELETE FROM metric WHERE name = 'knn_top1'", "is not in the table 'metric'." },
        { "DELETE FROM metric; DELETE FROM panel; DELETE FROM baseline_value", "" },
        {
            "DELETE FROM metric WHERE name = 'knn_top1'; DELETE FROM panel WHERE metric NOT IN (SELECT number FROM metric); DELETE FROM baseline_value "
                + "WHERE metric NOT IN (SELECT number FROM metric)",
            ""
        },
        { "DELETE FROM parameter", "" },
        { "DELETE FROM sweep_file", "" },
        { "DELETE FROM logged_step; DELETE FROM term_value; DELETE FROM evaluation; DELETE FROM panel", "" },
        { "DELETE FROM stack", "" },
        { "UPDATE baseline SET spectrum = '{}'", "row 1 of the table 'baseline' cannot be read" },
        { "UPDATE kept_vectors SET dimension = 0", "dimensions" },
        { "UPDATE kept_vectors SET dimension = -1", "dimensions" },
        { "UPDATE kept_vectors SET centre = x'00', samples = x''", "dimensions" },
        { "UPDATE kept_vectors SET scale = 9e999", "dimensions" },
        { "UPDATE kept_images SET labels = x''", "labels" },
        { "UPDATE kept_images SET labels = CAST(zeroblob(length(labels) - 4) || x'feffffff' AS BLOB)", "no class" },
        { "DELETE FROM kept_images", "'kept_images'" },
        { "UPDATE kept_vectors SET samples = x''", "" },
        { "UPDATE stage_time SET seconds = 9e999", "of the table 'stage_time' cannot be read" },
        { "UPDATE sweep SET stop = '[]'", "" },
        { "UPDATE sweep SET most_retries = 99999999999", "" },
        { "PRAGMA user_version = -5", "schema version -5" },
        { "PRAGMA user_version = 0", "schema version 0" },
        { "PRAGMA user_version = 1", "older vicreg-sweep" },
        { "PRAGMA user_version = 2", "older vicreg-sweep" },
        { "PRAGMA application_id = 7", "not a sweep store" },
        { $"DROP VIEW recorded_trial; CREATE VIEW recorded_trial AS {Endless} SELECT t.* FROM trial t, n",
            "'recorded_trial' is not as vicreg-sweep makes it: its query is missing or has been changed" },
        { $"DROP VIEW loss_curve; CREATE VIEW loss_curve AS {Endless} SELECT 1 FROM n", "" },
        { $"DROP VIEW recorded_trial; CREATE VIEW recorded_trial AS {Endless} SELECT 1 FROM n", "'recorded_trial' is not as" },
        { $"DROP TABLE metric; CREATE VIEW metric AS {Endless} SELECT i AS number, 'm' || i AS name, i AS position, '' AS doc FROM n", "'metric' is not as" },
        { "DROP TABLE panel", "'panel' is not as vicreg-sweep makes it: the table is missing or has been changed" },
        { "DROP TABLE term_value; CREATE TABLE term_value (trial, step, term, value)", "'term_value' is not as" },
        { "PRAGMA legacy_alter_table = ON; ALTER TABLE trial RENAME COLUMN seconds TO minutes", "is not as vicreg-sweep makes it" },
        { "ALTER TABLE stage_time DROP COLUMN seconds", "'stage_time' is not as vicreg-sweep makes it: the column seconds is missing or has been changed" },
        { "DROP TABLE kept_vectors; CREATE VIRTUAL TABLE kept_vectors USING fts5(trial)", "'kept_vectors' is not as" },
        { "DROP VIEW trial_summary", "" },
        { "CREATE TABLE mine (a); CREATE VIEW ours AS SELECT * FROM trial; CREATE INDEX i ON trial (seconds)", "" },
        { "CREATE TRIGGER evil AFTER UPDATE ON sweep BEGIN DELETE FROM trial; END", "has a trigger 'evil' on the table 'sweep'" },
    };

    [Theory]
    [MemberData(nameof(Mutations))]
    public void What_cannot_be_read_is_named_and_nothing_hangs_or_is_called_a_bug(string mutation, string sentence)
    {
        using var place = new Workplace();
        var store = place.PathOf("s.db");
        original.CopyTo(store, mutation);

        var answers = new[]
        {
            Answer("status", store, "--json"),
            Answer("status", store, "--watch", "--every", "0.1"),
            Answer("export", store, "--csv", place.PathOf("csv"), "--md", "--where", "seed < 1"),
            Answer("export", store, "--parquet", place.PathOf("parquet")),
            Answer("show", store, original.Trial),
            Answer("report", store, "--out", place.PathOf("report")),
            Answer("merge", place.PathOf("all.db"), store),
            Answer("resume", store, "--quiet"),
        };

        Assert.All(answers, answer => Assert.True(answer.Code is 0 or 2, $"{answer.Code}: {answer.Error}"));
        Assert.All(answers.Where(a => a.Code == 2), answer => Assert.Matches(@"^[^\n]+[^\n.]\.?\n$", answer.Error));
        Assert.True(answers.Any(a => a.Code == 2) || sentence.Length == 0, "Nothing was said.");
        Assert.Contains(sentence, string.Concat(answers.Where(a => a.Code == 2).Select(a => a.Error)), StringComparison.Ordinal);
    }

    /// <summary>The command itself in this process: some hundred processes would take minutes to start.</summary>
    private static (int Code, string Error) Answer(params string[] arguments)
    {
        var (output, error) = (Console.Out, Console.Error);
        using var said = new StringWriter();
        Console.SetOut(TextWriter.Null);
        Console.SetError(said);
        try
        {
            // All of the program but that it opens standard error itself.
            Call("Terminal", "Protect");
            var run = Task.Run(() => (int)Call("CommandLine", "Run", [arguments])!);
            Assert.True(run.Wait(Patience), $"{string.Join(' ', arguments)} does not end.");
            return (run.Result, said.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }

    private static object? Call(string type, string method, params object[] arguments) => Assembly.Load("vicreg-sweep")
        .GetType($"VicRegSweeps.Cli.{type}", throwOnError: true)!.GetMethod(method, BindingFlags.Static | BindingFlags.Public)!.Invoke(null, arguments);

    /// <summary>A store that a run has made, all of whose trials have ended.</summary>
    public sealed class Original : IDisposable
    {
        private readonly Workplace place = new();

        public Original()
        {
            place.Write("tiny.yaml", Workplace.TinySweep);
            Assert.Equal(0, place.Run("run", "tiny.yaml", "--store", "s.db", "--quiet").ExitCode);
            using var connection = Open(place.PathOf("s.db"));
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT id FROM trial WHERE number = 2";
            Trial = (string)command.ExecuteScalar()!;
        }

        public string Trial { get; }

        /// <summary>Copies it, and changes the copy as its owner can; checksums do not give the change away.</summary>
        public void CopyTo(string path, string mutation)
        {
            File.Copy(place.PathOf("s.db"), path);
            using var connection = Open(path);
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF; UPDATE trial SET digest = NULL; "
                + $"{mutation}; PRAGMA wal_checkpoint(TRUNCATE)";
            command.ExecuteNonQuery();
        }

        public void Dispose() => place.Dispose();

        private static SqliteConnection Open(string path)
        {
            var connection = new SqliteConnection($"Data Source={path};Pooling=False");
            connection.Open();
            return connection;
        }
    }
}
