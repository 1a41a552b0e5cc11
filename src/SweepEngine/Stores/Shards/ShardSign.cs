using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace VicRegSweeps.SweepEngine.Stores.Shards;

/// <summary>What the worker of a shard says of itself beside what it publishes.</summary>
/// <param name="Host">The machine that it runs on.</param>
/// <param name="Process">Its process there.</param>
/// <param name="Job">Its job at the site's scheduler, such as <c>812_3</c>; null for none.</param>
/// <param name="Published">When it published last, by the clock of its machine; null before the first time.</param>
/// <param name="Every">How often it does, in seconds.</param>
/// <param name="HasEnded">Whether it has published for the last time.</param>
public sealed record ShardSign(string Host, int Process, string? Job, DateTimeOffset? Published, double Every, bool HasEnded)
{
    /// <summary>How many publications may be missing before a worker is not believed to be at work any more.</summary>
    private const int Missing = 5;

    /// <summary>Slow disks, and clocks that differ.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(2);

    /// <summary>Whether the worker has published lately and has not ended. A guess: the folder has no locks.</summary>
    public bool IsAtWork(DateTimeOffset now) => !HasEnded && Published is { } at && now - at < Missing * TimeSpan.FromSeconds(Every) + Slack;

    internal string ToJson() => new JsonObject
    {
        ["host"] = Host,
        ["process"] = Process,
        ["job"] = Job,
        ["published_utc"] = Published is { } at ? StoreTime.Text(at) : null,
        ["every_seconds"] = Every,
        ["has_ended"] = HasEnded,
    }.ToJsonString();

    /// <returns>Null for a text that says no such thing, as one that is only half there.</returns>
    internal static ShardSign? Parse(string text)
    {
        try
        {
            var json = JsonNode.Parse(text)!.AsObject();
            return new ShardSign(
                json["host"]!.GetValue<string>(),
                json["process"]!.GetValue<int>(),
                json["job"]?.GetValue<string>(),
                json["published_utc"]?.GetValue<string>() is { } at
                    ? DateTimeOffset.Parse(at, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal) : null,
                json["every_seconds"]!.GetValue<double>(),
                json["has_ended"]!.GetValue<bool>());
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or NullReferenceException or FormatException)
        {
            return null;
        }
    }
}
