using Dapper;
using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Stores.Sql;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>Reads the vectors that a store keeps for people to look at.</summary>
internal static class VectorQuery
{
    public static IReadOnlyList<VectorHead> Heads(SqliteConnection connection) =>
    [
        .. connection.Query<HeadRow>(
                """
                SELECT e.number, t.id AS Trial, t.planned = 1 OR t.state <> 'pending' AS IsRecorded, t.seed, t.stack_key AS StackKey,
                    e.epoch, e.step, e.space, e.dimension
                FROM kept_vectors e JOIN trial t ON t.number = e.trial
                ORDER BY t.number, e.space, e.step
                """)
            .Select(h => new VectorHead(h.Number, h.Trial, h.IsRecorded == 1, h.Seed, h.StackKey, h.Epoch, h.Step, h.Space, h.Dimension)),
    ];

    public static VectorSample Sample(SqliteConnection connection, string address, long number)
    {
        var row = connection.QuerySingleOrDefault<SampleRow>(
            """
            SELECT e.dimension, e.centre, e.scale, e.samples, k.labels
            FROM kept_vectors e JOIN kept_images k ON k.bank = e.bank
            WHERE e.number = @number
            """,
            new { number })
            ?? throw new SweepException(
                $"{address}: row {number} of the table 'kept_vectors' is of a bank that is not in the table 'kept_images'. Restore a copy.");
        return StoreDamage.Row(address, "kept_vectors", number, () => PackedVectorBytes.Sample(row.Dimension, row.Centre, row.Scale, row.Samples, row.Labels));
    }

    public static IEnumerable<(long Trial, StoredVectors Vectors)> All(SqliteConnection connection, string address)
    {
        using var row = new Statement(
            connection, "SELECT number, trial, step, epoch, space, bank, dimension, centre, scale, samples FROM kept_vectors ORDER BY number");
        row.Start();
        while (row.Next())
        {
            yield return StoreDamage.Row(address, "kept_vectors", row.Whole(0), () => (row.Whole(1), new StoredVectors(
                row.Whole(2), row.Count(3), row.Text(4), row.Text(5), row.Count(6),
                PackedVectorBytes.Checked(row.Count(6), row.Bytes(7).ToArray(), row.Real(8), row.Bytes(9).ToArray()))));
        }
    }

    private sealed record HeadRow
    {
        public long Number { get; init; }

        public string Trial { get; init; } = "";

        public long IsRecorded { get; init; }

        public long Seed { get; init; }

        public string StackKey { get; init; } = "";

        public int Epoch { get; init; }

        public long Step { get; init; }

        public string Space { get; init; } = "";

        public int Dimension { get; init; }
    }

    private sealed record SampleRow
    {
        public int Dimension { get; init; }

        public byte[] Centre { get; init; } = [];

        public double Scale { get; init; }

        public byte[] Samples { get; init; } = [];

        public byte[] Labels { get; init; } = [];
    }
}
