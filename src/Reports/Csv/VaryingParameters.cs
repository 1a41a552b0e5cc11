using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Reports;

/// <summary>Which parameters a store's trials differ in. To be absent is to differ from any value.</summary>
public static class VaryingParameters
{
    /// <returns>Names in the order of export.</returns>
    public static IReadOnlyList<string> Of(StoreReader store)
    {
        var constant = store.Parameters.Select(p => p.Name).ToList();
        IReadOnlyDictionary<string, ParameterValue>? first = null;
        foreach (var settings in store.Settings())
        {
            first ??= settings;
            constant.RemoveAll(name => !Equals(settings.GetValueOrDefault(name), first.GetValueOrDefault(name)));
        }

        return [.. store.Parameters.Select(p => p.Name).Except(constant, StringComparer.Ordinal)];
    }
}
