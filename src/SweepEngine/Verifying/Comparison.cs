using System.Globalization;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.SweepEngine.Verifying;

/// <summary>Compares the numbers of a trial with those that were recorded.</summary>
internal static class Comparison
{
    /// <param name="terms">Those of the runner that has run the trial again, in the order of its loss rows.</param>
    /// <param name="artifacts">The checksum of what it has left again, by the artifact's name; null where it has left none.</param>
    public static VerifiedTrial Of(
        RecordedTrial trial, IStoreReader store, IReadOnlyList<Term> terms, IEnumerable<LossRow> losses, IEnumerable<PanelRow> panels,
        Func<string, string?> artifacts)
    {
        // A store to which another runner has written too has terms that this one knows nothing of, and a runner has terms that a store takes up
        // with the first trial that has them: where only one side has a term, its null is no difference.
        var shared = store.Vocabulary.Terms.Select(t => t.Name).Intersect(terms.Select(t => t.Name)).ToHashSet(StringComparer.Ordinal);
        var recorded = Values(store.Vocabulary.Terms, store.Losses(trial.Id), store.Panels(trial.Id).Select(p => p.Row), shared);
        var again = Values(terms, losses, panels, shared);
        var scales = recorded.GroupBy(v => v.Key.Name).ToDictionary(g => g.Key, g => g.Max(v => Math.Abs(v.Value ?? 0)));

        // Which further metrics an evaluation has is what the sweep file said then: it may have changed while the trial was trained.
        var largest = recorded.Keys.Union(again.Keys)
            .Where(key => !Evaluation.IsFurther(key.Name) || (recorded.ContainsKey(key) && again.ContainsKey(key)))
            .Select(key => Compare(key, recorded, again, scales))
            .Where(d => d.Relative > 0)
            .MaxBy(d => d.Relative);

        // Files are compared bit by bit: where numbers differ, they do too.
        largest ??= store.Artifacts(trial.Id).Where(a => artifacts(a.Name) is { } checksum && checksum != a.Checksum)
            .Select(a => new Difference($"the artifact '{a.Name}'", null, null, double.PositiveInfinity)).FirstOrDefault();
        return new VerifiedTrial(trial.Id, recorded.Count, largest);
    }

    private static Difference Compare(
        (string Name, long Step) key,
        Dictionary<(string Name, long Step), double?> recorded,
        Dictionary<(string Name, long Step), double?> again,
        Dictionary<string, double> scales)
    {
        var (a, b) = (recorded.GetValueOrDefault(key), again.GetValueOrDefault(key));
        var relative = a == b && recorded.ContainsKey(key) == again.ContainsKey(key) ? 0
            : a is null || b is null || scales[key.Name] == 0 ? double.PositiveInfinity
            : Math.Abs(a.Value - b.Value) / scales[key.Name];
        return new Difference(string.Create(CultureInfo.InvariantCulture, $"{key.Name} at step {key.Step}"), a, b, relative);
    }

    private static Dictionary<(string Name, long Step), double?> Values(
        IReadOnlyList<Term> terms, IEnumerable<LossRow> losses, IEnumerable<PanelRow> panels, HashSet<string> shared) =>
        losses.SelectMany(row => terms.Zip(row.Terms, (term, value) => (term.Name, Value: Finite(value)))
            .Where(t => t.Value is not null || shared.Contains(t.Name))
            .Select(t => (Key: ($"{Vocabulary.Loss}/{t.Name}", row.Step), t.Value)))
            .Concat(panels.SelectMany(row => row.Metrics.Select(m => (Key: ($"{row.Space}/{m.Key}", row.Step), Value: Finite(m.Value)))))
            .ToDictionary(v => v.Key, v => v.Value);

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
