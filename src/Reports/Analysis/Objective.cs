using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Reports;

/// <summary>What trials are ranked by.</summary>
/// <param name="Name">Such as <c>embedding/knn_top1</c>.</param>
/// <param name="Index">Its place among the final metrics.</param>
/// <param name="Maximize">Whether more is better.</param>
/// <param name="Doc">What it is; null for a loss term.</param>
internal sealed record Objective(string Name, int Index, bool Maximize, string? Doc)
{
    private static readonly string[] LessIsBetter =
        ["dead_dims", "condition_number", "offdiag_corr_rms", "offdiag_corr_mean_abs", "alignment", "uniformity"];

    /// <summary>Whether it is a share of the held-out images, between 0 and 1.</summary>
    public bool IsShare => Name.EndsWith("_top1", StringComparison.Ordinal);

    /// <param name="metrics">The final metrics' names.</param>
    /// <param name="name">Null to choose.</param>
    /// <param name="maximize">Null to go by the metric: losses, correlations, dead dimensions and the like are better small.</param>
    /// <exception cref="SweepException">There is no such metric.</exception>
    public static Objective Of(StoreReader store, IReadOnlyList<string> metrics, string? name, bool? maximize)
    {
        name ??= Headlines.Metrics(store) is [var first, ..] ? $"embedding/{first}" : "loss/total";
        var index = metrics.ToList().IndexOf(name);
        if (index < 0)
        {
            var complaint = $"--metric is '{name}', which the store does not have";
            throw new SweepException(Spelling.Nearest(name, metrics) is null ? $"{complaint}. It has {string.Join(", ", metrics)}." : Nearest.Complaint(complaint, name, metrics));
        }

        var metric = name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..];
        return new Objective(
            name,
            index,
            maximize ?? !(name.StartsWith("loss/", StringComparison.Ordinal) || LessIsBetter.Contains(metric)),
            store.Metrics.FirstOrDefault(m => m.Name == metric)?.Doc);
    }
}
