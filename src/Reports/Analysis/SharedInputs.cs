using VicRegSweeps.Reports.Page;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Reports.Analysis;

/// <summary>What trials share as input: which panel of the backbone's features belongs to which of them, and whether the data stayed the same.</summary>
internal sealed record SharedInputs
{
    public required IReadOnlyList<RecordedPanel> Panels { get; init; }

    /// <summary>The parameters that decide the features and differ between trials.</summary>
    public IReadOnlyList<string> Parameters { get; init; } = [];

    /// <summary>Trials by those parameters; empty where there is one panel at most, or where nobody can tell.</summary>
    public IReadOnlyList<InputGroup> Groups { get; init; } = [];

    /// <summary>Panels that belong to no trial's settings, as far as the store says.</summary>
    public IReadOnlyList<RecordedPanel> Unknown { get; init; } = [];

    /// <summary>What the reader is to be wary of, in sentences.</summary>
    public IReadOnlyList<string> Caveats { get; init; } = [];

    public static SharedInputs Of(IStoreReader store, InputReading? reading)
    {
        var panels = store.Baselines();
        if (reading is null) return new SharedInputs { Panels = panels };

        var inputs = store.Inputs();
        var otherData = reading.OtherData(inputs);
        if (panels.Count < 2) return new SharedInputs { Panels = panels, Caveats = otherData };

        var (groups, parameters) = GroupsOf(store, reading, inputs, panels);
        var known = groups.SelectMany(g => g.Panels).Select(p => p.Panel.Of).ToHashSet(StringComparer.Ordinal);
        var unknown = panels.Where(p => !known.Contains(p.Of)).ToList();
        return new SharedInputs
        {
            Panels = panels,
            Parameters = parameters,
            Groups = groups,
            Unknown = unknown,
            Caveats = [.. otherData, .. groups.Where(g => g.Panels.Count > 1).Select(g => SeveralWays(g, reading)), .. OfUnknown(panels, groups, unknown)],
        };
    }

    /// <summary>The group of a point of the sweep; null where nobody can tell.</summary>
    public InputGroup? GroupOf(ReportPoint point, IReadOnlyList<ReportAxis> axes) => Groups.FirstOrDefault(group => Parameters.All(name =>
        axes.Index().Where(a => a.Item.Parameters.Contains(name))
            .Any(a => a.Item.Settings[point.Levels[a.Index]][a.Item.Parameters.ToList().IndexOf(name)] == group.Values[name])));

    private static (IReadOnlyList<InputGroup> Groups, IReadOnlyList<string> Parameters) GroupsOf(
        IStoreReader store, InputReading reading, IReadOnlyList<RecordedInput> inputs, IReadOnlyList<RecordedPanel> panels)
    {
        var deciding = store.Parameters.Where(p => reading.Decides(p.Name)).ToList();
        var found = new Dictionary<string, (IReadOnlyDictionary<string, ParameterValue> Settings, int Trials)>(StringComparer.Ordinal);
        foreach (var settings in store.Settings())
        {
            var key = string.Join('\0', deciding.Select(p => p.Counted(settings.GetValueOrDefault(p.Name))));
            found[key] = found.TryGetValue(key, out var before) ? (before.Settings, before.Trials + 1) : (settings, 1);
        }

        var parameters = deciding.Where(p => found.Values.Select(f => p.Counted(f.Settings.GetValueOrDefault(p.Name))).Distinct().Count() > 1)
            .Select(p => p.Name).ToList();
        var byName = panels.ToDictionary(p => p.Of, StringComparer.Ordinal);
        return (
            [
                .. found.Values.Select(f => new InputGroup(
                    parameters.ToDictionary(name => name, name => f.Settings.GetValueOrDefault(name)?.Text, StringComparer.Ordinal),
                    f.Trials,
                    [
                        .. reading.PanelsOf(f.Settings, inputs)
                            .Select(p => (Panel: byName.GetValueOrDefault(p.Name) ?? byName.GetValueOrDefault(p.FormerName), p.Computed))
                            .Where(p => p.Panel is not null).Select(p => (p.Panel!, p.Computed)),
                    ])),
            ],
            parameters);
    }

    private static string SeveralWays(InputGroup group, InputReading reading)
    {
        var ways = group.Panels.Select(p => p.Computed).ToList();
        return $"The backbone's features of the trials{(group.Values.Count > 0 ? $" with {group.Description}" : "")} were computed in {string.Join(" and in ", ways)}, "
            + $"on different machines, and the store does not say which trial had which. {reading.Difference(ways)}";
    }

    private static IEnumerable<string> OfUnknown(IReadOnlyList<RecordedPanel> panels, IReadOnlyList<InputGroup> groups, List<RecordedPanel> unknown)
    {
        const string advice = "Scores of trials with different inputs do not compare; vicreg-sweep verify trains finished trials again and says which are not the same here.";
        if (groups.Any(g => g.Panels.Count > 0))
        {
            if (unknown.Count > 0)
            {
                yield return $"{unknown.Count} of the {panels.Count} panels of the backbone's features belong to the settings of no trial here: "
                    + $"they were recorded with other images or weights, or by another version of vicreg-sweep. {advice}";
            }
        }
        else if (panels.Count > groups.Count)
        {
            // As in stores of versions that did not record images and weights: equal settings with equal inputs have one panel.
            yield return $"The settings of the trials name {Shown.Count(groups.Count, "input")}, but the store has {panels.Count} panels of the backbone's features: "
                + $"images, weights, precision or the version of vicreg-sweep changed while trials were trained. {advice}";
        }
    }
}

/// <summary>Trials whose settings name the same input.</summary>
/// <param name="Values">Of the parameters that decide the input and differ; null where one is absent.</param>
/// <param name="Trials">How many there are.</param>
/// <param name="Panels">Of the backbone's features, with what they were computed in: none before the first trial is trained, several where machines differ.</param>
internal sealed record InputGroup(
    IReadOnlyDictionary<string, string?> Values, int Trials, IReadOnlyList<(RecordedPanel Panel, string Computed)> Panels)
{
    public string Description => string.Join(", ", Values.Select(v => $"{v.Key} {v.Value ?? "absent"}"));
}
