using System.Text.Json.Nodes;
using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>The JSON Schema of one value of one parameter.</summary>
internal static class ParameterSchema
{
    public static JsonObject Of(Parameter parameter)
    {
        var schema = Values(parameter);
        schema["title"] = parameter.Name;
        schema["description"] = Description(parameter);
        if (parameter.Default is { } value)
            schema["default"] = Node(value);
        return schema;
    }

    /// <summary>The numbers that a parameter takes, without the words that may stand beside them.</summary>
    public static JsonObject Number(Parameter parameter)
    {
        var schema = new JsonObject { ["type"] = parameter.Kind is ParameterKind.Integer or ParameterKind.Widths ? "integer" : "number" };
        if (parameter.Minimum is { } minimum)
            schema[parameter.ExclusiveMinimum ? "exclusiveMinimum" : "minimum"] = minimum;
        if (parameter.Maximum is { } maximum)
            schema[parameter.ExclusiveMaximum ? "exclusiveMaximum" : "maximum"] = maximum;
        return schema;
    }

    private static JsonObject Values(Parameter parameter) => parameter.Kind switch
    {
        ParameterKind.Truth => new() { ["type"] = "boolean" },
        ParameterKind.Word => Words(parameter),
        ParameterKind.Path => new() { ["type"] = "string", ["minLength"] = 1, ["examples"] = Array(parameter.Words) },
        ParameterKind.Widths => new()
        {
            ["anyOf"] = new JsonArray(Words(parameter), new JsonObject { ["type"] = "string", ["pattern"] = "^[1-9][0-9]*(-[1-9][0-9]*)*$" },
                Number(parameter)),
        },
        _ when parameter.Words.Count > 0 => new() { ["anyOf"] = new JsonArray(Number(parameter), Words(parameter)) },
        _ => Number(parameter),
    };

    private static JsonObject Words(Parameter parameter) => new() { ["enum"] = Array(parameter.Words) };

    private static JsonArray Array(IEnumerable<string> words) => new([.. words.Select(w => (JsonNode)w)]);

    private static string Description(Parameter parameter) =>
        $"{parameter.Doc} It is {Allowed.Values(parameter)}."
        + (parameter.ActiveWhenDoc is { } when ? $" It does nothing unless {when}." : "")
        + (parameter.Default is { } value ? $" The default is {value}." : "");

    private static JsonNode Node(ParameterValue value) =>
        value.Truth is { } truth ? truth : value.Number is { } number ? number : value.Text;
}
