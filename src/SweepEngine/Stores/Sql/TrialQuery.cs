namespace VicRegSweeps.SweepEngine.Stores.Sql;

/// <summary>Reads rows of the table <c>trial</c>.</summary>
internal static class TrialQuery
{
    /// <summary>The columns that <see cref="Read"/> takes, of a table that is called t.</summary>
    public const string Columns =
        """
        t.number, t.id, t.point, t.block, t.seed, t.settings, t.stack_key, t.planned, t.alone, t.retries, t.stack, t.state, t.failure_class, t.reason,
        t.epochs, t.steps, t.seconds, t.created_utc, t.started_utc, t.finished_utc, t.digest, t.stage
        """;

    /// <summary>How many <see cref="Columns"/> there are: what else a query asks for follows them.</summary>
    public const int Count = 22;

    /// <param name="address">The store's, for messages.</param>
    public static StoredTrial Read(string address, IRow row) => StoreDamage.Row(address, "trial", row.Whole(0), () => new StoredTrial
    {
        Number = row.Whole(0),
        Id = row.Text(1),
        Point = row.Text(2),
        Block = row.Text(3),
        Seed = row.Whole(4),
        Settings = row.Text(5),
        StackKey = row.Text(6),
        Planned = row.Whole(7) == 1,
        Alone = row.Whole(8) == 1,
        Retries = row.Count(9),
        Stack = row.WholeOrNull(10),
        State = TrialStates.Parse(row.Text(11)),
        FailureClass = row.TextOrNull(12),
        Reason = row.TextOrNull(13),
        Epochs = row.WholeOrNull(14) is null ? null : row.Count(14),
        Steps = row.WholeOrNull(15),
        Seconds = row.RealOrNull(16),
        Created = row.Text(17),
        Started = row.TextOrNull(18),
        Finished = row.TextOrNull(19),
        Digest = row.TextOrNull(20),
        Stage = row.WholeOrNull(21),
    });

    /// <summary>Every row of a query; null parameters are null.</summary>
    public static List<StoredTrial> All(string address, IQuery query, params ReadOnlySpan<object?> values)
    {
        var trials = new List<StoredTrial>();
        query.Start(values);
        while (query.Next()) trials.Add(Read(address, query));
        return trials;
    }

    /// <summary>The first row of a query; null where there is none.</summary>
    public static StoredTrial? First(string address, IQuery query, params ReadOnlySpan<object?> values)
    {
        query.Start(values);
        if (!query.Next()) return null;

        var trial = Read(address, query);
        query.Finish();
        return trial;
    }
}
