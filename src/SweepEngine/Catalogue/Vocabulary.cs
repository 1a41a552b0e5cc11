using System.Text.RegularExpressions;

namespace VicRegSweeps.SweepEngine.Catalogue;

/// <summary>
/// The words in which a runner says what trials yield. Store, stop rules, exports, reports and screens know no others: a reader
/// takes them from the store, which keeps the words of all runners that have written to it.
/// </summary>
public sealed partial record Vocabulary
{
    /// <summary>How the names of terms begin where metrics have their space.</summary>
    public const string Loss = "loss";

    // Columns of the views that have the terms as columns too.
    private static readonly string[] Reserved = ["number", "id", "trial", "seed", "epoch", "step", "batches"];

    /// <summary>No words, for parameters of which nothing is recorded.</summary>
    public static Vocabulary None { get; } = new();

    /// <summary>What a loss row holds, in its order, which is that of the exports.</summary>
    public IReadOnlyList<Term> Terms { get; init; } = [];

    /// <summary>The metrics of all spaces, in the order of the exports. A runner may record others too.</summary>
    public IReadOnlyList<Metric> Metrics { get; init; } = [];

    /// <summary>In the order of the exports.</summary>
    public IReadOnlyList<Space> Spaces { get; init; } = [];

    public IReadOnlyList<Artifact> Artifacts { get; init; } = [];

    public Defect Defect { get; init; } = new("collapse", "collapsed");

    /// <summary>Names of the few metrics that say most, for where there is no room for all; the one that says most comes first.</summary>
    public IReadOnlyList<string> Headlines { get; init; } = [];

    /// <summary>What trials are ranked by unless somebody says otherwise, such as <c>output/accuracy</c>; null where there is nothing.</summary>
    public string? Objective { get; init; }

    /// <summary>The spaces that every trial has of its own, in the order of the exports.</summary>
    public IReadOnlyList<Space> TrialSpaces => [.. Spaces.Where(s => !s.IsInput)];

    /// <summary>What trials may be ranked by: <c>loss/TERM</c>, then <c>SPACE/METRIC</c>, in the order of the exports.</summary>
    public IReadOnlyList<string> RankingNames =>
        [.. Terms.Select(t => $"{Loss}/{t.Name}"), .. TrialSpaces.SelectMany(s => MetricsOf(s).Select(m => $"{s.Name}/{m.Name}"))];

    /// <summary>The column of a space's last verdict, such as <c>collapse_output</c>.</summary>
    public string VerdictColumn(Space space) => $"{Defect.Noun}_{space.Name}";

    /// <summary>The metrics of a space, in the order of <see cref="Metrics"/>.</summary>
    public IReadOnlyList<Metric> MetricsOf(Space space) =>
        space.Metrics is not { } names ? Metrics : [.. Metrics.Where(m => names.Contains(m.Name))];

    /// <summary>The space of that name; null where there is none.</summary>
    public Space? SpaceOf(string name) => Spaces.FirstOrDefault(s => s.Name == name);

    /// <summary>The metric behind a name such as <c>output/accuracy</c>; null for a term and for an unknown name.</summary>
    /// <remarks>A further metric that is not declared, such as <c>output/accuracy@k=5</c>, is what it is a further one of.</remarks>
    public Metric? MetricOf(string rankingName) => rankingName.Split('/', 2) is not [not Loss, var metric] ? null
        : Metrics.FirstOrDefault(m => m.Name == metric) ?? Metrics.FirstOrDefault(m => m.Name == Evaluation.OwnNameOf(metric));

    /// <summary>The words with the further metrics of an evaluation behind all others. What trials share as input has none of them.</summary>
    public Vocabulary With(Evaluation evaluation, ParameterCatalogue catalogue)
    {
        var further = evaluation.IsNone ? [] : Metrics.SelectMany(m => evaluation.Of(m, catalogue)).ToList();
        return further.Count == 0 ? this : this with
        {
            Metrics = [.. Metrics, .. further.Select(f => f.Declared)],
            Spaces =
            [
                .. Spaces.Select(s => s.IsInput ? s with { Metrics = [.. MetricsOf(s).Select(m => m.Name)] }
                : s.Metrics is not { } names ? s
                : s with { Metrics = [.. names, .. further.Where(f => names.Contains(f.Metric.Name)).Select(f => f.Name)] }),
            ],
        };
    }

