using System.Security.Cryptography;
using System.Text;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.Stores.Postgres;
using VicRegSweeps.SweepEngine.Tests.Running;

namespace VicRegSweeps.SweepEngine.Tests.Stores.Postgres;

/// <summary>Checkpoints and artifacts in the database, and that all that is read is what SQLite has.</summary>
public sealed class PostgresFilesTests
{
    [Fact]
    public void A_checkpoint_of_many_parts_comes_back_as_it_was()
    {
        using var place = new PostgresPlace();
        using var sweep = new FormulaSweep(postgres: place);
        sweep.Register(FormulaRunner.Grid(2));
        var lease = sweep.Store.LeaseNext(sweep.Request()).Lease!;
        var state = RandomNumberGenerator.GetBytes((3 << 20) + 17);
        sweep.Store.RecordCheckpoint(lease, new RowBatch(), 5, 0, stream => stream.Write(state));
        sweep.Store.Release(lease);

        var path = sweep.Store.LeaseNext(sweep.Request()).Lease!.Work.Checkpoint!.Path;

        Assert.Equal(state, File.ReadAllBytes(path));
        Assert.Equal("4", place.Sql("SELECT count(*) FROM @kept_file_part"));
        sweep.Store.Dispose();
        Assert.False(File.Exists(path));
    }

    [Theory]
    [InlineData("UPDATE @kept_file_part SET content = set_byte(content, 3, 255) WHERE file LIKE '%step-9'", "is damaged", 4L)]
    [InlineData("DELETE FROM @kept_file WHERE name LIKE '%step-9'", "is not there any more", 4L)]
    [InlineData("DELETE FROM @kept_file_part", "is damaged", null)]
    [InlineData("UPDATE @stack_checkpoint SET file = '../../etc/passwd' WHERE step = 9", "a name that no checkpoint has", 4L)]
    public void A_checkpoint_that_somebody_harmed_is_named_and_the_one_before_serves(string harm, string said, long? step)
    {
        using var place = new PostgresPlace();
        using var sweep = new FormulaSweep(postgres: place);
        sweep.Register(FormulaRunner.Grid(2));
        var lease = sweep.Store.LeaseNext(sweep.Request()).Lease!;
        foreach (var at in new[] { 4, 9 }) sweep.Store.RecordCheckpoint(lease, new RowBatch(), at, 0, stream =>
            stream.Write(Encoding.UTF8.GetBytes($"state at {at}")));
        sweep.Store.Release(lease);
        place.Sql(harm);

        lease = sweep.Store.LeaseNext(sweep.Request()).Lease!;

        Assert.Contains(said, lease.Notices[0], StringComparison.Ordinal);
        Assert.Equal(step, lease.Work.Checkpoint?.Step);
    }

    [Fact]
    public void Files_that_nobody_needs_leave_the_database()
    {
        using var place = new PostgresPlace();
        using var sweep = new FormulaSweep(postgres: place);
        sweep.Register(FormulaRunner.Grid(3));
        var lease = sweep.Store.LeaseNext(sweep.Request()).Lease!;
        foreach (var at in new[] { 2, 4, 6, 8 }) sweep.Store.RecordCheckpoint(lease, new RowBatch(), at, 0, stream => stream.Write("state"u8));
        Assert.Equal("2", place.Sql("SELECT count(*) FROM @kept_file"));
        Assert.Throws<IOException>(() => sweep.Store.RecordCheckpoint(lease, new RowBatch(), 9, 0, _ => throw new IOException("the runner gave up")));
        Assert.Equal("2", place.Sql("SELECT count(*) FROM @kept_file"));
        sweep.Store.Release(lease);

        Assert.Equal(3, sweep.Run().Status.Completed);

        Assert.Equal("0 0", place.Sql("SELECT (SELECT count(*) FROM @kept_file) || ' ' || (SELECT count(*) FROM @kept_file_part)"));
    }

    [Fact]
    public void What_is_read_is_what_SQLite_has_to_the_last_bit()
    {
        var expected = Everything(new FormulaSweep(onDisk: true));
        var found = Everything(new FormulaSweep(postgres: new PostgresPlace()));

        Assert.Equal(expected.Split('\n'), found.Split('\n'));
    }

    [Fact]
    public void The_view_of_trials_has_a_column_for_every_word_with_its_value()
    {
        using var place = new PostgresPlace();
        using var sweep = new FormulaSweep(postgres: place);
        sweep.Register(FormulaRunner.Trial(7, ("formula.slope", 0.3), ("formula.word", "a 'b'")));
        sweep.Run();

        Assert.Equal("completed|0.3|a 'b'|7", place.Sql("""SELECT state, "formula.slope", "formula.word", seed FROM @trial_summary"""));
        using var reader = sweep.Read();
        var trial = Assert.Single(reader.Trials());
        var shown = place.Sql("""SELECT "loss/total", "embedding/spread" FROM @trial_summary""").Split('|').Select(v => double.Parse(v, null));
        Assert.Equal([trial.Loss!.Terms[0]!.Value, trial.Panels[0]!.Values[0]!.Value], shown);
    }

