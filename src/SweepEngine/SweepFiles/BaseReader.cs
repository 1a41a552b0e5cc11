using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>Reads the file that <c>base</c> names. What is wrong with it is said in its own name.</summary>
internal sealed class BaseReader(ParameterCatalogue catalogue, Complaints complaints)
{
    /// <param name="file">The file that has the base.</param>
    /// <param name="path">Its own path: the base is looked for beside it.</param>
    /// <param name="kept">The text of the base, where it is known; null to read it.</param>
    /// <returns>Null when it has none, or none that could be named, which has been complained about.</returns>
    /// <exception cref="SweepException">The base cannot be read, or all that is wrong with it.</exception>
    public BaseFile? Read(YamlMap file, string path, string? kept = null)
    {
        if (file["base"]?.Value is not { } node) return null;
        if (node is not YamlScalar { IsNull: false, Text.Length: > 0 } scalar)
        {
            complaints.Add(node.At, $"'base' is {node.Kind}, but must be the path of another sweep file, such as common.yaml.");
            return null;
        }

        // Before it is read: what it says of parameters would be complained about as if it were missing.
        complaints.ThrowIfAny();
        var place = Path.Combine(Path.GetDirectoryName(path) ?? "", scalar.Text);
        return Read(place, kept ?? SweepText.Read(place), search: file["search"] is not null);
    }

    private BaseFile Read(string path, string text, bool search)
    {
        var own = new Complaints(path);
        var map = SweepFileReader.Mapping(text, own);
        SweepFileReader.CheckKeys(map, catalogue, own);
        if (map["version"] is not null) SweepFileReader.CheckVersion(map, own);
        if (map["base"] is { } again) own.Add(again.Key.At, "a base cannot have a base itself; write what it says into this file.");
        if (map["blocks"] is { } blocks) own.Add(blocks.Key.At, "a base cannot have blocks; move them to the files that build on it.");
        var level = new LevelReader(catalogue, own, text, search || map["search"] is not null).Read(map);
        SeedsReader.Read(map["seeds"]?.Value, own);
        SweepFileReader.CheckSections(map, catalogue, own);
        own.ThrowIfAny();
        return new BaseFile(path, text, map, level);
    }
}
