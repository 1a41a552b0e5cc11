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

        var (here, there) = (SettingsText.Parse(settings), SettingsText.Parse(otherSettings));
        return here.Keys.Union(there.Keys, StringComparer.Ordinal).Where(name => name != Evaluation.Key)
            .Select(name => Compared(name, here.GetValueOrDefault(name), there.GetValueOrDefault(name)))
            .OfType<string>().FirstOrDefault();

        string? Compared(string name, ParameterValue? own, ParameterValue? other)
        {
            // A version that did not ask for the content of a path told trials by the path.
            if (own is not null && other is not null && (own.Content is null || other.Content is null))
                (own, other) = (own with { Content = null }, other with { Content = null });

            var (first, second) = (Counted(name, own), Counted(name, other));
            return first == second ? null : $"{name} is {first ?? "absent"} here and {second ?? "absent"} there";
        }

        string? Counted(string name, ParameterValue? value) =>
            value is null ? null : catalogue.TryGet(name, out var parameter) ? parameter.InIdentity(value)?.Text : value.Identity;
    }

    public static SweepException Collision(string path, string id, string difference) => new(
        $"{path}: two different trials have the id {id}: {difference}. That is chance, and rare, and one of them would get the other's results. "
        + "Change one of its settings, or give it a store of its own.");
}
