using System.Data.Common;
using Dapper;
using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.Stores.Sql;

/// <summary>The vocabulary that a store keeps, and the numbers that its rows name the words by.</summary>
/// <param name="Vocabulary">What the runner that wrote last declares, in its order, then what others before it had.</param>
/// <param name="Terms">Numbers by name.</param>
/// <param name="Metrics">Numbers by name.</param>
internal sealed record StoredWords(Vocabulary Vocabulary, IReadOnlyDictionary<string, long> Terms, IReadOnlyDictionary<string, long> Metrics)
{
    private readonly Dictionary<long, (int Place, string Name)> metricsByNumber = Vocabulary.Metrics.Index()
        .ToDictionary(m => Metrics[m.Item.Name], m => (m.Index, m.Item.Name));

    /// <summary>The places of terms in a loss row, by their numbers.</summary>
    public IReadOnlyDictionary<long, int> TermColumns { get; } = Vocabulary.Terms.Index().ToDictionary(t => Terms[t.Item.Name], t => t.Index);

    /// <summary>Whether there was a metric of this number when the words were read.</summary>
    public bool Knows(long metric) => metricsByNumber.ContainsKey(metric);

    public long NumberOf(Term term) => Terms[term.Name];

    /// <summary>A metric's name, and its place in the order of export.</summary>
    /// <exception cref="FormatException">There is no metric of this number.</exception>
    public (int Place, string Name) MetricOf(long number) =>
        metricsByNumber.TryGetValue(number, out var metric) ? metric : throw new FormatException($"its metric {number} is not in the table 'metric'");

    public long NumberOf(Metric metric) => Metrics[metric.Name];

    /// <exception cref="FormatException">A space has no verdict.</exception>
    public static StoredWords Read(DbConnection connection)
    {
        var terms = connection.Query<TermRow>(
            "SELECT number, name, better, is_total AS IsTotal, doc FROM term ORDER BY position, number").AsList();
        var metrics = connection.Query<MetricRow>(
            "SELECT number, name, unit, better, label, headline, doc FROM metric ORDER BY position, number").AsList();
        var verdicts = connection.Query<(long Space, string Name, string Manner, string Doc)>(
            "SELECT space, name, manner, doc FROM verdict ORDER BY space, badness, name").ToLookup(v => v.Space);
        var has = connection.Query<(long Space, long Metric)>("SELECT space, metric FROM space_metric").ToLookup(m => m.Space, m => m.Metric);
        var spaces = connection.Query<SpaceRow>(
            """
            SELECT number, name, is_input AS IsInput, ends_trials AS EndsTrials, label, kept_by AS KeptBy, doc
            FROM space ORDER BY position, number
            """);
        var meta = connection.Query<(string Key, string Value)>("SELECT key, value FROM meta").ToDictionary(m => m.Key, m => m.Value, StringComparer.Ordinal);
        return new StoredWords(
            new Vocabulary
            {
                Terms = [.. terms.Select(t => new Term(t.Name, t.Doc) { Better = Parse(t.Better), IsTotal = t.IsTotal == 1 })],
                Metrics = [.. metrics.Select(m => new Metric(m.Name, m.Doc) { Unit = m.Unit, Better = Parse(m.Better), Label = m.Label ?? m.Name })],
                Spaces =
                [
                    .. spaces.Select(s => new Space(s.Name, s.Doc)
                    {
                        IsInput = s.IsInput == 1,
                        EndsTrials = s.EndsTrials == 1,
                        Label = s.Label ?? s.Name,
                        KeptBy = s.KeptBy,
                        Verdicts = verdicts.Contains(s.Number)
                            ? [.. verdicts[s.Number].Select(v => new VerdictWord(v.Name, v.Manner, v.Doc))]
                            : throw new FormatException($"the space '{s.Name}' has no verdict in the table 'verdict'"),
                        Metrics = has[s.Number].ToHashSet() is var own ? [.. metrics.Where(m => own.Contains(m.Number)).Select(m => m.Name)] : null,
                    }),
                ],
                Artifacts = connection.Query<(string Name, string Doc)>("SELECT name, doc FROM artifact ORDER BY position, name")
                    .Select(a => new Artifact(a.Name, a.Doc)).ToList(),
                Headlines = [.. metrics.Where(m => m.Headline is not null).OrderBy(m => m.Headline).Select(m => m.Name)],
                Objective = meta.GetValueOrDefault(DeclaredWords.Objective),
                Defect = meta.TryGetValue(DeclaredWords.DefectNoun, out var noun) && meta.TryGetValue(DeclaredWords.DefectParticiple, out var participle)
                    ? new Defect(noun, participle) { Past = meta.GetValueOrDefault(DeclaredWords.DefectPast, participle) }
                    : Vocabulary.None.Defect,
            },
            terms.ToDictionary(t => t.Name, t => t.Number, StringComparer.Ordinal),
            metrics.ToDictionary(m => m.Name, m => m.Number, StringComparer.Ordinal));
    }

    /// <summary>As the store writes it.</summary>
    public static string Text(Better better) => better switch
    {
        Better.More => "more",
        Better.Less => "less",
        _ => "neither",
    };

    private static Better Parse(string text) => text switch
    {
        "more" => Better.More,
        "less" => Better.Less,
        _ => Better.Neither,
    };

    private sealed record TermRow
    {
        public long Number { get; init; }

        public string Name { get; init; } = "";

        public string Better { get; init; } = "";

        public long IsTotal { get; init; }

        public string Doc { get; init; } = "";
    }

    private sealed record MetricRow
    {
        public long Number { get; init; }

        public string Name { get; init; } = "";

        public string Unit { get; init; } = "";

        public string Better { get; init; } = "";

        public string? Label { get; init; }

        public long? Headline { get; init; }

        public string Doc { get; init; } = "";
    }

    private sealed record SpaceRow
    {
        public long Number { get; init; }

        public string Name { get; init; } = "";

        public long IsInput { get; init; }

        public long EndsTrials { get; init; }

        public string? Label { get; init; }

        public string? KeptBy { get; init; }

        public string Doc { get; init; } = "";
    }
}
