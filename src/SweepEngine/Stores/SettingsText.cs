using System.Text.Json;
using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>Reads recorded settings without a catalogue, so that a store of any version can be exported.</summary>
internal static class SettingsText
{
    public static IReadOnlyDictionary<string, ParameterValue> Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        var settings = new Dictionary<string, ParameterValue>(StringComparer.Ordinal);
        foreach (var member in Members(document))
        {
            if (!settings.TryAdd(member.Name, Value(member))) throw new FormatException($"the settings have '{member.Name}' twice");
        }

        return settings;
    }

    /// <exception cref="FormatException">It is no JSON object.</exception>
    public static JsonElement.ObjectEnumerator Members(JsonDocument document) => document.RootElement.ValueKind == JsonValueKind.Object
        ? document.RootElement.EnumerateObject()
        : throw new FormatException($"the settings are {Kind(document.RootElement)}, but must be a JSON object");

    /// <exception cref="FormatException">It is not a single value.</exception>
    public static ParameterValue Value(JsonProperty member) => member.Value.ValueKind switch
    {
        JsonValueKind.Number when double.IsFinite(member.Value.GetDouble()) => ParameterValue.Of(member.Value.GetDouble()),
        JsonValueKind.True => ParameterValue.Of(true),
        JsonValueKind.False => ParameterValue.Of(false),
        JsonValueKind.String => ParameterValue.Of(member.Value.GetString()!),
        _ => throw new FormatException($"'{member.Name}' in the settings is {Kind(member.Value)}, but must be a finite number, a text, true or false"),
    };

    private static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => "an array",
        JsonValueKind.Object => "an object",
        JsonValueKind.Number => "a number",
        JsonValueKind.String => "a text",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };
}
