using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.Planning;

/// <summary>Puts into points what lies at their paths. Points of equal paths share the values, as they share those of axes. Not for two threads.</summary>
/// <param name="contentOf">See <see cref="SweepPlan.Of"/>.</param>
internal sealed class PointContents(ParameterCatalogue catalogue, Func<Parameter, TrialSettings, string?> contentOf)
{
    private readonly Dictionary<(int Parameter, string Path, string Content), ParameterValue> known = [];

    /// <summary>The same settings where no path counts by its content.</summary>
    public TrialSettings Filled(TrialSettings point)
    {
        List<(int, ParameterValue)>? filled = null;
        foreach (var i in catalogue.ByContent)
        {
            var parameter = catalogue.Parameters[i];
            if (point[i] is not { } value || parameter.Words.Contains(value.Text) || contentOf(parameter, point) is not { } content) continue;

            if (!known.TryGetValue((i, value.Text, content), out var whole)) known.Add((i, value.Text, content), whole = value with { Content = content });
            (filled ??= []).Add((i, whole));
        }

        return filled is null ? point : point.With(filled);
    }
}
