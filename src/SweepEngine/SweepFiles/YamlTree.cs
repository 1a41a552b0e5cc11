using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>Builds the tree of a YAML text: the part of YAML that a sweep file needs, with every node's place.</summary>
/// <remarks>
/// It reads the parser's events and not a ready-made document, because duplicate keys are to be shown with
/// both places, and because anchors and aliases, which can make a small file expand without end, are refused.
/// </remarks>
internal sealed class YamlTree
{
    private const int DeepestNesting = 16;

    private readonly string text;
    private readonly Complaints complaints;
    private readonly Parser parser;
    private Place last = Place.Start;

    private YamlTree(string text, Complaints complaints)
    {
        this.text = text;
        this.complaints = complaints;
        parser = new Parser(new StringReader(text));
    }

    /// <summary>The tree of the text's only document.</summary>
    /// <returns>Null when the text holds nothing.</returns>
    /// <exception cref="SweepException">It is not YAML, so that nothing more can be said than has been complained about.</exception>
    public static YamlNode? Parse(string text, Complaints complaints)
    {
        var tree = new YamlTree(text, complaints);
        if (SweepText.FirstUnprintable(text) is var (at, character))
            throw tree.Fatal(at, $"the character U+{(int)character:X4} cannot be part of a {complaints.What}.");
        return tree.Document();
    }

    private YamlNode? Document()
    {
        Next<StreamStart>();
        if (Next<ParsingEvent>() is StreamEnd)
            return null;
        Next<ParsingEvent>();
        var root = Node(depth: 0);
        Next<DocumentEnd>();
        if (Next<ParsingEvent>() is DocumentStart second)
            complaints.Add(PlaceOf(second), $"a second document begins here, but a {complaints.What} is one document.");
        return root;
    }

    /// <summary>The node that begins with the current event.</summary>
    /// <returns>Null for an alias, which has been complained about.</returns>
    private YamlNode? Node(int depth)
    {
        var at = PlaceOf(parser.Current!);
        if (depth > DeepestNesting)
            throw Fatal(at, $"this is nested more than {DeepestNesting} levels deep; a {complaints.What} never needs that.");

        RefuseDecorations(at);
        return parser.Current switch
        {
            Scalar scalar => new YamlScalar(at, scalar.Value, scalar.Style == ScalarStyle.Plain),
            SequenceStart => new YamlList(at, Items(depth)),
            MappingStart => new YamlMap(at, Entries(depth)),
            _ => null,
        };
    }

    private void RefuseDecorations(Place at)
    {
        if (parser.Current is AnchorAlias alias)
            complaints.Add(at, $"the alias '*{alias.Value}' refers to another place, which {complaints.What}s do not support; write the value out.");
        if (parser.Current is not NodeEvent node)
            return;
        if (!node.Anchor.IsEmpty)
            complaints.Add(at, $"the anchor '&{node.Anchor}' is not supported in {complaints.What}s; leave it out.");
        if (!node.Tag.IsEmpty)
            complaints.Add(at, $"the tag {Wording.Quoted(node.Tag.IsNonSpecific ? "!" : node.Tag.Value)} is not supported in {complaints.What}s; "
                + "leave it out.");
    }

    private List<YamlNode> Items(int depth)
    {
        var items = new List<YamlNode>();
        while (Next<ParsingEvent>() is not SequenceEnd)
        {
            if (Node(depth + 1) is { } item)
                items.Add(item);
        }

        return items;
    }

    private List<YamlEntry> Entries(int depth)
    {
        var entries = new List<YamlEntry>();
        var first = new Dictionary<string, Place>(StringComparer.Ordinal);
        while (Next<ParsingEvent>() is not MappingEnd)
        {
            var key = Node(depth + 1);
            Next<ParsingEvent>();
            var value = Node(depth + 1);
            if (key is YamlList or YamlMap)
                complaints.Add(key.At, $"a key is {key.Kind}, but must be a name.");
            if (key is not YamlScalar name)
                continue;

            ComplainOfDuplicate(name, first);
            if (value is not null)
                entries.Add(new YamlEntry(name, value));
        }

        return entries;
    }

    private void ComplainOfDuplicate(YamlScalar key, Dictionary<string, Place> first)
    {
        if (!first.TryAdd(key.Text, key.At)) complaints.Add(key.At, $"{Wording.Quoted(key.Text)} was already given in line {first[key.Text].Line}; keep one.");
    }

    private T Next<T>()
        where T : ParsingEvent
    {
        try
        {
            parser.MoveNext();
        }
        catch (YamlException e)
        {
            // The parser tells of a tab, if at all, at the beginning of what the tab is in.
            if (SweepText.FirstTabIndentation(text) is { } tab)
                throw Fatal(tab, "this line is indented with a tab, but YAML is indented with spaces.");
            throw Fatal(PlaceOf(e.Start), $"this is not valid YAML: {Sentence(e.Message)}");
        }
        catch (Exception e) when (e is InvalidOperationException or NullReferenceException or ArgumentException)
        {
            // So the parser fails on some texts, such as a flow collection that is not closed, without saying where.
            throw NotYamlFromHere();
        }

        if (parser.Current is not T next)
            throw NotYamlFromHere();
        last = PlaceOf(next.End);
        return next;
    }

    private SweepException NotYamlFromHere() =>
        Fatal(last, "this is not valid YAML from here on: is a closing ']' or '}' missing?");

    private SweepException Fatal(Place at, string sentence)
    {
        complaints.Add(at, sentence);
        return complaints.ToException();
    }

    private static string Sentence(string message) =>
        char.ToLowerInvariant(message[0]) + message[1..].TrimEnd('.') + ".";

    private static Place PlaceOf(ParsingEvent node) => PlaceOf(node.Start);

    private static Place PlaceOf(Mark mark) => new((int)mark.Line, (int)mark.Column);
}
