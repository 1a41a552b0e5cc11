using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Reports.Tables;

/// <summary>Which sweep of a store is meant, where it has several.</summary>
public static class SweepChoice
{
    /// <summary>Means all sweeps of a store together. A sweep of that name comes first.</summary>
    public const string All = "all";

    /// <param name="name">Of a sweep, or <see cref="All"/>; null where nobody chose.</param>
    /// <param name="isOneNeeded">Whether somebody must choose where there are several.</param>
    /// <returns>The ids of the sweep's trials; null for every trial of the store.</returns>
    /// <exception cref="SweepException">There is no such sweep, or nobody chose.</exception>
    public static IReadOnlySet<string>? Of(IStoreReader store, string? name, bool isOneNeeded)
    {
        var names = store.Sweeps().Select(s => s.Name).ToList();
        if (name is not null && names.Contains(name))
            return names.Count == 1 ? null : store.Memberships().Where(m => m.Sweep == name).Select(m => m.Trial).ToHashSet(StringComparer.Ordinal);

        if (name is not null && name != All)
        {
            var complaint = Nearest.Complaint($"--sweep is '{name}', but {store.Address} has no sweep of that name", name, names);
            throw new SweepException($"{complaint} It has {string.Join(", ", names)}.");
        }

        if (name is null && isOneNeeded && names.Count > 1)
        {
            throw new SweepException(
                $"{store.Address} has {names.Count} sweeps: {string.Join(", ", names)}. Each asks a question of its own, so say which one is meant: "
                + $"--sweep {names[0]}. --sweep {All} takes all of them together.");
        }

        return null;
    }
}
