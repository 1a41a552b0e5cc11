using VicRegSweeps.SweepEngine.Stores.Sql;

namespace VicRegSweeps.SweepEngine.Stores.Postgres;

/// <summary>Reads the vectors that a store keeps for people to look at.</summary>
internal static class KeptVectorRows
{
    public static VectorSample Sample(Session session, string address, long number) => session.All(
        """
        SELECT e.dimension, e.centre, e.scale, e.samples, k.labels
        FROM kept_vectors e JOIN kept_images k ON k.bank = e.bank
        WHERE e.number = $1
        """,
        row => StoreDamage.Row(address, "kept_vectors", number, () =>
        PackedVectorBytes.Sample(row.Count(0), row.Bytes(1), row.Real(2), row.Bytes(3), row.Bytes(4))),
        number) is [var sample]
        ? sample
        : throw new SweepException($"{address}: there is no row {number} of the table 'kept_vectors'. Restore a copy.");

    public static IEnumerable<(long Trial, StoredVectors Vectors)> All(Session session, string address) => session.Stream(
        "SELECT number, trial, step, epoch, space, bank, dimension, centre, scale, samples FROM kept_vectors ORDER BY number",
        row => StoreDamage.Row(address, "kept_vectors", row.Whole(0), () => (row.Whole(1), new StoredVectors(
            row.Whole(2), row.Count(3), row.Text(4), row.Text(5), row.Count(6),
            PackedVectorBytes.Checked(row.Count(6), row.Bytes(7), row.Real(8), row.Bytes(9))))));
}
