using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>Values and sections as a sweep file has them, for files that the program writes.</summary>
public static partial class YamlText
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A value that reads back as the same: text has quotes unless it is a plain word.</summary>
    public static string Of(ParameterValue value) => value.IsAbsent || value.Number is not null || value.Truth is not null ? value.ToString() : Of(value.Text);

    /// <summary>Text that reads back as the same, in one line.</summary>
    public static string Of(string text) => PlainWord().IsMatch(text) && text.ToUpperInvariant() is not ("TRUE" or "FALSE" or "NULL")
        ? text
        : JsonSerializer.Serialize(text, Relaxed);

    /// <summary>Sections of a sweep file as a store keeps it, each in one line; those that neither the file nor its base has are left out.</summary>
    /// <param name="text">One that cannot be read has no sections.</param>
    public static IReadOnlyList<(string Name, string Value)> Sections(string text, params IReadOnlyList<string> names)
    {
        try
        {
            var files = DeclaredAxes.Files(text);
            return [.. from name in names
                       let node = files.Select(f => f[name]?.Value).FirstOrDefault(v => v is not null and not YamlScalar { IsNull: true })
                       where node is not null
                       select (name, Flow(node))];
        }
        catch (SweepException)
        {
            return [];
        }
    }

    private static string Flow(YamlNode node) => node switch
    {
        YamlMap map => $"{{{string.Join(", ", map.Entries.Select(e => $"{Flow(e.Key)}: {Flow(e.Value)}"))}}}",
        YamlList list => $"[{string.Join(", ", list.Items.Select(Flow))}]",
        YamlScalar { IsPlain: true } plain when FlowWord().IsMatch(plain.Text) => plain.Text,
        YamlScalar { IsNull: true } => "null",
        YamlScalar scalar => JsonSerializer.Serialize(scalar.Text, Relaxed),
        _ => throw new InvalidOperationException($"A sweep file has no {node.Kind}."),
    };

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_./-]*\z")]
    private static partial Regex PlainWord();

    [GeneratedRegex(@"^[A-Za-z0-9.+-][A-Za-z0-9_./+-]*\z")]
    private static partial Regex FlowWord();
}
