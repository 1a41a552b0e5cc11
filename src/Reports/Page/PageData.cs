using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using VicRegSweeps.Reports.Analysis;
using VicRegSweeps.Reports.Figures;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Reports.Page;

/// <summary>The listed trials as JSON for the page's script: column by column, metrics with five significant digits.</summary>
internal static class PageData
{
    private const int LongestLevel = 200;
    private const int LongestReason = 300;

    public static string Of(ReportData data, Findings findings)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var listed = data.Listed.Trials.Select(t => t.Trial).ToList();
        var axes = data.Axes.Select(AxisBins.Of).ToList();
        // The default encoder writes <, > and & as escapes, so nothing in it can end the script element.
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            Axes(json, axes, listed);
            Strings(json, "metrics", data.Metrics);
            Numbers(json, "order", (data.MainSpace is { } main ? findings.Life[main] : findings.Score).Order.Select(axis => (double?)axis));
            Strings(json, "beside", Beside(data));
            Strings(json, "total", data.Words.Terms.Where(t => t.IsTotal).Select(t => $"{Vocabulary.Loss}/{t.Name}"));
            json.WriteString("defect", data.Words.Defect.Noun);
            json.WriteNumber("objective", data.Objective.Index);
            json.WriteBoolean("maximize", data.Objective.Maximize);
            Strings(json, "states", [.. Enum.GetValues<TrialState>().Select(TrialStates.Text)]);
            json.WriteNumber("all", data.Listed.All);
            json.WriteNumber("sampled", data.Listed.Sampled);
            Strings(json, "id", listed.Select(t => t.Id));
            // A seed has up to 19 digits, more than a number of JavaScript holds.
            Strings(json, "seed", listed.Select(t => t.Seed.ToString(CultureInfo.InvariantCulture)));
            Numbers(json, "state", listed.Select(t => (double?)(int)t.State));
            Spaces(json, data.Spaces, listed);
            json.WriteStartObject("reason");
            foreach (var (number, trial) in listed.Index().Where(t => t.Item.Reason is not null))
            {
                json.WriteString(number.ToString(CultureInfo.InvariantCulture), Shown.Cut(trial.Reason!, LongestReason));
            }

            json.WriteEndObject();
            json.WriteStartArray("levels");
            foreach (var (number, axis) in axes.Index()) Numbers(json, null, listed.Select(t => (double?)axis.BinOf(t.Levels[number])));
            json.WriteEndArray();
            json.WriteStartArray("values");
            for (var metric = 0; metric < data.Metrics.Count; metric++) Numbers(json, null, data.Listed.Trials.Select(t => t.Values[metric]));
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>What is drawn are bins of levels where there are too many; then every trial has its own level as text too.</summary>
    private static void Axes(Utf8JsonWriter json, IReadOnlyList<AxisBins> axes, IReadOnlyList<ReportTrial> listed)
    {
        json.WriteStartArray("axes");
        foreach (var (number, axis) in axes.Index())
        {
            json.WriteStartObject();
            json.WriteString("name", axis.Axis.Name);
            json.WriteString("short", axis.Axis.ShortName);
            json.WriteBoolean("numeric", axis.Axis.IsNumeric);
            Strings(json, "levels", axis.Labels.Select(level => Shown.Cut(level, LongestLevel)));
            Strings(json, "brief", axis.Labels.Select(Plots.Short));
            if (axis.IsCoarse) Strings(json, "exact", listed.Select(t => Shown.Cut(axis.Axis.Levels[t.Levels[number]], LongestLevel)));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Each space with its verdicts from the healthy one to the worst, and every trial's place among them.</summary>
    private static void Spaces(Utf8JsonWriter json, IReadOnlyList<ReportSpace> spaces, IReadOnlyList<ReportTrial> listed)
    {
        json.WriteStartArray("spaces");
        foreach (var space in spaces)
        {
            json.WriteStartObject();
            json.WriteString("name", space.Name);
            json.WriteString("short", space.Space.Label);
            Strings(json, "verdicts", space.Space.Verdicts.Select(v => v.Name));
            Numbers(json, "at", listed.Select(t => (double?)t.Verdict(space)?.Badness));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>What is shown beside the objective: how the main space does by a headline that is no share of images.</summary>
    private static IEnumerable<string> Beside(ReportData data) => data.MainSpace is not { } main ? []
        : Headlines.Of(data.Words, main.Space).Where(m => m.Unit != Metric.Share).Take(1).Select(m => $"{main.Name}/{m.Name}");

    internal static void Strings(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    /// <summary>Numbers with five significant digits, under a name or as an element of an array.</summary>
    internal static void Numbers(Utf8JsonWriter json, string? name, IEnumerable<double?> numbers)
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
