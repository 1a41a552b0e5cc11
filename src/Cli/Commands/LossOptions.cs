using System.CommandLine;
using System.Globalization;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials;

namespace VicRegSweeps.Cli.Commands;

/// <summary>The loss's settings as options, with the catalogue's defaults and bounds.</summary>
internal sealed class LossOptions
{
    private static readonly string[] Weights = ["loss.invariance_weight", "loss.variance_weight", "loss.covariance_weight"];

    private static readonly string DefaultWeights = string.Join(',', Weights.Select(name => TrialCatalogue.Parameters[name].Default));

    private readonly Option<string?> convention = Of("--convention", "loss.convention");
    private readonly Option<string?> epsilon = Of("--epsilon", "loss.epsilon");
    private readonly Option<string?> gamma = Of("--gamma", "loss.gamma");
    private readonly Option<string?> weights = new("--weights")
    {
        Description = $"λ,μ,ν: the weights of invariance, variance and covariance. [{DefaultWeights}]",
        HelpName = "I,V,C",
    };

    public IEnumerable<Option> All => [convention, weights, epsilon, gamma];

    /// <returns>The catalogue's defaults with what the options say.</returns>
    public TrialSettings Read(ParseResult parsed)
    {
        var named = new List<(string, ParameterValue)>();
        if (parsed.GetValue(convention) is { } word)
            named.Add(("loss.convention", Word("--convention", TrialCatalogue.Parameters["loss.convention"], word)));
        if (parsed.GetValue(weights) is { } list)
            named.AddRange(Weights.Zip(WeightsOf(list)));
        if (parsed.GetValue(epsilon) is { } e)
            named.Add(("loss.epsilon", Number("--epsilon", TrialCatalogue.Parameters["loss.epsilon"], e)));
        if (parsed.GetValue(gamma) is { } g)
            named.Add(("loss.gamma", Number("--gamma", TrialCatalogue.Parameters["loss.gamma"], g)));
        return TrialSettings.From(TrialCatalogue.Parameters, named);
    }

    private static Option<string?> Of(string option, string parameter)
    {
        var p = TrialCatalogue.Parameters[parameter];
        return new(option) { Description = $"{p.Doc} {Allowed.Values(p)}. [{p.Default}]", HelpName = option[2..].ToUpperInvariant() };
    }

    private static IEnumerable<ParameterValue> WeightsOf(string text)
    {
        var parts = text.Split(',');
        return parts.Length == Weights.Length
            ? parts.Zip(Weights, (part, name) => Number($"--weights {text}: '{name}'", TrialCatalogue.Parameters[name], part))
            : throw new SweepException($"--weights is '{text}', but must be three numbers with commas between, "
                + $"of invariance, variance and covariance, such as {DefaultWeights}.");
    }

    private static ParameterValue Word(string place, Parameter p, string text) => p.Words.Contains(text)
        ? text
        : throw new SweepException($"{place} is '{text}', but must be {Allowed.Values(p)}.");

    private static ParameterValue Number(string place, Parameter p, string text)
    {
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
            throw new SweepException($"{place} is '{text}', but must be {Allowed.Values(p)}.");
        return Allowed.BrokenBounds(p, number) is { } rule
            ? throw new SweepException($"{place} is {text}, but must be {rule}.")
            : number;
    }
}
