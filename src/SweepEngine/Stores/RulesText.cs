using System.Text.Json;
using System.Text.Json.Serialization;
using VicRegSweeps.SweepEngine.Stopping;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>Stop rules as the JSON text that the store keeps.</summary>
internal static class RulesText
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Where no rule departs from the default. Not null: SQLite before 3.45 takes null for JSON that is not valid.</summary>
    public const string None = "{}";

    public static string Of(StopRules rules) => rules == StopRules.Default ? None : JsonSerializer.Serialize(rules, Format);

    /// <param name="path">The store's, for the message.</param>
    public static StopRules Parse(string path, string? text)
    {
        try
        {
            return text is null or None ? StopRules.Default : JsonSerializer.Deserialize<StopRules>(text, Format) ?? StopRules.Default;
        }
        catch (JsonException error)
        {
            throw new SweepException($"{path}: the stop rules in it cannot be read ({error.Message})", error);
        }
    }
}
