using Dapper;
using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>Makes stacks: of waiting trials, and of a stack that is to be halved. Call within a transaction.</summary>
internal sealed class StackFormation(SqliteConnection connection, string path, ParameterCatalogue catalogue)
{
    /// <summary>Makes a stack of the first waiting trials that may be stacked and are of one sweep, whose rules they share.</summary>
    /// <returns>Its number; null when no trial is waiting.</returns>
    public long? Form(LeaseRequest request, DateTimeOffset now)
    {
        var first = connection.QueryFirstOrDefault<StoredTrial>(
            """
            SELECT number, id, point, block, seed, settings, stack_key AS StackKey, alone
            FROM trial
            WHERE state = 'pending' AND stack IS NULL AND planned = 1
            ORDER BY number LIMIT 1
            """);
        if (first is null) return null;

        var sweep = SweepRulesTable.SweepOf(connection, first.Number);
        var wish = sweep is null ? null : connection.ExecuteScalar<int?>("SELECT stack_width FROM sweep WHERE number = @sweep", new { sweep });
        var width = first.Alone == 1 ? 1 : Math.Max(1, request.StackWidth(first.ToTrial(catalogue), wish));
        var waiting = connection.Query<(long Number, string Point)>(
            $"""
            SELECT number, point FROM trial
            WHERE state = 'pending' AND stack IS NULL AND planned = 1 AND stack_key = @StackKey AND alone = @Alone
              AND {SweepRulesTable.SweepOfTrial} IS @sweep
            ORDER BY number LIMIT @width + 1
            """,
            new { first.StackKey, first.Alone, sweep, width = (long)width }).AsList();
        var isHalving = SweepRulesTable.OfTrial(connection, path, first.Number).Stop.Halving is not null;
        var members = isHalving ? WholePoints([.. waiting.Select(t => t.Point)], width) : Math.Min(width, waiting.Count);
        var stack = Insert(now);
        Join(stack, waiting.Take(members).Select(t => t.Number));
        Enter(stack);
        return stack;
    }

    /// <summary>How many of the trials that wait are taken without parting the seeds of a point, which are judged together.</summary>
    /// <param name="points">Of the trials that wait, in their order: one more than <paramref name="width"/>, if there are so many.</param>
    /// <returns>At most <paramref name="width"/>; all of it where a single point is wider.</returns>
    internal static int WholePoints(IReadOnlyList<string> points, int width)
    {
        if (points.Count <= width) return points.Count;

        var whole = width;
        while (whole > 0 && points[whole - 1] == points[width]) whole--;
        return whole > 0 ? whole : width;
    }

    /// <summary>Where a stack is halved: between two points, as near to its middle as can be; within one where it has no other.</summary>
    internal static int Middle(IReadOnlyList<string> points)
    {
        var middle = (points.Count + 1) / 2;
        var between = Enumerable.Range(1, Math.Max(0, points.Count - 1)).Where(i => points[i - 1] != points[i]).ToList();
        return between.Count == 0 ? middle : between.MinBy(i => Math.Abs(i - middle));
    }

    /// <summary>Makes two stacks of what is pending in one; both go on from its checkpoints.</summary>
    public void Halve(long stack, StackCheckpoints checkpoints, DateTimeOffset now)
    {
        var pending = connection.Query<(long Number, string Point)>(
            """
            SELECT m.trial, t.point FROM stack_member m JOIN trial t ON t.number = m.trial
            WHERE m.stack = @stack AND t.stack = @stack AND t.state = 'pending'
            ORDER BY m.place
            """,
            new { stack }).AsList();
        var middle = Middle([.. pending.Select(t => t.Point)]);
        foreach (var half in new[] { pending[..middle], pending[middle..] }.Where(half => half.Count > 0))
        {
            var number = Insert(now);
            checkpoints.Share(from: stack, to: number);
            Join(number, half.Select(t => t.Number));
            Enter(number);
        }
    }

    private void Join(long stack, IEnumerable<long> trials) => connection.Execute(
        "INSERT INTO stack_member (stack, place, trial) VALUES (@stack, @place, @trial)",
        trials.Index().Select(t => new { stack, place = t.Index, trial = t.Item }));

    private long Insert(DateTimeOffset now) => connection.ExecuteScalar<long>(
        "INSERT INTO stack (created_utc) VALUES (@now) RETURNING number", new { now = StoreTime.Text(now) });

    private void Enter(long stack) => connection.Execute(
        "UPDATE trial SET stack = @stack WHERE number IN (SELECT trial FROM stack_member WHERE stack = @stack)", new { stack });
}