    /// <summary>Which end of a term or metric is good, by its name in <see cref="RankingNames"/>.</summary>
    public Better BetterOf(string rankingName) => rankingName.Split('/', 2) is [Loss, var term]
        ? Terms.FirstOrDefault(t => t.Name == term)?.Better ?? Better.Neither
        : MetricOf(rankingName)?.Better ?? Better.Neither;

    /// <summary>
    /// The words without the spaces that only some trials have, and without what is of these alone: terms, metrics, and the artifacts of which the
    /// best is chosen by them.
    /// </summary>
    /// <param name="spaces">Names of those that stay.</param>
    public Vocabulary Having(params IReadOnlyCollection<string> spaces)
    {
        var left = Spaces.Where(s => s.When is null || spaces.Contains(s.Name)).ToList();
        if (left.Count == Spaces.Count) return this;

        var known = left.SelectMany(MetricsOf).Select(m => m.Name).ToHashSet(StringComparer.Ordinal);
        return this with
        {
            Terms = [.. Terms.Where(t => t.Space is null || left.Any(s => s.Name == t.Space))],
            Spaces = left,
            Metrics = [.. Metrics.Where(m => known.Contains(m.Name))],
            Headlines = [.. Headlines.Where(known.Contains)],
            Artifacts = [.. Artifacts.Where(a => HasStayed(a.BestBy))],
            Objective = HasStayed(Objective) ? Objective : null,
        };

        // A name of a term or of a metric, or none.
        bool HasStayed(string? rankingName) => rankingName?.Split('/')[0] is null or Loss || left.Any(s => s.Name == rankingName.Split('/')[0]);
    }

    /// <summary>Makes sure that the words can be columns, and name what there is.</summary>
    /// <exception cref="ArgumentException">They cannot; the message names the word.</exception>
    public Vocabulary Checked()
    {
        Distinct("term", Terms.Select(t => t.Name), Reserved);
        Distinct("metric", Metrics.Select(m => Evaluation.OwnNameOf(m.Name)).Distinct(), []);
        Distinct("metric", Metrics.Select(m => m.Name), [], Further());
        Distinct("space", Spaces.Select(s => s.Name), [Loss]);
        Distinct("artifact", Artifacts.Select(a => a.Name), []);
        foreach (var space in Spaces)
        {
            Distinct($"verdict of {space.Name}", space.Verdicts.Select(v => v.Name), []);
            if (space.Verdicts.Count == 0) throw new ArgumentException($"The space '{space.Name}' has no verdict.");
            Known($"metric of {space.Name}", space.Metrics ?? [], Metrics.Select(m => m.Name));
        }

        if (Spaces.Count(s => s.EndsTrials) > 1) throw new ArgumentException("More than one space may end trials.");
        Known("space of a term", Terms.Select(t => t.Space).OfType<string>(), Spaces.Select(s => s.Name));
        Known("headline", Headlines, Metrics.Select(m => m.Name));
        Known("best of an artifact", Artifacts.Select(a => a.BestBy).OfType<string>(), RankingNames);
        Known("objective", Objective is null ? [] : [Objective], RankingNames);
        return this;
    }

    private static void Distinct(string what, IEnumerable<string> names, string[] reserved, Regex? form = null)
    {
        var seen = reserved.ToHashSet(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (!(form ?? Plain()).IsMatch(name)) throw new ArgumentException($"The {what} '{name}' must be lower-case letters, digits and underscores.");
            if (!seen.Add(name)) throw new ArgumentException($"The {what} '{name}' is there twice, or its name has another meaning.");
        }
    }

    private static void Known(string what, IEnumerable<string> names, IEnumerable<string> known)
    {
        if (names.Except(known, StringComparer.Ordinal).FirstOrDefault() is { } unknown)
            throw new ArgumentException($"The {what} '{unknown}' is not declared.");
    }

    [GeneratedRegex("^[a-z][a-z0-9_]*$")]
    private static partial Regex Plain();

    /// <summary>A plain name, and for each parameter that it is not a trial's own value of <c>@SYMBOL=NUMBER</c>.</summary>
    [GeneratedRegex(@"^[a-z][a-z0-9_]*(@[a-z]+=-?[0-9.]+(E[-+][0-9]+)?)*$")]
    private static partial Regex Further();
}
