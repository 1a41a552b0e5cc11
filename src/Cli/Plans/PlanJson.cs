using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials;
using VicRegSweeps.Trials.Costs;

namespace VicRegSweeps.Cli.Plans;

/// <summary>A plan for programs: names that are there stay there.</summary>
internal static class PlanJson
{
    // Rules are full of < and >, which nobody puts into HTML from here without escaping them.
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(SweepPlan plan, SweepEstimate estimate, InputCheck inputs) => new JsonObject
    {
        ["name"] = plan.File.Name,
        ["question"] = plan.File.Question,
        ["points"] = plan.Points,
        ["trials"] = plan.TrialCount,
        ["stages"] = plan.Stages.Count,
        ["seeds"] = Array(plan.File.Seeds, seed => seed),
        ["population"] = plan.Population,
        ["merged"] = plan.Merged,
        ["excluded"] = Array(plan.Exclusions, e => new JsonObject { ["rule"] = e.Exclusion.Rule, ["line"] = e.Exclusion.At.Line, ["count"] = e.Count }),
        ["blocks"] = Array(plan.Blocks, Block),
        ["base"] = plan.File.Base is { } basis ? new JsonObject { ["path"] = basis.Path, ["gives"] = Array(basis.Gives, name => name) } : null,
        ["search"] = plan.File.Search is { } search
            ? new JsonObject
            {
                ["method"] = search.Method.ToString().ToLowerInvariant(),
                ["count"] = search.Count,
                ["seed"] = search.Seed,
                ["generations"] = search.Generations,
                ["metric"] = search.Metric,
            }
            : null,
        ["evaluate"] = new JsonObject(plan.File.Evaluation.Axes.Select(a => KeyValuePair.Create(a.Parameter, (JsonNode?)Array(a.Values, Value)))),
        ["varying"] = Array(plan.Varying, name => name),
        ["stacks"] = Array(estimate.Stacks.Stacks, s => new JsonObject { ["trials"] = s.Trials, ["shape"] = s.Shape }),
        ["halving"] = plan.File.Stop.Halving is null
            ? null
            : new JsonObject { ["stacks_of_one_point"] = HalvingOutlook.StacksOfOnePoint(plan, estimate.Stacks.Stacks) },
        ["split_by"] = Array(estimate.SplitBy, name => name),
        ["memory"] = new JsonObject
        {
            ["stack_bytes"] = estimate.StackBytes,
            ["bank_bytes"] = estimate.BankBytes,
            ["program_bytes"] = PlanText.ProgramBytes,
            ["building_bytes"] = estimate.Banks.All(b => b.IsThere) ? 0 : PlanText.BuildingBytes,
        },
        ["banks"] = Array(estimate.Banks, b => new JsonObject { ["bytes"] = b.Cost.Bytes, ["images"] = b.Cost.Passes, ["cached"] = b.IsThere }),
        ["missing"] = Array(inputs.Missing, sentence => sentence),
        ["unlabelled"] = Array(inputs.Unlabelled, source => source),
        ["time"] = new JsonObject
        {
            ["unfinished"] = estimate.Unfinished,
            ["training_seconds"] = estimate.Training?.TotalSeconds,
            ["training_source"] = estimate.TrainingSource,
            ["bank_seconds"] = estimate.Building?.TotalSeconds,
            ["bank_source"] = estimate.BuildingSource,
        },
    }.ToJsonString(Indented);

    private static JsonObject Block(BlockOutline block) => new()
    {
        ["name"] = block.Block.Name,
        ["grid"] = block.Size,
        ["excluded"] = block.Excluded,
        ["merged"] = block.Merged,
        ["points"] = block.Points,
        ["axes"] = Array(block.Block.Axes, axis => new JsonObject(axis.Columns.Select(c => KeyValuePair.Create(c.Parameter.Name, (JsonNode?)Array(c.Values,
            Value))))),
    };

    private static JsonNode? Value(ParameterValue value) => value.IsAbsent ? null :
        value.Truth is { } truth ? truth : value.Number is { } number ? number : value.Text;

    private static JsonArray Array<T>(IEnumerable<T> items, Func<T, JsonNode?> of) => new([.. items.Select(of)]);
}
