using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Stopping;

namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>Reads <c>stop</c>: a timeout, what is done about collapse, and successive halving.</summary>
/// <param name="words">With the file's further metrics.</param>
internal sealed class StopReader(Vocabulary words, Complaints complaints)
{
    private readonly SectionReader sections = new(complaints);

    public StopRules Read(YamlNode? node) => sections.Open("stop", node, "timeout", "collapse", "halving") is not { } map
        ? StopRules.Default
        : new StopRules
        {
            Timeout = map["timeout"] is { } timeout ? Timeout(timeout.Value) : null,
            Collapse = map["collapse"] is { } collapse ? Collapse(collapse.Value) : new CollapseRule(),
            Halving = map["halving"] is { } halving ? Halving(halving.Value) : null,
        };

    private TimeSpan? Timeout(YamlNode node)
    {
        if (node is YamlScalar scalar && Duration.Parse(scalar.Text) is { } timeout)
            return timeout;
        complaints.Add(node.At, $"'stop.timeout' is {Shown(node)}, but must be {Duration.Forms}.");
        return null;
    }

    private CollapseRule Collapse(YamlNode node) =>
        sections.Open("stop.collapse", node, "action", "after_epochs", "sustained") is not { } map
            ? new CollapseRule()
            : new CollapseRule
            {
                Action = Word(map, SweepFileRules.CollapseAction, CollapseAction.Label),
                AfterEpochs = sections.Whole(map, SweepFileRules.CollapseAfterEpochs),
                Sustained = sections.Whole(map, SweepFileRules.CollapseSustained),
            };

    private HalvingRule? Halving(YamlNode node) =>
        sections.Open("stop.halving", node, "metric", "goal", "keep", "every_epochs") is not { } map
            ? null
            : Halving(map, sections.Value(map, SweepFileRules.HalvingMetric(words))?.Text ?? "");

    private HalvingRule Halving(YamlMap map, string metric)
    {
        // Where the file names no goal, the metric says which end of it is good.
        var goal = words.BetterOf(metric) == Better.Less ? HalvingGoal.Minimize : HalvingGoal.Maximize;
        return new HalvingRule(metric)
        {
            Goal = map[SweepFileRules.KeyOf(SweepFileRules.HalvingGoal)] is null ? goal : Word(map, SweepFileRules.HalvingGoal, goal),
            Keep = sections.Value(map, SweepFileRules.HalvingKeep)?.Number ?? 0,
            EveryEpochs = sections.Whole(map, SweepFileRules.HalvingEveryEpochs),
        };
    }

    /// <summary>The words of the file are the names of the values, in lower case.</summary>
    private T Word<T>(YamlMap map, Parameter rule, T otherwise)
        where T : struct, Enum =>
        Enum.TryParse<T>(sections.Value(map, rule)?.Text, ignoreCase: true, out var value) ? value : otherwise;

    private static string Shown(YamlNode node) => node is YamlScalar { IsNull: false } scalar ? Wording.Quoted(scalar.Text) : node.Kind;
}
