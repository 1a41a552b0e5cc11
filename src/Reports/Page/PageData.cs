using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Reports;

/// <summary>The trials as JSON for the page's script: column by column, five significant digits.</summary>
internal static class PageData
{
    private static readonly string[] Verdicts = ["none", "dimensional", "complete"];

    public static string Of(ReportData data, Findings findings)
    {
        var buffer = new ArrayBufferWriter<byte>();
        // The default encoder writes <, > and & as escapes, so nothing in it can end the script element.
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            Axes(json, data);
            Strings(json, "metrics", data.Metrics);
            Numbers(json, "order", findings.Life["representation"].Order.Select(axis => (double?)axis));
            json.WriteNumber("objective", data.Objective.Index);
            json.WriteBoolean("maximize", data.Objective.Maximize);
            Strings(json, "headlines", [.. Headlines.Metrics(data.Store).SelectMany(m => ReportData.Spaces.Select(s => $"{s}/{m}"))]);
            Strings(json, "states", [.. Enum.GetValues<TrialState>().Select(TrialStates.Text)]);
            Strings(json, "id", [.. data.Trials.Select(t => t.Id)]);
            Numbers(json, "seed", data.Trials.Select(t => (double?)t.Recorded.Seed));
            Numbers(json, "state", data.Trials.Select(t => (double?)(int)t.Recorded.State));
            Numbers(json, "embedding", data.Trials.Select(t => Verdict(t, "embedding")));
            Numbers(json, "representation", data.Trials.Select(t => Verdict(t, "representation")));
            json.WriteStartObject("reason");
            foreach (var (number, trial) in data.Trials.Index().Where(t => t.Item.Recorded.Reason is not null))
            {
                json.WriteString(number.ToString(CultureInfo.InvariantCulture), TrialsTable.Reason(trial.Recorded));
            }

            json.WriteEndObject();
            json.WriteStartArray("levels");
            for (var axis = 0; axis < data.Axes.Count; axis++) Numbers(json, null, data.Trials.Select(t => (double?)t.Levels[axis]));
            json.WriteEndArray();
            json.WriteStartArray("values");
            for (var metric = 0; metric < data.Metrics.Count; metric++) Numbers(json, null, data.Trials.Select(t => t.Values[metric]));
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Axes(Utf8JsonWriter json, ReportData data)
    {
        json.WriteStartArray("axes");
        foreach (var axis in data.Axes)
        {
            json.WriteStartObject();
            json.WriteString("name", axis.Name);
            json.WriteString("short", axis.ShortName);
            json.WriteBoolean("numeric", axis.IsNumeric);
            Strings(json, "levels", axis.Levels);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static double? Verdict(ReportTrial trial, string space) =>
        trial.Panel(space) is { } panel ? Array.IndexOf(Verdicts, panel.Verdict) : null;

    private static void Strings(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static void Numbers(Utf8JsonWriter json, string? name, IEnumerable<double?> numbers)
    {
        if (name is null) json.WriteStartArray();
        else json.WriteStartArray(name);
        foreach (var number in numbers)
        {
            if (number is { } value && double.IsFinite(value))
                json.WriteRawValue(value.ToString("G5", CultureInfo.InvariantCulture), skipInputValidation: true);
            else
                json.WriteNullValue();
        }

        json.WriteEndArray();
    }
}
