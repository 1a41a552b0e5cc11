using System.Text.Json.Nodes;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Exclusions;

namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>The JSON Schema of sweep files (draft 2020-12), for editors that complete and check while one types.</summary>
/// <remarks>
/// It is generated from the catalogue, so it cannot fall behind. A schema cannot say everything: what it accepts,
/// such as a range whose steps do not reach its end, may still be refused by <see cref="SweepFileReader"/>.
/// </remarks>
public static class SweepFileSchema
{
    public static JsonObject Of(ParameterCatalogue catalogue) => new()
    {
        ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
        ["title"] = "VicRegSweeps sweep file",
        ["type"] = "object",
        ["additionalProperties"] = false,
        ["required"] = new JsonArray("version", "name"),
        ["properties"] = new JsonObject
        {
            ["version"] = new JsonObject { ["const"] = 1, ["description"] = "The version of this language." },
            ["name"] = Name("Names the results: lower-case letters, digits and hyphens."),
            ["question"] = new JsonObject { ["type"] = new JsonArray("string", "number", "null"), ["description"] = "What the sweep is to find out." },
            ["base"] = new JsonObject
            {
                ["type"] = "string",
                ["minLength"] = 1,
                ["description"] = "Another sweep file, beside this one: what this one does not say is as it is there.",
            },
            ["seeds"] = Seeds(),
            ["fixed"] = Reference("fixed"),
            ["grid"] = Reference("grid"),
            ["zip"] = Reference("zip"),
            ["exclude"] = Reference("exclude"),
            ["search"] = SectionSchema.Search(catalogue),
            ["blocks"] = Blocks(),
            ["sample"] = SectionSchema.Sample(),
            [EvaluateReader.Section] = Section(
                "Further values of what evaluations alone are told: more metrics of the same trials, and no more trials.",
                catalogue.Evaluated, p => Unique(AxisOf(p))),
            ["stop"] = SectionSchema.Stop(catalogue),
            ["retry"] = SectionSchema.Retry(),
            ["run"] = SectionSchema.Run(),
        },
        ["$defs"] = Definitions(catalogue),
    };

    /// <summary>What stands at the top and in blocks alike, the axes of parameters, and their values.</summary>
    private static JsonObject Definitions(ParameterCatalogue catalogue)
    {
        var sweepable = catalogue.Parameters.Where(p => p.IsSweepable).ToList();
        var definitions = new JsonObject
        {
            ["fixed"] = Section("Values that hold for every trial.", catalogue.Parameters, FixedValue),
            ["grid"] = Section("The product of these axes; the first varies slowest.", sweepable, p => Unique(AxisOf(p))),
            ["zip"] = new JsonObject
            {
                ["description"] = "Each entry is one axis, whose parameters move together.",
                ["type"] = new JsonArray("array", "null"),
                ["items"] = Group(sweepable),
            },
            ["exclude"] = new JsonObject
            {
                ["description"] = "Points for which one of these rules is true are left out: comparisons, + - * /, and, or, not over parameters, numbers and texts in quotes.",
                ["type"] = new JsonArray("array", "null"),
                ["maxItems"] = ExclusionReader.MostRules,
                ["items"] = new JsonObject
                {
                    ["type"] = new JsonArray("string"),
                    ["maxLength"] = ExpressionParser.MostCharacters,
                    ["examples"] = new JsonArray(catalogue.Examples.Rule),
                },
            },
        };
        foreach (var parameter in sweepable)
            definitions.Add(AxisName(parameter), Axis(parameter));
        foreach (var parameter in catalogue.Parameters)
            definitions.Add(parameter.Name, ParameterSchema.Of(parameter));
        definitions["follow"] = new JsonObject
        {
            ["description"] = "The value of another parameter, times a number.",
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["required"] = new JsonArray("of"),
            ["properties"] = new JsonObject
            {
                ["of"] = new JsonObject { ["enum"] = new JsonArray([.. catalogue.Parameters.Select(p => (JsonNode)p.Name)]) },
                ["times"] = new JsonObject { ["type"] = "number" },
            },
        };
        return definitions;
    }

    private static JsonObject FixedValue(Parameter parameter) => AnyOf([OneValue(parameter), Reference("follow")]);

    /// <summary>A value, or null where a parameter may be absent.</summary>
    private static JsonObject OneValue(Parameter parameter) => parameter.Default is null || parameter.ActiveWhen is not null
        ? AnyOf([Reference(parameter.Name), new JsonObject { ["type"] = "null" }])
        : Reference(parameter.Name);

    private static JsonObject AnyOf(JsonNode[] schemas) => new() { ["anyOf"] = new JsonArray(schemas) };

    private static JsonObject Blocks() => new()
    {
        ["description"] = "Parts of the sweep, which is their union. Each has all that stands above, and overrides what it names.",
        ["type"] = new JsonArray("array", "null"),
        ["maxItems"] = BlocksReader.MostBlocks,
        ["items"] = new JsonObject
        {
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["required"] = new JsonArray("name"),
            ["properties"] = new JsonObject
            {
                ["name"] = Name("Names the block in exports: lower-case letters, digits and hyphens."),
                ["fixed"] = Reference("fixed"),
                ["grid"] = Reference("grid"),
                ["zip"] = Reference("zip"),
                ["exclude"] = Reference("exclude"),
            },
        },
    };

