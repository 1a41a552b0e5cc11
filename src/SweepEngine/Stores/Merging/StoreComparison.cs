using System.Globalization;
using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.Stores.Merging;

/// <summary>Compares a trial that has ended in two stores.</summary>
internal static class StoreComparison
{
    /// <summary>The first difference; null when all is the same. How long it took does not count.</summary>
    public static Disagreement? First(IStoreRows hereRows, StoredTrial here, IStoreRows thereRows, StoredTrial there)
    {
        if (End(here) != End(there)) return new Disagreement(here.Id, "state", End(here), End(there));

        return Difference(here.Id, Losses(hereRows, here.Number), Losses(thereRows, there.Number))
            ?? Difference(here.Id, Metrics(hereRows, here.Number), Metrics(thereRows, there.Number));
    }

    private static string End(StoredTrial trial) => string.Create(
        CultureInfo.InvariantCulture,
        $"{TrialStates.Text(trial.State)}{(trial.FailureClass is null ? "" : $" ({trial.FailureClass})")} after step {trial.Steps ?? 0}");

    private static Dictionary<(long Step, string Name), double> Losses(IStoreRows rows, long trial)
    {
        var names = rows.Vocabulary.Terms.Select(term => $"{Vocabulary.Loss}/{term.Name}").ToArray();
        return Values(rows.LossesOf(trial).SelectMany(row => names.Zip(row.Terms, (name, value) => (row.Step, name, value))));
    }

    private static Dictionary<(long Step, string Name), double> Metrics(IStoreRows rows, long trial) =>
        Values(rows.PanelsOf(trial).SelectMany(row => row.Metrics.Select(m => (row.Step, $"{row.Space}/{m.Key}", m.Value))));

    private static Dictionary<(long Step, string Name), double> Values(IEnumerable<(long Step, string Name, double? Value)> values) =>
        values.Where(v => v.Value is not null).ToDictionary(v => (v.Step, v.Name), v => v.Value!.Value);

    private static Disagreement? Difference(
        string trial, Dictionary<(long Step, string Name), double> here, Dictionary<(long Step, string Name), double> there)
    {
        // Which further metrics a trial was evaluated with is no part of it.
        var keys = here.Keys.Union(there.Keys)
            .Where(key => !Evaluation.IsFurther(key.Name) || (here.ContainsKey(key) && there.ContainsKey(key)))
            .Where(key => ValueAt(here, key) != ValueAt(there, key)).ToList();
        if (keys.Count == 0) return null;

        var first = keys.OrderBy(key => key.Step).ThenBy(key => key.Name, StringComparer.Ordinal).First();
        return new Disagreement(
            trial,
            string.Create(CultureInfo.InvariantCulture, $"{first.Name} at step {first.Step}"),
            Text(ValueAt(here, first)),
            Text(ValueAt(there, first)));
    }

    private static double? ValueAt(Dictionary<(long Step, string Name), double> values, (long Step, string Name) key) =>
        values.TryGetValue(key, out var value) ? value : null;

    private static string? Text(double? value) => value?.ToString("R", CultureInfo.InvariantCulture);
}
