using System.Text.Json;
using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>Where one tensor lies in a safetensors file.</summary>
/// <param name="Type">Null where this reader does not know it.</param>
/// <param name="TypeName">As the header says it.</param>
/// <param name="Begin">First byte, counted from the start of the data section.</param>
/// <param name="End">One past the last byte.</param>
internal sealed record SafetensorsEntry(string Name, SafetensorsType? Type, string TypeName, long[] Shape, long Begin, long End);

/// <summary>The JSON header of a safetensors file, and the rules that make it safe to follow.</summary>
internal sealed record SafetensorsHeader(IReadOnlyList<SafetensorsEntry> Entries, IReadOnlyDictionary<string, string> Metadata)
{
    private const string MetadataName = "__metadata__";

    /// <summary>UTF-8, padded with spaces so that the data section begins at a multiple of eight bytes, as the format's own writer does.</summary>
    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WritePropertyName(MetadataName);
            JsonSerializer.Serialize(json, Metadata);
            foreach (var entry in Entries)
            {
                json.WritePropertyName(entry.Name);
                JsonSerializer.Serialize(json, new { dtype = entry.TypeName, shape = entry.Shape, data_offsets = new[] { entry.Begin, entry.End } });
            }

            json.WriteEndObject();
        }

        while (stream.Length % 8 != 0)
            stream.WriteByte((byte)' ');
        return stream.ToArray();
    }

    /// <param name="path">For messages.</param>
    /// <param name="dataLength">Bytes after the header.</param>
    public static SafetensorsHeader Parse(string path, byte[] bytes, long dataLength)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var metadata = new Dictionary<string, string>();
            var entries = new List<SafetensorsEntry>();
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Name == MetadataName)
                {
                    if (property.Value.ValueKind == JsonValueKind.Null)
                        continue;
                    foreach (var pair in property.Value.EnumerateObject())
                        metadata[pair.Name] = pair.Value.GetString() ?? "";
                }
                else
                {
                    entries.Add(ParseEntry(path, property.Name, property.Value));
                }
            }

            CheckCoverage(path, entries, dataLength);
            return new SafetensorsHeader(entries, metadata);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new SweepException($"'{path}' is damaged: its header is not that of a safetensors file ({error.Message.TrimEnd('.')}).", error);
        }
    }

    private static SafetensorsEntry ParseEntry(string path, string name, JsonElement value)
    {
        var typeName = value.GetProperty("dtype").GetString() ?? throw new FormatException($"tensor '{name}' has no type");
        var type = SafetensorsType.Named(typeName);
        var shape = value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()).ToArray();
        var offsets = value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64()).ToArray();
        if (offsets.Length != 2 || offsets[1] < offsets[0] || shape.Any(size => size < 0)
            || (type is not null && BytesOf(shape, type) != offsets[1] - (Int128)offsets[0]))
            throw new SweepException(
                $"'{path}' is damaged: tensor '{name}' of shape [{string.Join(", ", shape)}] and type {typeName} does not fill its place [{string.Join(", ", offsets)}].");
        return new SafetensorsEntry(name, type, typeName, shape, offsets[0], offsets[1]);
    }

    /// <summary>Null where the product overflows.</summary>
    private static Int128? BytesOf(long[] shape, SafetensorsType type)
    {
        Int128 bytes = type.Bytes;
        foreach (var size in shape)
        {
            bytes *= size;
            if (bytes > long.MaxValue)
                return null;
        }

        return bytes;
    }

    /// <summary>The format allows no holes and no overlaps: in order of place, each tensor begins where the one before it ends.</summary>
    private static void CheckCoverage(string path, List<SafetensorsEntry> entries, long dataLength)
    {
        var twice = entries.GroupBy(entry => entry.Name).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null)
            throw new SweepException($"'{path}' is damaged: it has two tensors named '{twice.Key}'.");

        var end = 0L;
        foreach (var entry in entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            if (entry.Begin != end)
                throw new SweepException($"'{path}' is damaged: tensor '{entry.Name}' begins at byte {entry.Begin} of the data, but {end} was expected.");
            end = entry.End;
        }

        if (end != dataLength)
            throw new SweepException($"'{path}' is damaged: its tensors take {end} bytes, but the file has {dataLength} bytes of data.");
    }
}