    private static JsonObject Name(string description) => new()
    {
        ["type"] = new JsonArray("string", "integer"),
        ["pattern"] = NameReader.Pattern,
        ["maxLength"] = NameReader.Longest,
        ["description"] = description,
    };

    private static JsonObject Group(IReadOnlyList<Parameter> parameters)
    {
        var columns = Section("Parameters that move together; all have equally many values.", parameters, AxisOf);
        columns["type"] = "object";
        columns["minProperties"] = 1;
        var row = Section("One step: the same parameters in every row, each with one value.", parameters, OneValue);
        row["type"] = "object";
        row["minProperties"] = 1;
        return new JsonObject
        {
            ["oneOf"] = new JsonArray(
                columns,
                new JsonObject
                {
                    ["type"] = "object",
                    ["additionalProperties"] = false,
                    ["required"] = new JsonArray("rows"),
                    ["properties"] = new JsonObject { ["rows"] = List(row) },
                }),
        };
    }

    private static string AxisName(Parameter parameter) => $"axis of {parameter.Name}";

    private static JsonObject AxisOf(Parameter parameter) => Reference(AxisName(parameter));

    private static JsonObject Unique(JsonObject axis)
    {
        axis["uniqueItems"] = true;
        return axis;
    }

    private static JsonObject Seeds() => new()
    {
        ["description"] = "How many seeds, counted from 0, or a list of them.",
        ["default"] = 1,
        ["oneOf"] = new JsonArray(
            new JsonObject { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = SeedsReader.MostSeeds },
            UniqueList(new JsonObject { ["type"] = "integer", ["minimum"] = 0, ["maximum"] = long.MaxValue })),
    };

    /// <summary>A mapping of parameters, by their dotted names or nested.</summary>
    private static JsonObject Section(string description, IReadOnlyList<Parameter> parameters, Func<Parameter, JsonNode> schema)
    {
        var properties = Object(parameters, p => p.Name, schema);
        foreach (var group in parameters.GroupBy(p => p.Name.Split('.')[0]))
        {
            properties.TryAdd(group.Key, new JsonObject
            {
                ["type"] = "object",
                ["additionalProperties"] = false,
                ["properties"] = Object(group, p => p.Name[(group.Key.Length + 1)..], schema),
            });
        }

        return new JsonObject
        {
            ["description"] = description,
            ["type"] = new JsonArray("object", "null"),
            ["additionalProperties"] = false,
            ["properties"] = properties,
        };
    }

    private static JsonObject Axis(Parameter parameter)
    {
        var forms = new JsonArray(List(OneValue(parameter)));
        if (parameter.Kind is ParameterKind.Integer or ParameterKind.Real)
        {
            var count = new JsonObject { ["type"] = "integer", ["minimum"] = 2, ["description"] = "How many values, both ends included; a search needs none." };
            var step = new JsonObject { ["type"] = "number", ["exclusiveMinimum"] = 0, ["description"] = "The distance between values; it must lead to the second end." };
            forms.Add(Range(parameter, "log", "Equal ratios between the two ends.", "count", count));
            forms.Add(Range(parameter, "linear", "Equal distances between the two ends.", "count", count.DeepClone()));
            forms.Add(Range(parameter, "range", "Steps from the first end to the second.", "step", step));
        }

        return new JsonObject { ["description"] = parameter.Doc, ["oneOf"] = forms };
    }

    private static JsonObject Range(Parameter parameter, string kind, string description, string spacingName, JsonNode spacing)
    {
        var end = ParameterSchema.Number(parameter);
        if (kind == "log" && !(parameter.Minimum > 0))
        {
            end.Remove("minimum");
            end["exclusiveMinimum"] = 0;
        }

        return new JsonObject
        {
            ["type"] = "object",
            ["description"] = description,
            ["additionalProperties"] = false,
            ["required"] = spacingName == "count" ? new JsonArray(kind) : new JsonArray(kind, spacingName),
            ["properties"] = new JsonObject
            {
                [kind] = new JsonObject { ["type"] = "array", ["items"] = end, ["minItems"] = 2, ["maxItems"] = 2, ["uniqueItems"] = true },
                [spacingName] = spacing,
            },
        };
    }

    private static JsonObject List(JsonNode items) =>
        new() { ["type"] = "array", ["items"] = items, ["minItems"] = 1 };

    private static JsonObject UniqueList(JsonNode items) => Unique(List(items));

    private static JsonObject Reference(string name) => new() { ["$ref"] = $"#/$defs/{name.Replace(" ", "%20", StringComparison.Ordinal)}" };

    private static JsonObject Object(IEnumerable<Parameter> parameters, Func<Parameter, string> name, Func<Parameter, JsonNode> schema) =>
        new(parameters.Select(p => KeyValuePair.Create(name(p), (JsonNode?)schema(p))));
}
