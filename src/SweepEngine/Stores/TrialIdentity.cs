using System.Globalization;
using System.Text.Json;

namespace VicRegSweeps.SweepEngine;

/// <summary>Whether two trials of one id are the same trial. Ids are short, and two different trials may come to have the same.</summary>
internal static class TrialIdentity
{
    /// <param name="settings">JSON objects, as in <c>trial.settings</c>.</param>
    /// <param name="incidental">Parameters that are no part of the identity.</param>
    /// <returns>What differs, in words; null when it is the same trial.</returns>
    public static string? Difference(string settings, long seed, string otherSettings, long otherSeed, IReadOnlySet<string> incidental)
    {
        if (seed != otherSeed) return string.Create(CultureInfo.InvariantCulture, $"the seed is {seed} here and {otherSeed} there");
        if (settings == otherSettings) return null;

        var (here, there) = (Parts(settings, incidental), Parts(otherSettings, incidental));
        return here.Keys.Union(there.Keys, StringComparer.Ordinal)
            .Where(name => here.GetValueOrDefault(name) != there.GetValueOrDefault(name))
            .Select(name => $"{name} is {here.GetValueOrDefault(name, "absent")} here and {there.GetValueOrDefault(name, "absent")} there")
            .FirstOrDefault();
    }

    public static SweepException Collision(string path, string id, string difference) => new(
        $"{path}: two different trials have the id {id}: {difference}. That is chance, and rare, and one of them would get the other's results. "
        + "Change one of its settings, or give it a store of its own.");

    private static Dictionary<string, string> Parts(string settings, IReadOnlySet<string> incidental)
    {
        using var document = JsonDocument.Parse(settings);
        return document.RootElement.ValueKind == JsonValueKind.Object
            ? document.RootElement.EnumerateObject().Where(m => !incidental.Contains(m.Name))
                .ToDictionary(m => m.Name, m => m.Value.GetRawText(), StringComparer.Ordinal)
            : [];
    }
}
