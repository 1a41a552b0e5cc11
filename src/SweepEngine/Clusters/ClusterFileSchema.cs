using System.Text.Json.Nodes;

namespace VicRegSweeps.SweepEngine.Clusters;

/// <summary>The JSON Schema of cluster files (draft 2020-12), for editors that complete and check while one types.</summary>
public static class ClusterFileSchema
{
    public static JsonObject Create() => new()
    {
        ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
        ["title"] = "VicRegSweeps cluster file",
        ["type"] = "object",
        ["additionalProperties"] = false,
        ["required"] = new JsonArray("version"),
        ["properties"] = new JsonObject
        {
            ["version"] = new JsonObject { ["const"] = 1, ["description"] = "The version of this language." },
            ["slurm"] = new JsonObject
            {
                ["description"] = "Workers in Slurm: one array of tasks, or a list of several.",
                ["anyOf"] = new JsonArray(
                    new JsonObject { ["$ref"] = "#/$defs/slurm" },
                    new JsonObject { ["type"] = "array", ["minItems"] = 1, ["items"] = new JsonObject { ["$ref"] = "#/$defs/slurm" } },
                    new JsonObject { ["type"] = "null" }),
            },
            ["kubernetes"] = Kubernetes(),
        },
        ["$defs"] = new JsonObject { ["slurm"] = Slurm() },
    };

    private static JsonObject Slurm()
    {
        var schema = Mapping(ClusterKeys.Slurm);
        var properties = schema["properties"]!.AsObject();
        var container = Mapping([ClusterKeys.Apptainer, ClusterKeys.Pyxis]);
        container["properties"]!["options"] = List(ClusterKeys.ContainerOption);
        container["oneOf"] = new JsonArray(
            new JsonObject { ["required"] = new JsonArray("apptainer") }, new JsonObject { ["required"] = new JsonArray("pyxis") });
        properties["container"] = container;
        properties["setup"] = List(ClusterKeys.SetupLine);
        var option = ClusterKeys.OptionValue.Schema();
        option["type"] = new JsonArray("string", "number", "boolean");
        option.Remove("description");
        properties["options"] = new JsonObject
        {
            ["description"] = ClusterKeys.OptionValue.Doc,
            ["type"] = "object",
            ["propertyNames"] = new JsonObject
            {
                ["pattern"] = ClusterKeys.OptionName.Pattern!.Replace(@"\z", "$", StringComparison.Ordinal),
                ["not"] = new JsonObject { ["enum"] = new JsonArray([.. ClusterKeys.Taken.Select(t => (JsonNode)t)]) },
            },
            ["additionalProperties"] = option,
        };
        return EndsAsSchemasDo(schema);
    }

    private static JsonObject Kubernetes()
    {
        var schema = Mapping(ClusterKeys.Kubernetes);
        schema["type"] = new JsonArray("object", "null");
        schema["required"] = new JsonArray("image");
        var volume = Mapping([ClusterKeys.VolumeClaim, ClusterKeys.VolumePath]);
        volume["required"] = new JsonArray("claim", "path");
        schema["properties"]!["volumes"] = new JsonObject { ["description"] = "Folders that pods share.", ["type"] = "array", ["items"] = volume };
        schema["properties"]!["node_selector"] = new JsonObject
        {
            ["description"] = "Labels that nodes must have.",
            ["type"] = "object",
            ["additionalProperties"] = new JsonObject { ["type"] = "string" },
        };
        return EndsAsSchemasDo(schema);
    }

    private static JsonObject Mapping(IReadOnlyList<ClusterKey> keys) => new()
    {
        ["type"] = "object",
        ["additionalProperties"] = false,
        ["properties"] = new JsonObject(keys.Select(k => KeyValuePair.Create(k.Name, (JsonNode?)k.Schema()))),
    };

    private static JsonObject List(ClusterKey item) => new() { ["type"] = "array", ["items"] = item.Schema() };

    /// <summary>JSON Schema's expressions have no sign for the very end of a text, and need none.</summary>
    private static JsonObject EndsAsSchemasDo(JsonObject schema)
    {
        foreach (var (name, value) in schema.ToList())
        {
            if (name == "pattern" && value is JsonValue pattern) schema[name] = pattern.GetValue<string>().Replace(@"\z", "$", StringComparison.Ordinal);
            if (value is JsonObject inner) EndsAsSchemasDo(inner);
        }

        return schema;
    }
}
