using Dapper;
using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Stores.Sql;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>Keeps the tables that explain the others, and the views that are made from them, in step with this version.</summary>
internal static class SelfDescription
{
    private const string Trials = "trial_summary";
    private const string Steps = "loss";
    private const string Curves = "loss_curve";
    private const string Now = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";

    public static void Update(SqliteConnection connection, ParameterCatalogue catalogue, DateTimeOffset now)
    {
        using var transaction = ImmediateTransaction.Begin(connection, durable: false);
        DeclaredWords.Update(connection, catalogue, now);
        UpdateViews(connection);
        transaction.Commit();
    }

    /// <summary>Call within a transaction.</summary>
    public static void UpdateViews(SqliteConnection connection)
    {
        var words = StoredWords.Read(connection);
        var parameters = connection.Query<string>("SELECT name FROM parameter ORDER BY position, name").AsList();
        UpdateView(connection, Trials, SummaryView.OfTrials(Trials, parameters.Select(Extracted), words, Now));
        UpdateView(connection, Steps, SummaryView.OfSteps(Steps, words));
        UpdateView(connection, Curves, SummaryView.OfCurves(Curves, Steps, words));

        // A view of somebody's own may have the name already, and a space that of a table.
        foreach (var space in words.Vocabulary.TrialSpaces.Where(s => s.KeptBy is not null))
        {
            var taken = connection.ExecuteScalar<bool>("SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = @Name COLLATE NOCASE)", new { space.Name });
            if (!taken) connection.Execute(SummaryView.OfVectors(space.Name));
        }
    }

    private static (string Name, string Value) Extracted(string parameter) =>
        (parameter, $"json_extract(t.settings, {SummaryView.Literal($"$.\"{parameter}\"")})");

    private static void UpdateView(SqliteConnection connection, string view, string wanted)
    {
        var present = connection.ExecuteScalar<string?>("SELECT sql FROM sqlite_master WHERE type = 'view' AND name = @view", new { view });
        if (present == wanted) return;

        connection.Execute($"DROP VIEW IF EXISTS {view}");
        connection.Execute(wanted);
    }
}
