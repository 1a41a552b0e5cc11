using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Reports.Analysis;

/// <summary>Kept vectors with their trial.</summary>
/// <param name="Before">What they were before training; null where that is not kept.</param>
internal sealed record KeptEmbedding(ReportTrial Trial, VectorSample After, long? Before);

/// <summary>Kept vectors that belong side by side: all axes but two agree.</summary>
/// <param name="Fixed">In words, what they have in common; empty where nothing else varies.</param>
/// <param name="Across">The axis of the columns; -1 where there is one column.</param>
/// <param name="Up">The axis of the rows; -1 where there is one row.</param>
/// <param name="Cells">By the level across and the level up.</param>
internal sealed record EmbeddingWall(
    string Fixed, int Dimension, int Across, int Up, IReadOnlyDictionary<(int Across, int Up), KeptEmbedding> Cells);

/// <summary>Chooses which kept vectors a report shows, and how they hang.</summary>
internal static class EmbeddingGallery
{
    /// <summary>More clouds than this are too many to look at, and to lay out.</summary>
    private const int MostEmbeddings = MostLevels * MostLevels;

    private const int MostLevels = 6;

    /// <param name="findings">The two axes that matter most for the objective span a wall; the best point's comes first.</param>
    /// <param name="left">Of how many points vectors are kept but not shown.</param>
    public static IReadOnlyList<EmbeddingWall> Of(ReportData data, ReportSpace space, Findings findings, out int left)
    {
        var vectors = data.Store.Vectors().Where(e => e.Space == space.Name).ToList();
        var names = vectors.Select(e => e.Trial).ToHashSet(StringComparer.Ordinal);
        var trials = data.Trials.Where(t => names.Contains(t.Id)).ToDictionary(t => t.Id, StringComparer.Ordinal);
        var found = vectors.Where(e => trials.ContainsKey(e.Trial)).ToList();
        var kept = found
            .GroupBy(e => trials[e.Trial].Point)
            .Select(g => g.OrderBy(e => trials[e.Trial].Seed).ThenByDescending(e => e.Step).First())
            .Select(e => (Kept: e, Trial: trials[e.Trial])).ToList();
        left = kept.Count;
        if (kept.Count == 0) return [];

        // An axis that changes the dimension does not span a wall: its vectors cannot be compared by eye.
        var free = findings.Score.Order.Where(axis => kept.GroupBy(k => k.Trial.Levels[axis])
            .Select(g => string.Join(',', g.Select(k => k.Kept.Dimension).Distinct().Order())).Distinct().Count() == 1).ToList();
        var (across, up) = (free.Count > 0 ? free[0] : -1, free.Count > 1 ? free[1] : -1);
        if (up >= 0 && LevelsOf(data, up).Count > LevelsOf(data, across).Count) (across, up) = (up, across);    // a page is wider than high
        var best = findings.Ranking.Select(p => p.Levels).FirstOrDefault();
        var walls = kept
            .GroupBy(k => string.Join(';', k.Trial.Levels.Index().Select(l => l.Index == across || l.Index == up ? "" : $"{l.Item}")), StringComparer.Ordinal)
            .OrderByDescending(g => best is null ? 0 : g.First().Trial.Levels.Zip(best).Count(l => l.First == l.Second))
            .ToList();

        var shown = new List<EmbeddingWall>();
        foreach (var wall in walls)
        {
            var cells = wall.Where(k => IsChosen(k.Trial, across, data) && IsChosen(k.Trial, up, data)).ToList();
            if (cells.Count == 0 || cells.Count > MostEmbeddings - shown.Sum(w => w.Cells.Count)) continue;

            shown.Add(new EmbeddingWall(
                Common(data, cells[0].Trial, across, up),
                cells[0].Kept.Dimension,
                across,
                up,
                cells.DistinctBy(Place).ToDictionary(
                    Place,
                    k => new KeptEmbedding(k.Trial, data.Store.Sample(k.Kept.Number), k.Kept.Before))));
        }

        // Points that have the same settings are in one place: then the store does not know a parameter that they differ in.
        (int Across, int Up) Place((RecordedVectors Kept, ReportTrial Trial) k) => (across < 0 ? 0 : k.Trial.Levels[across], up < 0 ? 0 : k.Trial.Levels[up]);

        left -= shown.Sum(w => w.Cells.Count);
        return shown;
    }

    /// <summary>Of an axis with many levels, a few from the first to the last.</summary>
    public static IReadOnlyList<int> LevelsOf(ReportData data, int axis)
    {
        if (axis < 0) return [0];

        return Shortlist.Of(data.Axes[axis].Levels.Count, MostLevels);
    }

    private static bool IsChosen(ReportTrial trial, int axis, ReportData data) =>
        axis < 0 || LevelsOf(data, axis).Contains(trial.Levels[axis]);

    private static string Common(ReportData data, ReportTrial trial, int across, int up) => string.Join(
        ", ", data.Axes.Index().Where(a => a.Index != across && a.Index != up).Select(a => a.Item.Describe(trial.Levels[a.Index])));
}
