using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.Reports.Analysis;

/// <summary>
/// Parameters that differ between points in nothing but whether they are there, where another parameter decides that: momentum, which
/// Adam has none of, is no axis beside the optimizer.
/// </summary>
internal static class ImpliedParameters
{
    /// <param name="values">For each parameter its value at every point; null where it is absent.</param>
    /// <returns>The places of the others, in their order.</returns>
    public static IReadOnlyList<int> Others(IReadOnlyList<IReadOnlyList<ParameterValue?>> values)
    {
        var kept = new SortedSet<int>();
        var onlyThereOrNot = new List<int>();
        foreach (var (place, column) in values.Index())
        {
            if (column.OfType<ParameterValue>().Distinct().Take(2).Count() > 1) kept.Add(place);
            else onlyThereOrNot.Add(place);
        }

        // Of two that decide each other the first stays.
        foreach (var place in onlyThereOrNot)
        {
            if (!kept.Any(other => Decides(values[other], values[place]))) kept.Add(place);
        }

        return [.. kept];
    }

    private static bool Decides(IReadOnlyList<ParameterValue?> decider, IReadOnlyList<ParameterValue?> column) =>
        decider.Zip(column).GroupBy(pair => pair.First?.Text, pair => pair.Second is not null).All(level => level.Distinct().Count() == 1);
}
