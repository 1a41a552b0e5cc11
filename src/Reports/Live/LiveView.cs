using System.Buffers;
using System.Text.Json;

namespace VicRegSweeps.Reports.Live;

/// <summary>A page as it was made at one moment. Each part knows since which view it has been as it is, so that a browser is sent what is new to it.</summary>
/// <param name="Number">Grows by one whenever something changed.</param>
/// <param name="Title">Of the window.</param>
/// <param name="At">When it was made, as the clock of the wall says.</param>
/// <param name="Parts">In the order of the page.</param>
internal sealed record LiveView(long Number, string Title, string At, IReadOnlyList<LivePart> Parts)
{
    /// <summary>The page's lists for its script, which are no markup.</summary>
    public const string List = "data", Course = "course";

    /// <summary>The view that follows this one; this one itself where nothing is different.</summary>
    /// <param name="parts">Names and contents.</param>
    public LiveView Next(string title, string at, IEnumerable<(string Name, string Content)> parts)
    {
        var before = Parts.ToDictionary(p => p.Name, StringComparer.Ordinal);
        var next = parts.Select(p => before.GetValueOrDefault(p.Name) is { } known && known.Content == p.Content
            ? known
            : new LivePart(p.Name, p.Content, Number + 1)).ToList();
        var isSame = next.Count == Parts.Count && next.All(p => p.Since <= Number) && title == Title;
        return isSame ? this with { At = at } : new LiveView(Number + 1, title, at, next);
    }

    public string Content(string part) => Parts.First(p => p.Name == part).Content;

    /// <summary>What a browser lacks that has another view, as JSON.</summary>
    /// <param name="after">The number of its view; -1 for none.</param>
    /// <param name="trouble">Why this view is not the newest, in a sentence; null where it is.</param>
    /// <param name="ended">Why there will be no other, in a sentence; null while there may.</param>
    public byte[] Since(long after, string? trouble, string? ended)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("number", Number);
            json.WriteString("title", Title);
            json.WriteString("at", At);
            json.WriteString("trouble", trouble);
            json.WriteString("ended", ended);
            json.WriteStartArray("order");
            foreach (var part in Parts.Where(p => !p.IsList)) json.WriteStringValue(part.Name);
            json.WriteEndArray();
            json.WriteStartObject("parts");
            foreach (var part in Parts.Where(p => !p.IsList && p.Since > after)) json.WriteString(part.Name, part.Content);
            json.WriteEndObject();
            foreach (var part in Parts.Where(p => p.IsList && p.Since > after))
            {
                json.WritePropertyName(part.Name);
                json.WriteRawValue(part.Content, skipInputValidation: true);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}

/// <summary>A part of a page.</summary>
/// <param name="Content">Markup, or JSON for the page's script.</param>
/// <param name="Since">The number of the view in which it came to be as it is.</param>
internal sealed record LivePart(string Name, string Content, long Since)
{
    public bool IsList => Name is LiveView.List or LiveView.Course;
}
