using System.Data.Common;
using Dapper;
using VicRegSweeps.SweepEngine.Stopping;

namespace VicRegSweeps.SweepEngine.Stores.Sql;

/// <summary>Reads sweeps and the rules that the store keeps with them.</summary>
internal static class SweepQuery
{
    private const string RuleColumns = "s.stop, s.most_retries AS MostRetries, s.stack_width AS StackWidth, s.generations";

    public static IReadOnlyList<StoredSweep> All(DbConnection connection, string address)
    {
        var texts = connection.Query<(long Sweep, long Revision, string Text, string Registered)>(
            "SELECT sweep, revision, text, registered_utc FROM sweep_file ORDER BY sweep, revision").ToLookup(t => t.Sweep);
        return
        [
            .. connection.Query<SweepRow>($"SELECT s.number, s.name, s.question, s.created_utc AS Created, {RuleColumns} FROM sweep s ORDER BY s.number")
                .Select(s => new StoredSweep(
                    s.Number, s.Name, s.Question, s.Created, s.Rules(address),
                    [.. texts[s.Number].Select(t => new SweepText(t.Revision, t.Text, t.Registered))])),
        ];
    }

    /// <summary>The rules of every sweep.</summary>
    public static IReadOnlyList<SweepRules> Rules(DbConnection connection, string address) =>
        [.. connection.Query<SweepRow>($"SELECT s.number, {RuleColumns} FROM sweep s ORDER BY s.number").Select(s => s.Rules(address))];

    /// <summary>The oldest sweep that names a trial.</summary>
    public static (long Number, SweepRules Rules)? OfTrial(DbConnection connection, string address, long trial)
    {
        var row = connection.QuerySingleOrDefault<SweepRow>(
            $"SELECT s.number, {RuleColumns} FROM sweep s WHERE s.number = (SELECT min(sweep) FROM sweep_trial WHERE trial = @trial)", new { trial });
        return row is null ? null : (row.Number, row.Rules(address));
    }

    private sealed record SweepRow
    {
        public long Number { get; init; }

        public string Name { get; init; } = "";

        public string Question { get; init; } = "";

        public string Created { get; init; } = "";

        public string? Stop { get; init; }

        public long MostRetries { get; init; }

        public long? StackWidth { get; init; }

        public long Generations { get; init; }

        public SweepRules Rules(string address) => StoreDamage.Row(address, "sweep", Number, () => new SweepRules
        {
            Stop = RulesText.Parse(address, Stop),
            MostRetries = checked((int)MostRetries),
            StackWidth = checked((int?)StackWidth),
            Generations = checked((int)Generations),
        });
    }
}
