using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Stores.Sql;

namespace VicRegSweeps.SweepEngine.Stores.Postgres;

/// <summary>
/// Keeps the tables that explain the others, and the views that are made from them, in step with this version. A thousand workers open a
/// store one after the other, so that it is only written to when it does not say the same already.
/// </summary>
internal static class PostgresDescription
{
    private const string Key = "described_as";
    private const string Trials = "trial_summary";
    private const string Steps = "loss";
    private const string Curves = "loss_curve";

    /// <summary>As <see cref="StoreTime"/> writes it.</summary>
    private const string Now = """to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')""";

    public static bool IsCurrent(Session session, ParameterCatalogue catalogue) =>
        session.All("SELECT value FROM meta WHERE key = $1", row => row.Text(0), Key) is [var value] && value == Fingerprint(catalogue);

    /// <summary>Call within a transaction that reaches everything.</summary>
    public static void Update(Session session, PostgresAddress address, ParameterCatalogue catalogue, DateTimeOffset now)
    {
        var connection = session.Connection;
        DeclaredWords.Update(connection, catalogue, now);
        var words = StoredWords.Read(connection);
        var parameters = connection.Query<(string Name, string Kind)>("SELECT name, kind FROM parameter ORDER BY position, name").AsList();
        MakeAnew(connection, address, [
            (Trials, SummaryView.OfTrials(Trials, parameters.Select(p => (p.Name, ValueOf(p.Name, p.Kind, catalogue))), words, Now)),
            (Steps, SummaryView.OfSteps(Steps, words)),
            (Curves, SummaryView.OfCurves(Curves, Steps, words)),
        ]);
        foreach (var space in words.Vocabulary.TrialSpaces.Where(s => s.KeptBy is not null))
        {
            if (!session.Truth("SELECT to_regclass($1) IS NOT NULL", $"{address.Schema}.{SummaryView.Identifier(space.Name)}"))
                connection.Execute(SummaryView.OfVectors(space.Name));
        }

        session.Execute("INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value", Key, Fingerprint(catalogue));
    }

    /// <summary>Has the views made anew by whoever opens the store next: words were added that have no columns yet.</summary>
    public static void Forget(Session session) => session.Execute("DELETE FROM meta WHERE key = $1", Key);

    /// <exception cref="SweepException">Somebody has made a view of them.</exception>
    private static void MakeAnew(NpgsqlConnection connection, PostgresAddress address, IReadOnlyList<(string View, string Sql)> views)
    {
        try
        {
            foreach (var (view, _) in views.Reverse()) connection.Execute($"DROP VIEW IF EXISTS {view}");
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.DependentObjectsStillExist)
        {
            throw new SweepException(
                $"{address.Text}: {Visible.Line(error.MessageText)}. This version has other columns there, so drop what was made of it, "
                    + "open the store, and make it again.", error);
        }

        foreach (var (_, sql) in views) connection.Execute(sql);
    }

    /// <summary>A number where there is one; words and paths as text.</summary>
    private static string ValueOf(string name, string kind, ParameterCatalogue catalogue)
    {
        var value = $"t.settings::json -> {SummaryView.Literal(name)}";
        var isNumber = kind is nameof(ParameterKind.Integer) or nameof(ParameterKind.Real)
            && catalogue.Parameters.FirstOrDefault(p => p.Name == name)?.Words is null or { Count: 0 };
        return isNumber
            ? $"CASE WHEN json_typeof({value}) = 'number' THEN ({value} #>> '{{}}')::double precision END"
            : $"({value} #>> '{{}}')";
    }

    private static string Fingerprint(ParameterCatalogue catalogue)
    {
        var text = new StringBuilder(typeof(PostgresDescription).Assembly.GetName().Version!.ToString());
        foreach (var p in catalogue.Parameters) text.Append($"\n{p.Name}\t{p.Kind}\t{p.Default?.Text}\t{p.Doc}\t{p.IsIncidental}");
        var words = catalogue.Vocabulary;
        foreach (var t in words.Terms) text.Append($"\nterm\t{t.Name}\t{t.Better}\t{t.IsTotal}\t{t.Doc}");
        foreach (var m in words.Metrics) text.Append($"\nmetric\t{m.Name}\t{m.Unit}\t{m.Better}\t{m.Label}\t{m.Doc}");
        foreach (var s in words.Spaces)
        {
            var metrics = string.Join(' ', words.MetricsOf(s).Select(m => m.Name));
            text.Append($"\nspace\t{s.Name}\t{s.IsInput}\t{s.EndsTrials}\t{s.Label}\t{s.KeptBy}\t{s.Doc}\t{metrics}");
            foreach (var v in s.Verdicts) text.Append($"\n{v.Name}\t{v.Manner}\t{v.Doc}");
        }

        foreach (var a in words.Artifacts) text.Append($"\nartifact\t{a.Name}\t{a.Doc}");
        text.Append($"\n{string.Join(' ', words.Headlines)}\t{words.Objective}\t{words.Defect}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
