using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>What the sections of a sweep file that say how a sweep is run take, said once: for reading, schema and reference.</summary>
internal static class SweepFileRules
{
    public static Parameter SampleCount { get; } = new()
    {
        Name = "sample.count",
        Kind = ParameterKind.Integer,
        Default = null,
        Minimum = 1,
        Doc = "How many of the points are run, drawn without replacement; all of them where there are fewer.",
    };

    public static Parameter SampleSeed { get; } = new()
    {
        Name = "sample.seed",
        Kind = ParameterKind.Integer,
        Default = 0,
        Minimum = 0,
        Doc = "What they are drawn by; a larger count with the same seed keeps the points of the smaller and adds to them.",
    };

    public static Parameter SearchMethod { get; } = new()
    {
        Name = "search.method",
        Kind = ParameterKind.Word,
        Default = null,
        Words = ["sobol", "bayes"],
        Doc = "How points are chosen: sobol spreads them evenly over all axes; bayes goes on where the best may be, given the results so far.",
    };

    public static Parameter SearchCount { get; } = new()
    {
        Name = "search.count",
        Kind = ParameterKind.Integer,
        Default = null,
        Minimum = 1,
        Maximum = 1_000_000,
        Doc = "How many points sobol takes from the axes; a larger count keeps the points of the smaller and adds to them.",
    };

    public static Parameter SearchGenerations { get; } = new()
    {
        Name = "search.generations",
        Kind = ParameterKind.Integer,
        Default = null,
        Minimum = 2,
        Maximum = 100,
        Doc = "How many times bayes chooses points: the first time as sobol does, then each time by the results of all before.",
    };

    public static Parameter SearchBatch { get; } = new()
    {
        Name = "search.batch",
        Kind = ParameterKind.Integer,
        Default = null,
        Minimum = 2,
        Maximum = 1024,
        Doc = "How many points a generation of bayes has; all seeds of all of them are trained before the next is chosen.",
    };

    public static Parameter SearchGoal { get; } = new()
    {
        Name = "search.goal",
        Kind = ParameterKind.Word,
        Default = null,
        Words = ["maximize", "minimize"],
        Doc = "Which end of the metric is good; unless given, the metric says it.",
    };

    public static Parameter SearchSeed { get; } = new()
    {
        Name = "search.seed",
        Kind = ParameterKind.Integer,
        Default = 0,
        Minimum = 0,
        Doc = "What they are drawn by; another seed gives other points, as evenly spread.",
    };

    public const string TimeoutDoc = "The longest that a trial may train; its time is its share of its stack's. Without it there is no limit.";

    public static Parameter CollapseAction { get; } = new()
    {
        Name = "stop.collapse.action",
        Kind = ParameterKind.Word,
        Default = "label",
        Words = ["label", "stop", "off"],
        Doc = "What happens to a collapsed trial: its record says so, or it is stopped as well, or nothing is looked for.",
    };

    public static Parameter CollapseAfterEpochs { get; } = new()
    {
        Name = "stop.collapse.after_epochs",
        Kind = ParameterKind.Integer,
        Default = 2,
        Minimum = 0,
        Doc = "Epochs before which no collapse is held against a trial.",
    };

    public static Parameter CollapseSustained { get; } = new()
    {
        Name = "stop.collapse.sustained",
        Kind = ParameterKind.Integer,
        Default = 2,
        Minimum = 1,
        Doc = "Evaluations in a row that must find the collapse.",
    };

    public static Parameter HalvingGoal { get; } = new()
    {
        Name = "stop.halving.goal",
        Kind = ParameterKind.Word,
        Default = null,
        Words = ["maximize", "minimize"],
        Doc = "Which end of the metric is good; unless given, the metric says it: less of a loss term, more of an accuracy.",
    };

    public static Parameter HalvingKeep { get; } = new()
    {
        Name = "stop.halving.keep",
        Kind = ParameterKind.Real,
        Default = 0.5,
        Minimum = 0,
        ExclusiveMinimum = true,
        Maximum = 1,
        ExclusiveMaximum = true,
        Doc = "The share of the points that goes on.",
    };

    public static Parameter HalvingEveryEpochs { get; } = new()
    {
        Name = "stop.halving.every_epochs",
        Kind = ParameterKind.Integer,
        Default = 5,
        Minimum = 1,
        Doc = "Epochs between two decisions.",
    };

    public static Parameter MostRetries { get; } = new()
    {
        Name = "retry.max",
        Kind = ParameterKind.Integer,
        Default = 1,
        Minimum = 0,
        Maximum = 100,
        Doc = "How often a trial that failed is tried again.",
    };

    public static Parameter Stack { get; } = new()
    {
        Name = "run.stack",
        Kind = ParameterKind.Integer,
        Default = "auto",
        Minimum = 1,
        Words = ["auto"],
        Doc = "The most trials that are trained together; auto leaves it to the device.",
    };

    public static Parameter Order { get; } = new()
    {
        Name = "run.order",
        Kind = ParameterKind.Word,
        Default = "grid",
        Words = ["grid", "shuffled"],
        Doc = "The order in which points are run: that of the file, or one by chance that is the same every time.",
    };

    /// <summary>All rules that do not depend on the catalogue, in the order in which they are documented.</summary>
    public static IReadOnlyList<Parameter> Documented { get; } =
    [
        HalvingGoal, HalvingKeep, HalvingEveryEpochs, CollapseAction, CollapseAfterEpochs, CollapseSustained, SampleCount, SampleSeed, SearchMethod,
        SearchCount, SearchGenerations, SearchBatch, SearchGoal, SearchSeed, MostRetries, Stack, Order,
    ];

    /// <summary>What ranks trials.</summary>
    public static Parameter HalvingMetric(Vocabulary words) => new()
    {
        Name = "stop.halving.metric",
        Kind = ParameterKind.Word,
        Default = null,
        Words = words.RankingNames,
        Doc = "What points are ranked by, in the mean of their seeds.",
    };

    /// <summary>What a search that learns looks for the best of.</summary>
    public static Parameter SearchMetric(Vocabulary words) => new()
    {
        Name = "search.metric",
        Kind = ParameterKind.Word,
        Default = null,
        Words = words.RankingNames,
        Doc = "What bayes looks for the best of, in the mean of a point's seeds.",
    };

    /// <summary>The key of a rule within its section.</summary>
    public static string KeyOf(Parameter rule) => rule.Name[(rule.Name.LastIndexOf('.') + 1)..];
}
