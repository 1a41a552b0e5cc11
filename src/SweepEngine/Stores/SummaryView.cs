using System.Globalization;
using System.Text;

namespace VicRegSweeps.SweepEngine;

/// <summary>The statement that makes the wide view: a row a trial, a column a parameter and a final metric.</summary>
internal static class SummaryView
{
    private static readonly string[] Spaces = ["embedding", "representation"];

    /// <param name="parameters">Names in the order of their columns.</param>
    /// <param name="metrics">Number and name, in the order of their columns.</param>
    public static string Sql(string view, IReadOnlyList<string> parameters, IReadOnlyList<(long Number, string Name)> metrics)
    {
        var columns = new StringBuilder();
        foreach (var name in parameters)
        {
            columns.Append(CultureInfo.InvariantCulture, $",\n    json_extract(t.settings, {Literal($"$.\"{name}\"")}) AS {Identifier(name)}");
        }

        foreach (var term in LossTerms.Names)
        {
            columns.Append(CultureInfo.InvariantCulture, $",\n    l.{term} AS {Identifier($"loss/{term}")}");
        }

        foreach (var space in Spaces)
        {
            foreach (var (number, name) in metrics)
            {
                columns.Append(
                    CultureInfo.InvariantCulture,
                    $",\n    (SELECT value FROM panel WHERE evaluation = {space}.number AND metric = {number}) AS {Identifier($"{space}/{name}")}");
            }
        }

        return $"""
            CREATE VIEW {view} AS
            SELECT t.number, t.id, t.point, t.block, t.seed,
                CASE WHEN t.state = 'pending' AND s.lease_until > strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
                     THEN 'running' ELSE t.state END AS state,
                t.failure_class, t.reason,
                embedding.verdict AS collapse_embedding, representation.verdict AS collapse_representation,
                t.epochs, t.steps, t.seconds{columns}
            FROM recorded_trial t
            LEFT JOIN stack s ON s.number = t.stack
            LEFT JOIN loss l ON l.trial = t.number
                AND l.step = (SELECT max(step) FROM loss WHERE trial = t.number)
            {LastEvaluation("embedding")}
            {LastEvaluation("representation")}
            """;
    }

    private static string LastEvaluation(string space) =>
        $"""
        LEFT JOIN evaluation {space} ON {space}.number =
            (SELECT number FROM evaluation WHERE trial = t.number AND space = '{space}' ORDER BY step DESC LIMIT 1)
        """;

    private static string Identifier(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
