using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace VicRegSweeps.SweepEngine.Clusters;

/// <summary>What one key of a cluster file takes, said once: for reading, for messages and for the schema.</summary>
/// <param name="Name">The key.</param>
/// <param name="Doc">What it does, in one sentence, with its unit.</param>
internal sealed record ClusterKey(string Name, string Doc)
{
    /// <summary>What a text must look like, as a regular expression; null for a whole number.</summary>
    public string? Pattern { get; init; }

    /// <summary>The pattern in words, such as <c>a name without spaces</c>.</summary>
    public string Form { get; init; } = "";

    /// <summary>The smallest whole number.</summary>
    public int Minimum { get; init; } = 1;

    /// <summary>The largest whole number.</summary>
    public int Maximum { get; init; } = 1_000_000;

    /// <summary>What holds where the key is not given; null for nothing.</summary>
    public string? Default { get; init; }

    public bool IsNumber => Pattern is null;

    /// <summary>What is allowed, in words.</summary>
    public string Rule => IsNumber ? $"a whole number from {Minimum} to {Maximum}" : Form;

    public bool Allows(string text) => IsNumber
        ? int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n >= Minimum && n <= Maximum
        : Regex.IsMatch(text, Pattern!, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    public JsonObject Schema()
    {
        var schema = IsNumber
            ? new JsonObject { ["type"] = "integer", ["minimum"] = Minimum, ["maximum"] = Maximum }
            : new JsonObject { ["type"] = new JsonArray("string", "number"), ["pattern"] = Pattern };
        schema["description"] = $"{Doc} It is {Rule}.{(Default is null ? "" : $" The default is {Default}.")}";
        return schema;
    }
}
