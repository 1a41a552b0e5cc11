using Npgsql;
using NpgsqlTypes;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores.Sql;

namespace VicRegSweeps.SweepEngine.Stores.Postgres;

/// <summary>
/// Rows that wait to be written: what there is most of comes by COPY, a table at a time, before anything is read and before the transaction
/// ends. A row that comes again replaces itself.
/// </summary>
internal sealed class RowBuffer(NpgsqlConnection connection)
{
    private readonly List<(long Number, NewTrial Trial, string Created)> trials = [];
    private readonly List<(long Sweep, long Trial, int Generation)> names = [];
    private readonly Dictionary<(long Trial, long Step), (LossRow Row, IReadOnlyList<(long Term, double? Value)> Terms)> losses = [];
    private readonly Dictionary<(long Trial, long Step, string Space), (PanelRow Row, IReadOnlyList<(long Metric, double? Value)> Metrics)> panels = [];

    public void Add(long number, NewTrial trial, string created) => trials.Add((number, trial, created));

    public void Name(long sweep, long trial, int generation) => names.Add((sweep, trial, generation));

    public void Add(long trial, LossRow row, IReadOnlyList<(long Term, double? Value)> terms) => losses[(trial, row.Step)] = (row, terms);

    public void Add(long trial, PanelRow row, IReadOnlyList<(long Metric, double? Value)> metrics) => panels[(trial, row.Step, row.Space)] = (row, metrics);

    /// <summary>Writes what waits.</summary>
    public void Settle()
    {
        if (trials.Count > 0) CopyTrials();
        if (names.Count > 0) CopyNames();
        if (losses.Count > 0) CopyLosses();
        if (panels.Count > 0) CopyPanels();
    }

    private void CopyTrials()
    {
        Copy("trial (number, id, point, block, seed, settings, stack_key, planned, created_utc, stage)", trials, (to, t) =>
        {
            to.Write(t.Number, NpgsqlDbType.Bigint);
            Write(to, t.Trial.Id);
            Write(to, t.Trial.Point);
            Write(to, t.Trial.Block);
            to.Write(t.Trial.Seed, NpgsqlDbType.Bigint);
            Write(to, t.Trial.Settings);
            Write(to, t.Trial.StackKey);
            to.Write(t.Trial.Planned ? 1L : 0L, NpgsqlDbType.Bigint);
            Write(to, t.Created);
            if (t.Trial.Stage is { } stage) to.Write(stage, NpgsqlDbType.Bigint);
            else to.WriteNull();
        });
        trials.Clear();
    }

    private void CopyNames()
    {
        Copy("sweep_trial (sweep, trial, generation)", names, (to, n) =>
        {
            to.Write(n.Sweep, NpgsqlDbType.Bigint);
            to.Write(n.Trial, NpgsqlDbType.Bigint);
            to.Write((long)n.Generation, NpgsqlDbType.Bigint);
        });
        names.Clear();
    }

    private void CopyLosses()
    {
        Run(
            """
            WITH again AS (DELETE FROM term_value v USING unnest($1::bigint[], $2::bigint[]) x (trial, step) WHERE v.trial = x.trial AND v.step = x.step)
            DELETE FROM logged_step s USING unnest($1::bigint[], $2::bigint[]) x (trial, step) WHERE s.trial = x.trial AND s.step = x.step
            """,
            losses.Keys.Select(k => k.Trial).ToArray(),
            losses.Keys.Select(k => k.Step).ToArray());
        Copy("logged_step (trial, step, epoch, batches)", losses, (to, l) =>
        {
            to.Write(l.Key.Trial, NpgsqlDbType.Bigint);
            to.Write(l.Key.Step, NpgsqlDbType.Bigint);
            to.Write((long)l.Value.Row.Epoch, NpgsqlDbType.Bigint);
            to.Write((long)l.Value.Row.Batches, NpgsqlDbType.Bigint);
        });
        Copy("term_value (trial, step, term, value)", losses.SelectMany(l => l.Value.Terms.Select(t => (l.Key, t.Term, t.Value))), (to, t) =>
        {
            to.Write(t.Key.Trial, NpgsqlDbType.Bigint);
            to.Write(t.Key.Step, NpgsqlDbType.Bigint);
            to.Write(t.Term, NpgsqlDbType.Bigint);
            Write(to, t.Value);
        });
        losses.Clear();
    }

    private void CopyPanels()
    {
        Run(
            """
            WITH again AS (
                DELETE FROM evaluation e USING unnest($1::bigint[], $2::bigint[], $3::text[]) x (trial, step, space)
                WHERE e.trial = x.trial AND e.step = x.step AND e.space = x.space
                RETURNING e.number)
            DELETE FROM panel p USING again WHERE p.evaluation = again.number
            """,
            panels.Keys.Select(k => k.Trial).ToArray(),
            panels.Keys.Select(k => k.Step).ToArray(),
            panels.Keys.Select(k => k.Space).ToArray());
        var numbered = Numbers(panels.Count).Zip(panels).ToList();
        Copy("evaluation (number, trial, step, space, epoch, verdict, evidence, spectrum)", numbered, (to, p) =>
        {
            var ((trial, step, space), (row, _)) = p.Second;
            to.Write(p.First, NpgsqlDbType.Bigint);
            to.Write(trial, NpgsqlDbType.Bigint);
            to.Write(step, NpgsqlDbType.Bigint);
            Write(to, space);
            to.Write((long)row.Epoch, NpgsqlDbType.Bigint);
            Write(to, row.Verdict);
            Write(to, row.Evidence);
            Write(to, RowText.Of(row.Spectrum));
        });
        var values = numbered.SelectMany(p => p.Second.Value.Metrics.Select(m => (Evaluation: p.First, m.Metric, m.Value)));
        Copy("panel (evaluation, metric, value)", values, (to, m) =>
        {
            to.Write(m.Evaluation, NpgsqlDbType.Bigint);
            to.Write(m.Metric, NpgsqlDbType.Bigint);
            Write(to, m.Value);
        });
        panels.Clear();
    }

    private long[] Numbers(int count)
    {
        using var command = new NpgsqlCommand(
            "SELECT array_agg(nextval(pg_get_serial_sequence('evaluation', 'number'))) FROM generate_series(1, $1)", connection);
        command.Parameters.Add(new NpgsqlParameter { Value = count });
        return (long[])command.ExecuteScalar()!;
    }

    private void Copy<T>(string into, IEnumerable<T> rows, Action<NpgsqlBinaryImporter, T> write)
    {
        using var importer = connection.BeginBinaryImport($"COPY {into} FROM STDIN (FORMAT BINARY)");
        foreach (var row in rows)
        {
            importer.StartRow();
            write(importer, row);
        }

        importer.Complete();
    }

    private void Run(string sql, params ReadOnlySpan<object> values)
    {
        using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        command.ExecuteNonQuery();
    }

    private static void Write(NpgsqlBinaryImporter to, string text) => to.Write(Session.Storable(text), NpgsqlDbType.Text);

    private static void Write(NpgsqlBinaryImporter to, double? value)
    {
        if (RowText.Finite(value) is { } number) to.Write(number, NpgsqlDbType.Double);
        else to.WriteNull();
    }
}
