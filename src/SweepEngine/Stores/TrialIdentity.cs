using System.Globalization;
using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>Whether two trials of one id are the same trial. Ids are short, and two different trials may come to have the same.</summary>
internal static class TrialIdentity
{
    /// <param name="settings">JSON objects, as in <c>trial.settings</c>.</param>
    /// <param name="catalogue">Says which parameters are no part of the identity, and what trials had before there were others.</param>
    /// <returns>What differs, in words; null when it is the same trial.</returns>
    public static string? Difference(string settings, long seed, string otherSettings, long otherSeed, ParameterCatalogue catalogue)
    {
        if (seed != otherSeed) return string.Create(CultureInfo.InvariantCulture, $"the seed is {seed} here and {otherSeed} there");
        if (settings == otherSettings) return null;

        var (here, there) = (Parts(settings, catalogue), Parts(otherSettings, catalogue));
        return here.Keys.Union(there.Keys, StringComparer.Ordinal)
            .Where(name => here.GetValueOrDefault(name) != there.GetValueOrDefault(name))
            .Select(name => $"{name} is {here.GetValueOrDefault(name, "absent")} here and {there.GetValueOrDefault(name, "absent")} there")
            .FirstOrDefault();
    }

    public static SweepException Collision(string path, string id, string difference) => new(
        $"{path}: two different trials have the id {id}: {difference}. That is chance, and rare, and one of them would get the other's results. "
        + "Change one of its settings, or give it a store of its own.");

    /// <summary>What makes the identity: a value of birth says nothing.</summary>
    private static Dictionary<string, string> Parts(string settings, ParameterCatalogue catalogue) =>
        SettingsText.Parse(settings).Select(part => (part.Key, Value: catalogue.TryGet(part.Key, out var parameter) ? parameter.InIdentity(part.Value) : part.Value))
            .Where(part => part.Value is not null).ToDictionary(part => part.Key, part => part.Value!.Text, StringComparer.Ordinal);
}