    [Fact]
    public void A_number_that_is_none_is_refused_by_the_database_itself()
    {
        using var place = new PostgresPlace();
        using var sweep = new FormulaSweep(postgres: place);
        sweep.Register(FormulaRunner.Grid(1));
        sweep.Run();

        foreach (var value in new[] { "NaN", "Infinity", "-Infinity" })
            Assert.Contains("violates check constraint",
                Assert.Throws<InvalidOperationException>(() => place.Sql($"UPDATE @term_value SET value = '{value}'")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_null_character_is_replaced_and_the_trial_is_whole()
    {
        using var sweep = new FormulaSweep(postgres: new PostgresPlace());
        sweep.Register(FormulaRunner.Grid(1));
        var lease = sweep.Store.LeaseNext(sweep.Request()).Lease!;
        var batch = new RowBatch();
        batch.Add(lease.Work.Trials[0], new Outcome(TrialState.Failed, "error", "it said \0 and died", 0, 1, 1));
        sweep.Store.Record(lease, batch);

        using var reader = sweep.Read();
        reader.RefuseDamage();
        Assert.Equal("it said \uFFFD and died", Assert.Single(reader.Trials()).Reason);
    }

    [Fact]
    public void The_folder_of_files_is_said_once_and_must_be_there()
    {
        using var place = new PostgresPlace(inFolder: true);
        using var sweep = new FormulaSweep(postgres: place);
        using var elsewhere = new TemporaryFolder();

        Assert.Contains("not in", Refusal(elsewhere["other"]), StringComparison.Ordinal);
        Directory.Move(Path.GetDirectoryName(sweep.Database)!, elsewhere["moved"]);
        Assert.Contains("is not there on this machine", Refusal(null), StringComparison.Ordinal);
        Directory.Move(elsewhere["moved"], Path.GetDirectoryName(sweep.Database)!);

        string Refusal(string? folder) => Assert.Throws<SweepException>(
            () => PostgresRoom.Open(PostgresAddress.Parse(place.Address), FormulaRunner.Parameters, sweep.Time, folder)).Message;
    }

    /// <summary>A sweep of every ending, and all that a reader says of it.</summary>
    private static string Everything(FormulaSweep sweep)
    {
        using (sweep)
        {
            string[] endings = ["complete", "stop", "diverge"];
            sweep.Register(Enumerable.Range(0, 9)
                .Select(i => FormulaRunner.Trial(i % 3, ("formula.slope", i / 3.0), ("formula.ending", endings[i % 3]),
                ("formula.word", "Ä zß a_"[i % 6].ToString()))));
            sweep.Run();
            using var reader = sweep.Read();
            reader.RefuseDamage();
            var lines = new List<string>();
            foreach (var t in reader.Trials().Concat(reader.TrialsByPoint()))
            {
                lines.Add($"{t.Number} {t.Id} {t.Point} {t.Seed} {t.State} {t.Reason} {t.Epochs} {t.Steps} {Bits(t.Loss?.Terms ?? [])}");
                lines.AddRange(t.Panels.Select(p => $"{p?.Step} {p?.Verdict} {p?.Evidence} {Bits(p?.Values ?? [])}"));
            }

            lines.AddRange(reader.Losses().Select(l => $"{l.Trial} {l.Row.Step} {l.Row.Epoch} {l.Row.Batches} {Bits(l.Row.Terms)}"));
            lines.AddRange(reader.MetricValues().Select(m => $"{m.Trial} {m.Step} {m.Space} {m.Metric} {Bits([m.Value])}"));
            lines.AddRange(reader.Spectra().Select(s => $"{s.Trial} {s.Space} {Bits([.. s.Values.Select(v => (double?)v)])}"));
            lines.AddRange(reader.Memberships().Select(m => $"{m}"));
            lines.AddRange(reader.Baselines().Select(b => $"{b.Of} {string.Join(' ', b.Row.Metrics)}"));
            lines.AddRange(reader.Parameters.Select(p => $"{p}"));
            lines.AddRange(((StoreReader)reader).Room.Read(rows => rows.StoredTrials().Select(t => t.Digest!).ToList()));
            lines.Add(string.Join(' ', reader.Vocabulary.Metrics.Select(m => m.Name)));
            return string.Join('\n', lines);
        }
    }

    private static string Bits(IEnumerable<double?> values) =>
        string.Join(' ', values.Select(v => v is { } number ? BitConverter.DoubleToInt64Bits(number).ToString("x", null) : "-"));
}
