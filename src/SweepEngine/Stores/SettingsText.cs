using System.Text.Json;
using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>Reads recorded settings without a catalogue, so that a store of any version can be exported.</summary>
internal static class SettingsText
{
    /// <summary>What follows a parameter's name where the content of what lies at its path is written, beside the path.</summary>
    public const string ContentSuffix = ".content";

    public static IReadOnlyDictionary<string, ParameterValue> Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        var values = Values(document);
        var settings = new Dictionary<string, ParameterValue>(values.Count, StringComparer.Ordinal);
        foreach (var (name, value) in values)
        {
            if (!settings.TryAdd(name, value)) throw new FormatException($"the settings have '{name}' twice");
        }

        return settings;
    }

    /// <summary>All values in their order, those of paths with the content that stands after them.</summary>
    /// <exception cref="FormatException">It is no JSON object of single values.</exception>
    public static IReadOnlyList<(string Name, ParameterValue Value)> Values(JsonDocument document)
    {
        var members = Members(document);
        var values = new List<(string Name, ParameterValue Value)>(document.RootElement.GetPropertyCount());
        foreach (var member in members)
        {
            var value = Value(member);
            if (values is [.., var last] && member.Name == last.Name + ContentSuffix) values[^1] = (last.Name, last.Value with { Content = value.Text });
            else values.Add((member.Name, value));
        }

        return values;
    }

    /// <exception cref="FormatException">It is no JSON object.</exception>
    private static JsonElement.ObjectEnumerator Members(JsonDocument document) => document.RootElement.ValueKind == JsonValueKind.Object
        ? document.RootElement.EnumerateObject()
        : throw new FormatException($"the settings are {Kind(document.RootElement)}, but must be a JSON object");

    /// <exception cref="FormatException">It is not a single value.</exception>
    private static ParameterValue Value(JsonProperty member) => member.Value.ValueKind switch
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
