using Dapper;
using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>Which states a stack can go on from: the newest checkpoint, and the one before it should that be damaged.</summary>
/// <remarks>Stacks that were halved share their files until they have checkpoints of their own.</remarks>
internal sealed class StackCheckpoints(SqliteConnection connection, CheckpointFiles files)
{
    /// <summary>The newest; null when the stack begins at its start.</summary>
    public StoredCheckpoint? Newest(long stack)
    {
        var (step, file, checksum, seconds) = connection.QuerySingle<(long? Step, string? File, string? Checksum, double? Seconds)>(
            "SELECT checkpoint_step, checkpoint_file, checkpoint_sha256, checkpoint_seconds FROM stack WHERE number = @stack",
            new { stack });
        return file is null ? null : new StoredCheckpoint(step!.Value, file, checksum, seconds ?? 0);
    }

    /// <summary>Makes a file the newest. Call within the transaction that writes the rows before it.</summary>
    public void Add(long stack, StoredCheckpoint checkpoint)
    {
        // One that was taken at the same step takes the place of the newest.
        connection.Execute(
            """
            UPDATE stack SET previous_step = checkpoint_step, previous_file = checkpoint_file,
                previous_sha256 = checkpoint_sha256, previous_seconds = checkpoint_seconds
            WHERE number = @stack AND checkpoint_step <> @Step;
            UPDATE stack SET checkpoint_step = @Step, checkpoint_file = @File,
                checkpoint_sha256 = @Checksum, checkpoint_seconds = @Seconds, lost_leases = 0
            WHERE number = @stack;
            UPDATE stack_member SET left_step = @Step
            WHERE stack = @stack AND left_step IS NULL
              AND trial NOT IN (SELECT number FROM trial WHERE stack = @stack AND state = 'pending')
            """,
            new { stack, checkpoint.Step, checkpoint.File, checkpoint.Checksum, checkpoint.Seconds });
    }

    /// <summary>Forgets the newest; the one before it takes its place, and the trials that had left since are in the stack again.</summary>
    public void Drop(long stack) => connection.Execute(
        """
        UPDATE stack_member SET left_step = NULL
        WHERE stack = @stack AND left_step > coalesce((SELECT previous_step FROM stack WHERE number = @stack), -1);
        UPDATE stack SET checkpoint_step = previous_step, checkpoint_file = previous_file,
            checkpoint_sha256 = previous_sha256, checkpoint_seconds = previous_seconds,
            previous_step = NULL, previous_file = NULL, previous_sha256 = NULL, previous_seconds = NULL
        WHERE number = @stack
        """,
        new { stack });

    /// <summary>Gives a new stack the checkpoints of the one that its trials come from.</summary>
    public void Share(long from, long to) => connection.Execute(
        """
        UPDATE stack SET (checkpoint_step, checkpoint_file, checkpoint_sha256, checkpoint_seconds,
                          previous_step, previous_file, previous_sha256, previous_seconds) =
            (SELECT checkpoint_step, checkpoint_file, checkpoint_sha256, checkpoint_seconds,
                    previous_step, previous_file, previous_sha256, previous_seconds FROM stack WHERE number = @from)
        WHERE number = @to
        """,
        new { from, to });

    /// <summary>Deletes the files that nobody goes on from any more.</summary>
    /// <param name="stack">The one that this process has a lease of; null for none.</param>
    public void DeleteUnused(long? stack) => files.DeleteUnused(stack, () => (
        connection.Query<long>("SELECT number FROM stack WHERE finished_utc IS NULL").ToHashSet(),
        connection.Query<string>(
            """
            SELECT checkpoint_file FROM stack WHERE finished_utc IS NULL AND checkpoint_file IS NOT NULL
            UNION
            SELECT previous_file FROM stack WHERE finished_utc IS NULL AND previous_file IS NOT NULL
            """).ToHashSet(StringComparer.Ordinal)));

    public Checkpoint Whole(StoredCheckpoint checkpoint) => new(checkpoint.Step, files.PathOf(checkpoint.File)!, checkpoint.Seconds);
}
