using Dapper;
using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Stopping;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>Writes the trials of a sweep, all of them before the first one runs, so that nothing is derived again later.</summary>
internal sealed class TrialRegister(SqliteConnection connection, string path, ParameterCatalogue catalogue, TimeProvider time)
{
    public Registration Register(
        string sweep, string question, string fileText, IEnumerable<Trial> trials, Func<Trial, string> stackKey, SweepRules rules)
    {
        using var transaction = ImmediateTransaction.Begin(connection, durable: true);
        var now = StoreTime.Text(time.GetUtcNow());
        var number = SweepNumber(sweep, question, now);
        KeepFileText(number, fileText, now);
        SweepRulesTable.Write(connection, number, rules);
        var (added, kept) = InsertTrials(trials, stackKey, now);
        var orphaned = Replan(number);
        transaction.Commit();
        return new Registration(added, kept, orphaned);
    }

    private long SweepNumber(string name, string question, string now) => connection.ExecuteScalar<long>(
        """
        INSERT INTO sweep (name, question, created_utc) VALUES (@name, @question, @now)
        ON CONFLICT (name) DO UPDATE SET question = excluded.question
        RETURNING number
        """,
        new { name, question, now });

    private void KeepFileText(long sweep, string text, string now)
    {
        var latest = connection.QueryFirstOrDefault<(long Revision, string Text)>(
            "SELECT revision, text FROM sweep_file WHERE sweep = @sweep ORDER BY revision DESC LIMIT 1", new { sweep });
        if (latest.Text == text) return;

        connection.Execute(
            "INSERT INTO sweep_file (sweep, revision, text, registered_utc) VALUES (@sweep, @revision, @text, @now)",
            new { sweep, revision = latest.Revision + 1, text, now });
    }

    private (int Added, int Kept) InsertTrials(IEnumerable<Trial> trials, Func<Trial, string> stackKey, string now)
    {
        connection.Execute(
            "CREATE TEMP TABLE IF NOT EXISTS plan (trial INTEGER PRIMARY KEY); DELETE FROM temp.plan");
        using var find = new Statement(connection, "SELECT number, settings, seed FROM trial WHERE id = @id");
        using var insert = new Statement(
            connection,
            """
            INSERT INTO trial (id, point, block, seed, settings, stack_key, created_utc)
            VALUES (@id, @point, @block, @seed, @settings, @stack_key, @now)
            RETURNING number
            """);
        // Frozen, but for what is not part of a trial's identity: where data lie, and what this version stacks.
        using var refresh = new Statement(
            connection,
            """
            UPDATE trial SET settings = @settings, stack_key = @stack_key
            WHERE number = @number AND state = 'pending' AND (settings <> @settings OR stack_key <> @stack_key)
            """);
        using var plan = new Statement(connection, "INSERT INTO temp.plan (trial) VALUES (@trial) ON CONFLICT DO NOTHING");

        var (added, kept) = (0, 0);
        foreach (var trial in trials)
        {
            var (settings, key) = (trial.Settings.ToJson(), stackKey(trial));
            var number = Find(trial, settings);
            if (number is null)
            {
                number = insert.Number(trial.Id, trial.Point, trial.Block, trial.Seed, settings, key, now);
                added++;
            }
            else
            {
                refresh.Execute(settings, key, number);
                kept++;
            }

            plan.Execute(number);
        }

        return (added, kept);

        long? Find(Trial trial, string settings)
        {
            find.Start(trial.Id);
            if (!find.Next()) return null;

            var (number, difference) = (find.Whole(0), TrialIdentity.Difference(settings, trial.Seed, find.Text(1), find.Whole(2), catalogue));
            find.Finish();
            return difference is null ? number : throw TrialIdentity.Collision(path, trial.Id, difference);
        }
    }

    /// <summary>Makes the trials of the temporary plan those of the sweep.</summary>
    /// <returns>How many trials the sweep no longer names.</returns>
    private int Replan(long sweep)
    {
        var orphaned = connection.Execute(
            "DELETE FROM sweep_trial WHERE sweep = @sweep AND trial NOT IN (SELECT trial FROM temp.plan)", new { sweep });
        connection.Execute(
            "INSERT INTO sweep_trial (sweep, trial) SELECT @sweep, trial FROM temp.plan WHERE true ON CONFLICT DO NOTHING",
            new { sweep });
        connection.Execute(
            """
            UPDATE trial SET planned = 1 - planned
            WHERE planned <> EXISTS (SELECT 1 FROM sweep_trial WHERE trial = trial.number)
            """);
        return orphaned;
    }
}
