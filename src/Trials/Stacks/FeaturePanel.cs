using System.Security.Cryptography;
using System.Text;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.Trials.Metrics;

namespace VicRegSweeps.Trials.Stacks;

/// <summary>The panel of the backbone's features: what it is of, besides the bank.</summary>
internal static class FeaturePanel
{
    /// <summary>What changes the panel of one bank's features.</summary>
    public static readonly IReadOnlyList<string> Parameters =
        ["backbone.standardize", "eval.images", "eval.reference_images", EvaluationSettings.Neighbours, EvaluationSettings.Temperature, EvaluationSettings.Ridge];

    /// <summary>What changes it besides where a backbone is trained, whose bank has pixels, and whose panel is of it untrained.</summary>
    private static readonly IReadOnlyList<string> Untrained =
        [TrialInputs.TrainParameter, "backbone.arch", TrialInputs.WidthsParameter, TrialInputs.WidthParameter, "backbone.weights"];

    /// <summary>
    /// What a store calls the panel. Where all else is at its default it is the bank's name, as it always was before panels had names of their
    /// own.
    /// </summary>
    /// <param name="value">A parameter's value; null where it is absent.</param>
    public static string NameOf(string bank, Func<string, ParameterValue?> value)
    {
        var others = Parameters.Concat(TrialInputs.IsTrained(value) ? Untrained : []).Select(name => TrialCatalogue.Parameters[name])
            .Where(p => value(p.Name) is { } given && given.Text != p.Default?.Text)
            .Select(p => $"{p.Name}={value(p.Name)!.Identity}").ToList();
        return others.Count == 0
            ? bank
            : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{bank};{string.Join(';', others)}")))[..32];
    }
}
