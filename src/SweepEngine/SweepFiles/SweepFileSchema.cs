using System.Text.Json.Nodes;

namespace VicRegSweeps.SweepEngine;

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
            ["name"] = new JsonObject
            {
                ["type"] = new JsonArray("string", "integer"),
                ["pattern"] = "^[a-z0-9-]+$",
                ["maxLength"] = SweepFileReader.LongestName,
                ["description"] = "Names the results: lower-case letters, digits and hyphens.",
            },
            ["question"] = new JsonObject { ["type"] = "string", ["description"] = "What the sweep is to find out." },
            ["seeds"] = Seeds(),
            ["fixed"] = Section("Values that hold for every trial.", catalogue.Parameters, p => Reference(p.Name)),
            ["grid"] = Section("The sweep is the product of these axes; the first varies slowest.", catalogue.Parameters.Where(p => !p.IsIncidental), Axis),
        },
        ["$defs"] = Object(catalogue.Parameters, ParameterSchema.Of),
    };

    private static JsonObject Seeds() => new()
    {
        ["description"] = "How many seeds, counted from 0, or a list of them.",
        ["default"] = 1,
        ["oneOf"] = new JsonArray(
            new JsonObject { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = SeedsReader.MostSeeds },
            List(new JsonObject { ["type"] = "integer", ["minimum"] = 0, ["maximum"] = long.MaxValue })),
    };

    private static JsonObject Section(string description, IEnumerable<Parameter> parameters, Func<Parameter, JsonNode> schema) => new()
    {
        ["description"] = description,
        ["type"] = new JsonArray("object", "null"),
        ["additionalProperties"] = false,
        ["properties"] = Object(parameters, schema),
    };

    private static JsonObject Axis(Parameter parameter)
    {
        var forms = new JsonArray(List(Reference(parameter.Name)));
        if (parameter.Kind is ParameterKind.Integer or ParameterKind.Real)
        {
            var count = new JsonObject { ["type"] = "integer", ["minimum"] = 2, ["description"] = "How many values, both ends included." };
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
            ["required"] = new JsonArray(kind, spacingName),
            ["properties"] = new JsonObject
            {
                [kind] = new JsonObject { ["type"] = "array", ["items"] = end, ["minItems"] = 2, ["maxItems"] = 2, ["uniqueItems"] = true },
                [spacingName] = spacing,
            },
        };
    }

    private static JsonObject List(JsonNode items) =>
        new() { ["type"] = "array", ["items"] = items, ["minItems"] = 1, ["uniqueItems"] = true };

    private static JsonObject Reference(string name) => new() { ["$ref"] = $"#/$defs/{name}" };

    private static JsonObject Object(IEnumerable<Parameter> parameters, Func<Parameter, JsonNode> schema) =>
        new(parameters.Select(p => KeyValuePair.Create(p.Name, (JsonNode?)schema(p))));
}
