using Dapper;
using Microsoft.Data.Sqlite;

namespace VicRegSweeps.SweepEngine;

/// <summary>Makes stacks: of waiting trials, and of a stack that is to be halved. Call within a transaction.</summary>
internal sealed class StackFormation(SqliteConnection connection, ParameterCatalogue catalogue)
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
        var stack = Insert(now);
        connection.Execute(
            $"""
            INSERT INTO stack_member (stack, place, trial)
            SELECT @stack, row_number() OVER (ORDER BY number) - 1, number
            FROM (SELECT number FROM trial
                  WHERE state = 'pending' AND stack IS NULL AND planned = 1 AND stack_key = @StackKey AND alone = @Alone
                    AND {SweepRulesTable.SweepOfTrial} IS @sweep
                  ORDER BY number LIMIT @width)
            """,
            new { stack, first.StackKey, first.Alone, sweep, width });
        Enter(stack);
        return stack;
    }

    /// <summary>Makes two stacks of what is pending in one; both go on from its checkpoints.</summary>
    public void Halve(long stack, StackCheckpoints checkpoints, DateTimeOffset now)
    {
        var pending = connection.Query<long>(
            """
            SELECT m.trial FROM stack_member m JOIN trial t ON t.number = m.trial
            WHERE m.stack = @stack AND t.stack = @stack AND t.state = 'pending'
            ORDER BY m.place
            """,
            new { stack }).AsList();
        foreach (var half in pending.Chunk((pending.Count + 1) / 2))
        {
            var number = Insert(now);
            checkpoints.Share(from: stack, to: number);
            connection.Execute(
                "INSERT INTO stack_member (stack, place, trial) VALUES (@number, @place, @trial)",
                half.Index().Select(t => new { number, place = t.Index, trial = t.Item }));
            Enter(number);
        }
    }

    private long Insert(DateTimeOffset now) => connection.ExecuteScalar<long>(
        "INSERT INTO stack (created_utc) VALUES (@now) RETURNING number", new { now = StoreTime.Text(now) });

    private void Enter(long stack) => connection.Execute(
        "UPDATE trial SET stack = @stack WHERE number IN (SELECT trial FROM stack_member WHERE stack = @stack)", new { stack });
}
