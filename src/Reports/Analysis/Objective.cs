using VicRegSweeps.Reports.Statistics;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.SweepFiles;

namespace VicRegSweeps.Reports.Analysis;

/// <summary>What trials are ranked by.</summary>
/// <param name="Name">Such as <c>output/accuracy</c>.</param>
/// <param name="Index">Its place among the final metrics.</param>
/// <param name="Maximize">Whether more is better.</param>
/// <param name="Doc">What it is; null for a loss term.</param>
internal sealed record Objective(string Name, int Index, bool Maximize, string? Doc)
{
    /// <summary>Whether it is a share of the held-out images, between 0 and 1.</summary>
    public bool IsShare { get; init; }

    /// <summary>An interval's ends: those of a share lie within 0 and 1, as the share does. Null where there is none.</summary>
    public (double? Low, double? High) Bounded(SampleStatistics statistics) => IsShare
        ? (statistics.Low is { } low ? Math.Max(0, low) : null, statistics.High is { } high ? Math.Min(1, high) : null)
        : (statistics.Low, statistics.High);

    /// <param name="metrics">The final metrics' names.</param>
    /// <param name="name">Null to choose.</param>
    /// <param name="maximize">Null to go by what the runner declares; where neither end is good, more is taken for better.</param>
    /// <param name="option">What the name was given by, for messages.</param>
    /// <exception cref="SweepException">There is no such metric.</exception>
    public static Objective Of(IStoreReader store, IReadOnlyList<string> metrics, string? name, bool? maximize, string option = "--metric")
    {
        var words = store.Vocabulary;
        name ??= Headlines.Objective(store) ?? throw new SweepException($"{store.Address} has neither a term nor a metric that its trials can be ranked by.");
        var index = metrics.ToList().IndexOf(name);
        if (index < 0)
        {
            var complaint = $"{option} is '{name}', which the store does not have";
            if (Spelling.Nearest(name, metrics) is not null) throw new SweepException(Nearest.Complaint(complaint, name, metrics));

            var like = Like(name, metrics);
            throw new SweepException(like.Count > 0 ? $"{complaint}; did you mean {string.Join(" or ", like.Select(m => $"'{m}'"))}?"
                : $"{complaint}. It has {string.Join(", ", metrics)}.");
        }

        var metric = words.MetricOf(name);
        return new Objective(name, index, maximize ?? words.BetterOf(name) != Better.Less, metric?.Doc) { IsShare = metric?.Unit == Metric.Share };
    }

    /// <summary>Metrics whose last part begins with the word, or is near it: nobody types the space at first.</summary>
    private static List<string> Like(string word, IReadOnlyList<string> metrics)
    {
        var last = word[(word.LastIndexOf('/') + 1)..];
        if (last.Length == 0) return [];

        var begin = metrics.Where(m => m[(m.IndexOf('/', StringComparison.Ordinal) + 1)..].StartsWith(last, StringComparison.OrdinalIgnoreCase)).ToList();
        if (begin.Count > 0) return begin;

        var names = metrics.Select(m => m[(m.IndexOf('/', StringComparison.Ordinal) + 1)..]).Distinct().ToList();
        return Spelling.Nearest(last, names) is { } near ? [.. metrics.Where(m => m.EndsWith($"/{near}", StringComparison.Ordinal))] : [];
    }
}
