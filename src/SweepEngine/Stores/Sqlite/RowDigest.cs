using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>
/// The checksum of a trial in schemas 2 to 5, over the bytes of SQLite's rows. It tells whether a store of these was whole when it is brought
/// forward; what came after it is <see cref="TrialDigest"/>.
/// </summary>
/// <param name="terms">Selects what is recorded of a trial's terms; schema 5's unless given.</param>
internal sealed class RowDigest(SqliteConnection connection, string? terms = null) : IDisposable
{
    private const int Bytes = 16;

    private readonly ArrayBufferWriter<byte> content = new(4096);

    private readonly Statement trial = new(
        connection,
        """
        SELECT id, point, block, seed, settings, state, failure_class, reason, epochs, steps, seconds
        FROM trial WHERE number = @trial
        """);

    // Numbers of terms, metrics and evaluations differ between stores; names and steps do not.
    private readonly Statement losses = new(
        connection,
        terms ??
        """
        SELECT s.step, s.epoch, s.batches, t.name, v.value
        FROM logged_step s
        LEFT JOIN term_value v ON v.trial = s.trial AND v.step = s.step
        LEFT JOIN term t ON t.number = v.term
        WHERE s.trial = @trial
        ORDER BY s.step, t.name
        """);

    private readonly Statement evaluations = new(
        connection,
        "SELECT step, space, epoch, verdict, evidence, spectrum FROM evaluation WHERE trial = @trial ORDER BY step, space");

    private readonly Statement panels = new(
        connection,
        """
        SELECT e.step, e.space, m.name, p.value
        FROM evaluation e
        JOIN panel p ON p.evaluation = e.number
        JOIN metric m ON m.number = p.metric
        WHERE e.trial = @trial
        ORDER BY e.step, e.space, m.name
        """);

    /// <summary>The digest of what is recorded now, in lower-case hex.</summary>
    public string Of(long number)
    {
        content.ResetWrittenCount();
        Append(trial, number);
        Append(losses, number);
        Append(evaluations, number);
        Append(panels, number);
        return Convert.ToHexStringLower(SHA256.HashData(content.WrittenSpan).AsSpan(0, Bytes));
    }

    public void Dispose()
    {
        foreach (var statement in new[] { trial, losses, evaluations, panels }) statement.Dispose();
    }

    private void Append(Statement rows, long number)
    {
        rows.Start(number);
        while (rows.Next()) rows.AppendRow(content);
        content.Write("\n"u8);
    }
}
