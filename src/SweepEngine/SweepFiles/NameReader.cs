namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>Reads <c>name</c>, of the sweep or of a block: it becomes part of paths and columns, so it is kept simple.</summary>
internal static class NameReader
{
    public const int Longest = 64;
    public const string Pattern = "^[a-z0-9-]+$";
    private const string Rule = "lower-case letters, digits and hyphens";

    /// <param name="map">What has the name.</param>
    /// <param name="purpose">What it is for, where it is missing; ends with <c>and</c>.</param>
    /// <returns>Null when it is missing or not valid, which has been complained about.</returns>
    public static string? Read(YamlMap map, string purpose, Complaints complaints)
    {
        if (map["name"]?.Value is not { } node)
            complaints.Add(map.At, $"'name' is missing; {purpose} is made of {Rule}.");
        else if (node is not YamlScalar scalar || scalar.IsNull || scalar.Text.Length == 0)
            complaints.Add(node.At, $"'name' is {(node is YamlScalar ? "empty" : node.Kind)}, but must be made of {Rule}.");
        else if (scalar.Text.FirstOrDefault(c => !(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')) is not '\0' and var wrong)
            complaints.Add(node.At,
                $"'name' is {Wording.Quoted(scalar.Text)}, but must be made of {Rule}; {Wording.Quoted(wrong.ToString())} is not one of them.");
        else if (scalar.Text.Length > Longest)
            complaints.Add(node.At, $"'name' has {scalar.Text.Length} characters, but must have at most {Longest}.");
        else
            return scalar.Text;
        return null;
    }
}
