namespace VicRegSweeps.Reports;

/// <summary>Where a space stays alive.</summary>
/// <param name="Alive">Trials whose verdict is none.</param>
/// <param name="Dimensional">Trials that collapsed in dimension.</param>
/// <param name="Complete">Trials that collapsed completely.</param>
/// <param name="Box">
/// For each axis, the levels that trials alive take, null where they take all: the smallest box around them.
/// </param>
/// <param name="InBox">Trials with a verdict within the box.</param>
internal sealed record Survival(int Alive, int Dimensional, int Complete, IReadOnlyList<IReadOnlyList<int>?> Box, int InBox)
{
    /// <summary>Trials with a verdict.</summary>
    public int Judged => Alive + Dimensional + Complete;

    /// <summary>Whether any axis tells the living from the dead.</summary>
    public bool HasBox => Alive > 0 && Box.Any(b => b is not null);

    public static Survival Of(ReportData data, string space)
    {
        var judged = data.Trials.Where(t => t.IsAlive(space) is not null).ToList();
        var alive = judged.Where(t => t.IsAlive(space) == true).ToList();
        var box = data.Axes.Index().Select(axis =>
        {
            var levels = alive.Select(t => t.Levels[axis.Index]).Distinct().Order().ToList();
            return levels.Count == judged.Select(t => t.Levels[axis.Index]).Distinct().Count() ? null : levels;
        }).ToList();
        return new Survival(
            alive.Count,
            judged.Count(t => t.Verdict(space) == "dimensional"),
            judged.Count(t => t.Verdict(space) == "complete"),
            box,
            judged.Count(t => box.Index().All(b => b.Item is null || b.Item.Contains(t.Levels[b.Index]))));
    }
}
