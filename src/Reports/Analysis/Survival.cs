namespace VicRegSweeps.Reports.Analysis;

/// <summary>Where a space stays alive.</summary>
/// <param name="ByVerdict">How many trials have each of the space's verdicts, from the healthy one to the worst.</param>
/// <param name="Box">
/// For each axis, the levels that trials alive take, null where they take all: the smallest box around them.
/// </param>
/// <param name="InBox">Trials with a verdict within the box.</param>
internal sealed record Survival(IReadOnlyList<int> ByVerdict, IReadOnlyList<IReadOnlyList<int>?> Box, int InBox)
{
    /// <summary>Trials whose verdict is the healthy one.</summary>
    public int Alive => ByVerdict[0];

    /// <summary>Trials with a verdict.</summary>
    public int Judged => ByVerdict.Sum();

    /// <summary>Whether any axis tells the living from the dead.</summary>
    public bool HasBox => Alive > 0 && Box.Any(b => b is not null);

    public static Survival Of(ReportData data, ReportSpace space)
    {
        var judged = data.Trials.Where(t => t.IsAlive(space) is not null).ToList();
        var alive = judged.Where(t => t.IsAlive(space) == true).ToList();
        var box = data.Axes.Index().Select(axis =>
        {
            var levels = alive.Select(t => t.Levels[axis.Index]).Distinct().Order().ToList();
            return levels.Count == judged.Select(t => t.Levels[axis.Index]).Distinct().Count() ? null : levels;
        }).ToList();
        return new Survival(
            [.. Enumerable.Range(0, space.Space.Verdicts.Count).Select(badness => judged.Count(t => t.Verdict(space)!.Badness == badness))],
            box,
            judged.Count(t => box.Index().All(b => b.Item is null || b.Item.Contains(t.Levels[b.Index]))));
    }
}
