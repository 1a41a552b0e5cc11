using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>Reads what a report draws and explains: vectors, spectra, times and machines.</summary>
internal static class StorePictures
{
    private const int MostClasses = 1_000_000;

    public static IReadOnlyList<RecordedVectors> Vectors(SqliteConnection connection)
    {
        var before = connection.Query<(string Space, long Seed, string Key, long Number)>(
            """
            SELECT b.space, o.seed, o.stack_key, b.number
            FROM kept_vectors b JOIN trial o ON o.number = b.trial
            WHERE b.step = 0
            ORDER BY b.number DESC
            """).GroupBy(b => (b.Space, b.Seed, b.Key)).ToDictionary(g => g.Key, g => g.Last().Number);
        return
        [
            .. connection.Query<VectorHead>(
                """
                SELECT e.number, t.id AS Trial, t.seed, t.stack_key AS Key, e.epoch, e.step, e.space, e.dimension
                FROM recorded_trial r
                JOIN trial t ON t.number = r.number
                JOIN kept_vectors e ON e.trial = t.number
                WHERE e.step > 0
                ORDER BY t.number, e.space, e.step
                """).Select(e => new RecordedVectors(
                    e.Number, e.Trial, e.Epoch, e.Step, e.Space, e.Dimension, before.TryGetValue((e.Space, e.Seed, e.Key), out var number) ? number : null)),
        ];
    }

    public static VectorSample Sample(SqliteConnection connection, long number)
    {
        var row = connection.QuerySingleOrDefault<VectorBytes>(
            """
            SELECT e.dimension, e.centre, e.scale, e.samples, k.labels
            FROM kept_vectors e JOIN kept_images k ON k.bank = e.bank
            WHERE e.number = @number
            """,
            new { number })
            ?? throw new SweepException($"{connection.DataSource}: row {number} of the table 'kept_vectors' is of a bank that is not in the table 'kept_images'. Restore a copy.");
        return StoreFault.Row(connection.DataSource, "kept_vectors", number, () =>
        {
            if (row.Dimension < 1 || row.Centre.Length != row.Dimension * sizeof(float) || row.Samples.Length % (row.Dimension * sizeof(ushort)) != 0 || !double.IsFinite(row.Scale))
                throw new FormatException($"its {row.Centre.Length} bytes of centre and {row.Samples.Length} of samples are not those of {row.Dimension} dimensions");

            var values = PackedVectors.Unpack(row.Centre, row.Scale, row.Samples);
            var (rows, labels) = (values.Length / row.Dimension, PackedVectors.Numbers(row.Labels));
            return labels.Length >= rows && labels.Take(rows).All(label => label is >= VectorRow.NoClass and < MostClasses)
                ? new VectorSample(row.Dimension, values, labels[..rows])
                : throw new FormatException($"{rows} images have {labels.Length} labels, or one that is no class");
        });
    }

    public static IEnumerable<RecordedSpectrum> Spectra(SqliteConnection connection)
    {
        using var row = new Statement(
            connection,
            """
            SELECT t.id, e.space, e.spectrum, e.number
            FROM recorded_trial t
            CROSS JOIN evaluation e ON e.trial = t.number
            WHERE e.step = (SELECT max(step) FROM evaluation WHERE trial = t.number AND space = e.space)
            ORDER BY t.number, e.space
            """);
        row.Start();
        while (row.Next())
        {
            yield return StoreFault.Row(
                connection.DataSource, "evaluation", row.Whole(3), () => new RecordedSpectrum(row.Text(0), row.Text(1), SpectrumOf(row.Text(2))));
        }
    }

    /// <summary>Singular values as they are recorded; NaN for those that were not finite.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static IReadOnlyList<double> SpectrumOf(string json)
    {
        try
        {
            var values = JsonSerializer.Deserialize<double?[]>(json) ?? throw new FormatException("the spectrum is null");
            return values.All(v => v is null || double.IsFinite(v.Value))
                ? [.. values.Select(v => v ?? double.NaN)]
                : throw new FormatException("the spectrum has a value that is infinite");
        }
        catch (JsonException)
        {
            throw new FormatException("the spectrum is not a JSON array of numbers");
        }
    }

    public static IReadOnlyDictionary<string, TimeSpan> StageTimes(SqliteConnection connection) => connection
        .Query<(string Stage, double Seconds)>("SELECT stage, sum(seconds) FROM stage_time GROUP BY stage ORDER BY stage")
        .ToDictionary(s => s.Stage, s => StoreFault.Row(connection.DataSource, "stage_time", $"of stage {s.Stage}", () => StatusQuery.Duration(s.Seconds)), StringComparer.Ordinal);

    public static IReadOnlyList<RecordedEnvironment> Environments(SqliteConnection connection) => connection
        .Query<(string? Json, long Stacks, long Number)>(
            """
            SELECT environment, count(*), min(number) FROM stack
            WHERE number IN (SELECT stack FROM recorded_trial)
            GROUP BY environment ORDER BY count(*) DESC, environment
            """)
        .Select(e => StoreFault.Row(connection.DataSource, "stack", e.Number, () => new RecordedEnvironment(EnvironmentOf(e.Json), (int)e.Stacks))).ToList();

    /// <exception cref="FormatException">It is no JSON object.</exception>
    private static string? EnvironmentOf(string? json)
    {
        if (json is null) return null;

        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object ? json : throw new FormatException("the environment is not a JSON object");
        }
        catch (JsonException)
        {
            throw new FormatException("the environment is not a JSON object");
        }
    }

    private sealed record VectorHead
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

    private sealed record VectorBytes
    {
        public int Dimension { get; init; }

        public byte[] Centre { get; init; } = [];

        public double Scale { get; init; }

        public byte[] Samples { get; init; } = [];

        public byte[] Labels { get; init; } = [];
    }
}
