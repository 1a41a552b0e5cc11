using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>Writes vectors in the transaction that its caller has begun; which of them are kept is decided here.</summary>
internal sealed class VectorWriter(SqliteConnection connection) : IDisposable
{
    private readonly Statement kept = new(
        connection,
        """
        SELECT (@every OR NOT EXISTS (
                SELECT 1 FROM trial o WHERE o.point = t.point AND o.seed < t.seed AND o.planned = 1))
            AND (@step > 0 OR NOT EXISTS (
                SELECT 1 FROM kept_vectors e JOIN trial o ON o.number = e.trial
                WHERE e.step = 0 AND e.space = @space AND o.seed = t.seed AND o.stack_key = t.stack_key))
        FROM trial t WHERE t.number = @trial
        """);

    private readonly Statement images = new(
        connection,
        """
        INSERT INTO kept_images (bank, labels) VALUES (@bank, @labels)
        ON CONFLICT (bank) DO UPDATE SET labels = excluded.labels WHERE length(excluded.labels) > length(labels)
        """);

    private readonly Statement insert = new(
        connection,
        """
        INSERT OR REPLACE INTO kept_vectors (trial, step, epoch, space, bank, dimension, centre, scale, samples)
        VALUES (@trial, @step, @epoch, @space, @bank, @dimension, @centre, @scale, @samples)
        """);

    private readonly Statement forgetEarlier = new(
        connection, "DELETE FROM kept_vectors WHERE trial = @trial AND space = @space AND step > 0 AND step < @step");

    private readonly Statement forget = new(connection, "DELETE FROM kept_vectors WHERE trial = @trial AND step > 0");

    public void Write(long trial, VectorRow row)
    {
        if (kept.Number(row.EverySeed ? 1 : 0, row.Step, row.Space, trial) != 1) return;

        var packed = PackedVectors.Of(row.Values, row.Dimension);
        images.Execute(row.Bank, PackedVectors.Bytes(row.Labels));
        forgetEarlier.Execute(trial, row.Space, row.Step);
        insert.Execute(trial, row.Step, row.Epoch, row.Space, row.Bank, row.Dimension, packed.Centre, packed.Scale, packed.Samples);
    }

    /// <summary>Forgets what a trial was trained to; what it was before training stays true.</summary>
    public void Forget(long trial) => forget.Execute(trial);

    public void Dispose()
    {
        foreach (var statement in new[] { kept, images, insert, forgetEarlier, forget }) statement.Dispose();
    }
}
