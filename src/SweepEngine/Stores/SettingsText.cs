using System.Text.Json;

namespace VicRegSweeps.SweepEngine;

/// <summary>Reads recorded settings without a catalogue, so that a store of any version can be exported.</summary>
internal static class SettingsText
{
    public static IReadOnlyDictionary<string, ParameterValue> Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.EnumerateObject().ToDictionary(m => m.Name, m => Value(m.Value), StringComparer.Ordinal);
    }

    private static ParameterValue Value(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number => ParameterValue.Of(element.GetDouble()),
        JsonValueKind.True => ParameterValue.Of(true),
        JsonValueKind.False => ParameterValue.Of(false),
        _ => ParameterValue.Of(element.GetString()!),
    };
}
