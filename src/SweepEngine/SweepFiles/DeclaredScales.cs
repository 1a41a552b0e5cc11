namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>Which parameters a sweep file spaces by ratios, and which by distances.</summary>
/// <remarks>It needs no catalogue, as <see cref="DeclaredAxes"/> needs none.</remarks>
public static class DeclaredScales
{
    /// <param name="text">A sweep file as a store keeps it; one that cannot be read declares nothing.</param>
    /// <returns>Whether the first range of a parameter is <c>log</c>. Parameters that are listed alone are not there.</returns>
    public static IReadOnlyDictionary<string, bool> Of(string text)
    {
        var scales = new Dictionary<string, bool>(StringComparer.Ordinal);
        try
        {
            foreach (var (name, value) in DeclaredAxes.Files(text).SelectMany(DeclaredAxes.Levels).SelectMany(Axes))
            {
                if (value is not YamlMap range) continue;
                if (range["log"] is not null) scales.TryAdd(name, true);
                else if (range["linear"] is not null || range["range"] is not null) scales.TryAdd(name, false);
            }
        }
        catch (SweepException)
        {
            // Whoever asks judges the values by themselves.
        }

        return scales;
    }

    private static IEnumerable<(string Name, YamlNode Value)> Axes(YamlMap level) =>
        DeclaredAxes.Named(level["grid"]?.Value).Concat(
            ((level["zip"]?.Value as YamlList)?.Items ?? []).OfType<YamlMap>().SelectMany(group => DeclaredAxes.Named(group)));
}
