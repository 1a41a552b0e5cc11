namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>What a sweep file looks for the best of, where it searches by results.</summary>
/// <param name="Metric">Such as <c>output/accuracy</c>.</param>
/// <param name="Maximize">Whether more is better; null where the file leaves that to the metric.</param>
/// <remarks>It needs no catalogue, as <see cref="DeclaredAxes"/> needs none.</remarks>
public sealed record DeclaredGoal(string Metric, bool? Maximize)
{
    /// <param name="text">A sweep file as a store keeps it.</param>
    /// <returns>Null where it does not search by results, or cannot be read.</returns>
    public static DeclaredGoal? Of(string text)
    {
        try
        {
            // The file's own section hides that of its base.
            var search = DeclaredAxes.Files(text).Select(f => f["search"]?.Value).FirstOrDefault(node => node is not null) as YamlMap;
            return search?["metric"]?.Value is YamlScalar metric ? new DeclaredGoal(metric.Text, (search["goal"]?.Value as YamlScalar)?.Text switch
            {
                "maximize" => true,
                "minimize" => false,
                _ => null,
            }) : null;
        }
        catch (SweepException)
        {
            return null;
        }
    }
}
