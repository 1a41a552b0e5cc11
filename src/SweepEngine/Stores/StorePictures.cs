using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;

namespace VicRegSweeps.SweepEngine;

/// <summary>Reads what a report draws and explains: embeddings, spectra, times and machines.</summary>
internal static class StorePictures
{
    public static IReadOnlyList<RecordedEmbedding> Embeddings(SqliteConnection connection)
    {
        var before = connection.Query<(string Space, long Seed, string Key, long Number)>(
            """
            SELECT b.space, o.seed, o.stack_key, b.number
            FROM embedding b JOIN trial o ON o.number = b.trial
            WHERE b.step = 0
            ORDER BY b.number DESC
            """).GroupBy(b => (b.Space, b.Seed, b.Key)).ToDictionary(g => g.Key, g => g.Last().Number);
        return
        [
            .. connection.Query<EmbeddingHead>(
                """
                SELECT e.number, t.id AS Trial, t.seed, t.stack_key AS Key, e.epoch, e.step, e.space, e.dimension
                FROM recorded_trial r
                JOIN trial t ON t.number = r.number
                JOIN embedding e ON e.trial = t.number
                WHERE e.step > 0
                ORDER BY t.number, e.space, e.step
                """).Select(e => new RecordedEmbedding(
                    e.Number, e.Trial, e.Epoch, e.Step, e.Space, e.Dimension, before.TryGetValue((e.Space, e.Seed, e.Key), out var number) ? number : null)),
        ];
    }

    public static EmbeddingSample Embedding(SqliteConnection connection, long number)
    {
        var row = connection.QuerySingle<EmbeddingRowBytes>(
            """
            SELECT e.dimension, e.centre, e.scale, e.samples, k.labels
            FROM embedding e JOIN kept_images k ON k.bank = e.bank
            WHERE e.number = @number
            """,
            new { number });
        var values = PackedEmbedding.Unpack(row.Centre, row.Scale, row.Samples);
        return new EmbeddingSample(row.Dimension, values, PackedEmbedding.Numbers(row.Labels)[..(values.Length / row.Dimension)]);
    }

    public static IEnumerable<RecordedSpectrum> Spectra(SqliteConnection connection)
    {
        using var row = new Statement(
            connection,
            """
            SELECT t.id, e.space, e.spectrum
            FROM recorded_trial t
            CROSS JOIN evaluation e ON e.trial = t.number
            WHERE e.step = (SELECT max(step) FROM evaluation WHERE trial = t.number AND space = e.space)
            ORDER BY t.number, e.space
            """);
        row.Start();
        while (row.Next())
        {
            var values = JsonSerializer.Deserialize<double?[]>(row.Text(2))!;
            yield return new RecordedSpectrum(row.Text(0), row.Text(1), [.. values.Select(v => v ?? double.NaN)]);
        }
    }

    public static IReadOnlyList<LossRow> Losses(SqliteConnection connection, string trial)
    {
        using var row = new Statement(
            connection,
            """
            SELECT l.epoch, l.step, l.batches, l.total, l.invariance, l.variance, l.covariance
            FROM trial t JOIN loss l ON l.trial = t.number
            WHERE t.id = @trial ORDER BY l.step
            """);
        var rows = new List<LossRow>();
        row.Start(trial);
        while (row.Next())
        {
            rows.Add(new LossRow(
                (int)row.Whole(0), row.Whole(1), (int)row.Whole(2), row.RealOrNull(3), row.RealOrNull(4), row.RealOrNull(5), row.RealOrNull(6)));
        }

        return rows;
    }

    public static IReadOnlyDictionary<string, TimeSpan> StageTimes(SqliteConnection connection) => connection
        .Query<(string Stage, double Seconds)>("SELECT stage, sum(seconds) FROM stage_time GROUP BY stage ORDER BY stage")
        .ToDictionary(s => s.Stage, s => TimeSpan.FromSeconds(s.Seconds), StringComparer.Ordinal);

    public static IReadOnlyList<RecordedEnvironment> Environments(SqliteConnection connection) => connection
        .Query<(string? Json, long Stacks)>(
            """
            SELECT environment, count(*) FROM stack
            WHERE number IN (SELECT stack FROM recorded_trial)
            GROUP BY environment ORDER BY count(*) DESC, environment
            """)
        .Select(e => new RecordedEnvironment(e.Json, (int)e.Stacks)).ToList();

    private sealed record EmbeddingHead
    {
        public long Number { get; init; }

        public string Trial { get; init; } = "";

        public int Epoch { get; init; }

        public long Step { get; init; }

        public string Space { get; init; } = "";

        public int Dimension { get; init; }

        public long Seed { get; init; }

        public string Key { get; init; } = "";
    }

    private sealed record EmbeddingRowBytes
    {
        public int Dimension { get; init; }

        public byte[] Centre { get; init; } = [];

        public double Scale { get; init; }

        public byte[] Samples { get; init; } = [];

        public byte[] Labels { get; init; } = [];
    }
}
