using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>Decides which vectors a store keeps for people to look at. Call within a transaction.</summary>
internal static class KeptVectors
{
    public static void Write(IStoreTransaction rows, long trial, VectorRow row)
    {
        if (!IsKept(rows, rows.Trial(trial), row)) return;

        if (rows.LabelsOf(row.Bank) is not { } labels || labels.Count < row.Labels.Count) rows.PutLabels(row.Bank, row.Labels);
        rows.ForgetVectorsBefore(trial, row.Space, row.Step);
        rows.PutVectors(
            trial, new StoredVectors(row.Step, row.Epoch, row.Space, row.Bank, row.Dimension, PackedVectors.Of(row.Values, row.Dimension)), replace: true);
    }

    /// <summary>The vectors after training, each with those that a trial of its shapes and seed has before.</summary>
    /// <param name="heads">By trial, space and step.</param>
    public static IReadOnlyList<RecordedVectors> AfterTraining(IReadOnlyList<VectorHead> heads)
    {
        var before = heads.Where(h => h.Step == 0).GroupBy(h => (h.Space, h.Seed, h.StackKey)).ToDictionary(g => g.Key, g => g.Min(h => h.Number));
        return
        [
            .. heads.Where(h => h.Step > 0 && h.IsRecorded).Select(h => new RecordedVectors(
                h.Number, h.Trial, h.Epoch, h.Step, h.Space, h.Dimension,
                before.TryGetValue((h.Space, h.Seed, h.StackKey), out var number) ? number : null)),
        ];
    }

    /// <summary>
    /// Of each point the smallest seed is enough, unless every seed is asked for. Before training, vectors follow from shapes and seed, so
    /// the first trial of these has them for all.
    /// </summary>
    private static bool IsKept(IStoreTransaction rows, StoredTrial trial, VectorRow row) =>
        (row.EverySeed || !(rows.SmallestPlannedSeed(trial.Point) < trial.Seed))
        && (row.Step > 0 || !rows.HasVectorsBefore(row.Space, trial.Seed, trial.StackKey));
}
