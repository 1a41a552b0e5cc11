using System.Text.RegularExpressions;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Exclusions;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Reports.Tables;

/// <summary>A choice of trials in the language of a sweep file's <c>exclude</c>, over settings, results and metrics.</summary>
public static class WhereExpression
{
    private static readonly string[] Wholes = ["seed", "epochs", "steps"];

    /// <param name="text">
    /// Such as <c>train.epochs > 25 and output/accuracy > 0.3 and state == completed</c>: a metric as its column is called, or with a dot
    /// where that has a slash.
    /// </param>
    /// <exception cref="SweepException">The text makes no sense.</exception>
    public static Func<RecordedTrial, bool> Of(IStoreReader store, string text)
    {
        var names = FinalMetrics.Names(store);
        var catalogue = CatalogueOf(store, names);
        var holds = Condition.Parse(WithDots(store, text), catalogue, "--where");
        var parameters = catalogue.Parameters;
        return trial =>
        {
            var known = Values(store, trial, names);
            return holds(new TrialSettings(catalogue, parameters.Select(p => known.GetValueOrDefault(p.Name)))) == true;
        };
    }

    /// <summary>
    /// The text with a dot where a metric's column has a slash: the language knows the slash as division. Of equal length, so that a
    /// complaint still points at the right place. What stands in quotes stays.
    /// </summary>
    private static string WithDots(IStoreReader store, string text)
    {
        var groups = string.Join('|', store.Spaces.Select(s => s.Name).Append(Vocabulary.Loss).Select(Regex.Escape));
        return Regex.Replace(
            text,
            $"""'[^']*'|"[^"]*"|(?<![\w./])({groups})/(?=[A-Za-z_])""",
            match => match.Groups[1].Success ? $"{match.Groups[1].Value}." : match.Value,
            RegexOptions.CultureInvariant,
            TimeSpan.FromSeconds(1));
    }

    /// <summary>Every name there is; where the values are texts, those that occur may stand without quotes.</summary>
    private static ParameterCatalogue CatalogueOf(IStoreReader store, IReadOnlyList<string> metrics)
    {
        var parameters = new OrderedDictionary<string, Parameter>(StringComparer.Ordinal);
        var settings = store.Settings().ToList();
        foreach (var name in store.Parameters.Select(p => p.Name))
        {
            var values = settings.Select(s => s.GetValueOrDefault(name)).OfType<ParameterValue>().Distinct().ToList();
            Add(name, values.Count > 0 && values.All(v => v.Truth is not null) ? ParameterKind.Truth
                : values.All(v => v.Number is not null) ? ParameterKind.Real : ParameterKind.Word,
                    [.. values.Where(v => v.Number is null).Select(v => v.Text)]);
        }

        foreach (var name in Wholes) Add(name, ParameterKind.Integer, []);
        Add("seconds", ParameterKind.Real, []);
        Add("trial", ParameterKind.Path, []);
        Add("block", ParameterKind.Path, [.. store.Trials().Select(t => t.Block).Distinct()]);
        Add("state", ParameterKind.Word, [.. Enum.GetValues<TrialState>().Select(TrialStates.Text)]);
        Add("failure_class", ParameterKind.Word, [.. FailureClasses.All.OfType<string>()]);
        foreach (var space in store.Spaces) Add(store.Vocabulary.VerdictColumn(space), ParameterKind.Word, [.. space.Verdicts.Select(v => v.Name)]);
        foreach (var name in metrics) Add(name.Replace('/', '.'), ParameterKind.Real, []);
        return new ParameterCatalogue(parameters.Values);

        void Add(string name, ParameterKind kind, IReadOnlyList<string> words) => parameters.TryAdd(
            name, new Parameter { Name = name, Kind = kind, Default = null, Doc = "", Words = words });
    }

    private static Dictionary<string, ParameterValue> Values(IStoreReader store, RecordedTrial trial, IReadOnlyList<string> metrics)
    {
        var values = new Dictionary<string, ParameterValue>(trial.Settings, StringComparer.Ordinal);
        Number("seed", trial.Seed);
        Number("epochs", trial.Epochs);
        Number("steps", trial.Steps);
        Number("seconds", trial.Seconds);
        Text("trial", trial.Id);
        Text("block", trial.Block);
        Text("state", TrialStates.Text(trial.State));
        Text("failure_class", trial.FailureClass);
        foreach (var (space, panel) in store.Spaces.Zip(trial.Panels)) Text(store.Vocabulary.VerdictColumn(space), panel?.Verdict);
        foreach (var (name, value) in metrics.Zip(FinalMetrics.Of(store, trial))) Number(name.Replace('/', '.'), value);
        return values;

        void Number(string name, double? value)
        {
            if (value is { } number) values.TryAdd(name, ParameterValue.Of(number));
        }

        void Text(string name, string? value)
        {
            if (value is not null) values.TryAdd(name, ParameterValue.Of(value));
        }
    }
}
