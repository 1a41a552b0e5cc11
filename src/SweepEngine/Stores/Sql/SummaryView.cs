using System.Globalization;
using System.Text;
using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.Stores.Sql;

/// <summary>The statements that make the views with a column for each declared word: one row a trial, or one a logged step.</summary>
internal static class SummaryView
{
    /// <summary>The wide view: a row a trial, a column a parameter, a verdict and a final metric.</summary>
    /// <param name="parameters">In the order of their columns, each with the expression that gives its value of a trial t.</param>
    /// <param name="now">The expression that gives the time, as the store writes times.</param>
    public static string OfTrials(string view, IEnumerable<(string Name, string Value)> parameters, StoredWords words, string now)
    {
        var spaces = words.Vocabulary.TrialSpaces;
        var columns = new StringBuilder();
        foreach (var (name, value) in parameters) columns.Append(CultureInfo.InvariantCulture, $",\n    {value} AS {Identifier(name)}");

        foreach (var term in words.Vocabulary.Terms)
        {
            columns.Append(CultureInfo.InvariantCulture, $",\n    {Value(words, term)} AS {Identifier($"{Vocabulary.Loss}/{term.Name}")}");
        }

        foreach (var (place, space) in spaces.Index())
        {
            foreach (var metric in words.Vocabulary.MetricsOf(space))
            {
                columns.Append(
                    CultureInfo.InvariantCulture,
                    $",\n    (SELECT value FROM panel WHERE evaluation = e{place}.number AND metric = {words.NumberOf(metric)})");
                columns.Append(CultureInfo.InvariantCulture, $" AS {Identifier($"{space.Name}/{metric.Name}")}");
            }
        }

        var verdicts = string.Concat(spaces.Index().Select(s => $"\n    e{s.Index}.verdict AS {Identifier(words.Vocabulary.VerdictColumn(s.Item))},"));
        return $"""
            CREATE VIEW {view} AS
            SELECT t.number, t.id, t.point, t.block, t.seed,
                CASE WHEN t.state = 'pending' AND s.lease_until > {now}
                     THEN 'running' ELSE t.state END AS state,
                t.failure_class, t.reason,{verdicts}
                t.epochs, t.steps, t.seconds{columns}
            FROM recorded_trial t
            LEFT JOIN stack s ON s.number = t.stack
            LEFT JOIN logged_step l ON l.trial = t.number
                AND l.step = (SELECT max(step) FROM logged_step WHERE trial = t.number)
            {string.Join('\n', spaces.Index().Select(s => LastEvaluation($"e{s.Index}", s.Item.Name)))}
            """;
    }

    /// <summary>A row a trial and logged step, a column a term.</summary>
    public static string OfSteps(string view, StoredWords words) =>
        $"""
        CREATE VIEW {view} AS
        SELECT l.trial, l.step, l.epoch, l.batches{string.Concat(words.Vocabulary.Terms.Select(t => $",\n    {Value(words, t)} AS {Identifier(t.Name)}"))}
        FROM logged_step l
        """;

    /// <summary>The same of the trials that exports count.</summary>
    /// <param name="steps">The view of <see cref="OfSteps"/>.</param>
    public static string OfCurves(string view, string steps, StoredWords words) =>
        $"""
        CREATE VIEW {view} AS
        SELECT t.number, t.id, t.seed, l.epoch, l.step, l.batches{string.Concat(words.Vocabulary.Terms.Select(t => $", l.{Identifier(t.Name)}"))}
        FROM recorded_trial t
        JOIN {steps} l ON l.trial = t.number
        """;

    /// <summary>The kept vectors of one space.</summary>
    public static string OfVectors(string space) =>
        $"""
        CREATE VIEW {Identifier(space)} AS
        SELECT number, trial, step, epoch, space, bank, dimension, centre, scale, samples
        FROM kept_vectors WHERE space = {Literal(space)}
        """;

    /// <summary>A term at the logged step l.</summary>
    private static string Value(StoredWords words, Term term) => string.Create(
        CultureInfo.InvariantCulture, $"(SELECT value FROM term_value WHERE trial = l.trial AND step = l.step AND term = {words.NumberOf(term)})");

    private static string LastEvaluation(string name, string space) =>
        $"""
        LEFT JOIN evaluation {name} ON {name}.number =
            (SELECT number FROM evaluation WHERE trial = t.number AND space = {Literal(space)} ORDER BY step DESC LIMIT 1)
        """;

    internal static string Identifier(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    internal static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
