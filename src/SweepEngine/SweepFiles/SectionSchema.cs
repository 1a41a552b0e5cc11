using System.Text.Json.Nodes;
using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>The JSON Schema of the sections that say how a sweep is run.</summary>
internal static class SectionSchema
{
    public static JsonObject Sample() => Of(
        "That many of the points, drawn without replacement.", ["count"], SweepFileRules.SampleCount, SweepFileRules.SampleSeed);

    /// <summary>One closed object a method, since the method decides which keys there are.</summary>
    public static JsonObject Search(ParameterCatalogue catalogue) => new()
    {
        ["description"] = "Which points of the axes are run, instead of all combinations; ranges then need no count.",
        ["anyOf"] = new JsonArray(
            Of("Points that are spread evenly over all axes.", ["method", "count"],
                Only("sobol"), SweepFileRules.SearchCount, SweepFileRules.SearchSeed),
            Of("Generations of points, each chosen by the results of those before.", ["method", "generations", "batch", "metric"],
                Only("bayes"), SweepFileRules.SearchGenerations, SweepFileRules.SearchBatch, SweepFileRules.SearchMetric(catalogue.Vocabulary),
                SweepFileRules.SearchGoal, SweepFileRules.SearchSeed)
                .WithFurtherMetrics(catalogue)),
    };

    private static Parameter Only(string method) => new()
    {
        Name = SweepFileRules.SearchMethod.Name,
        Kind = SweepFileRules.SearchMethod.Kind,
        Default = null,
        Words = [method],
        Doc = SweepFileRules.SearchMethod.Doc,
    };

    public static JsonObject Retry() => Of("What becomes of trials that failed.", [], SweepFileRules.MostRetries);

    public static JsonObject Run() => Of("How the sweep is run.", [], SweepFileRules.Stack, SweepFileRules.Order);

    public static JsonObject Stop(ParameterCatalogue catalogue)
    {
        var stop = Of("When trials end before their last epoch.", []);
        stop["properties"] = new JsonObject
        {
            ["timeout"] = new JsonObject
            {
                ["type"] = "string",
                ["pattern"] = Duration.Pattern,
                ["minLength"] = 2,
                ["description"] = $"{SweepFileRules.TimeoutDoc} It is {Duration.Forms}.",
            },
            ["collapse"] = Of(
                $"What is done about trials whose {Watched(catalogue)} has collapsed.",
                [],
                SweepFileRules.CollapseAction,
                SweepFileRules.CollapseAfterEpochs,
                SweepFileRules.CollapseSustained),
            ["halving"] = Of(
                "Successive halving: at every rung the best trials go on and the others are stopped.",
                ["metric"],
                SweepFileRules.HalvingMetric(catalogue.Vocabulary),
                SweepFileRules.HalvingGoal,
                SweepFileRules.HalvingKeep,
                SweepFileRules.HalvingEveryEpochs)
                .WithFurtherMetrics(catalogue),
        };
        return stop;
    }

    /// <summary>A section whose metric may be one that <c>evaluate</c> makes: a schema cannot say which of them a file has.</summary>
    private static JsonObject WithFurtherMetrics(this JsonObject section, ParameterCatalogue catalogue)
    {
        const string number = "[0-9.]+(E[-+][0-9]+)?";
        var words = catalogue.Vocabulary;
        var forms = words.Metrics.Where(m => m.DependsOn.Count > 0).Select(m =>
        {
            var spaces = string.Join('|', words.TrialSpaces.Where(s => words.MetricsOf(s).Contains(m)).Select(s => s.Name));
            return $"^({spaces})/{m.Name}{string.Concat(m.DependsOn.Select(name => $"(@{catalogue[name].EvaluatedAs}={number})?"))}$";
        }).ToList();
        if (forms.Count == 0) return section;

        var metric = section["properties"]!["metric"]!.AsObject();
        var names = metric["enum"]!.DeepClone();
        metric.Remove("enum");
        metric["anyOf"] = new JsonArray(
            [new JsonObject { ["enum"] = names }, .. forms.Select(form => new JsonObject { ["type"] = "string", ["pattern"] = form })]);
        return section;
    }

    private static string Watched(ParameterCatalogue catalogue) => catalogue.Vocabulary.Spaces.FirstOrDefault(s => s.EndsTrials)?.Name ?? "space";

    private static JsonObject Of(string description, string[] required, params Parameter[] rules)
    {
        var properties = new JsonObject();
        foreach (var rule in rules)
        {
            var schema = ParameterSchema.Of(rule);
            schema.Remove("title");
            properties.Add(SweepFileRules.KeyOf(rule), schema);
        }

        return new JsonObject
        {
            ["description"] = description,
            ["type"] = new JsonArray("object", "null"),
            ["additionalProperties"] = false,
            ["required"] = new JsonArray([.. required.Select(r => (JsonNode)r)]),
            ["properties"] = properties,
        };
    }
}
