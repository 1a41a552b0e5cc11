using System.Globalization;
using VicRegSweeps.Reports.Analysis;

namespace VicRegSweeps.Reports.Outcomes;

/// <summary>How the trials of a point fare in one space.</summary>
/// <param name="Text"><c>alive</c>, the verdict that all have, or such as <c>1 of 2 alive</c>; a dash before the first verdict.</param>
/// <param name="Health">Whether that is good, for colours.</param>
public sealed record SpaceLife(string Text, Health Health)
{
    internal static SpaceLife Of(ReportPoint point, ReportSpace space)
    {
        var verdicts = point.Trials.Where(t => t.Counts).Select(t => t.Verdict(space)).OfType<SpaceVerdict>().ToList();
        if (verdicts.Count == 0) return new SpaceLife("–", Health.Unknown);

        var alive = verdicts.Count(v => v.Badness == 0);
        if (alive == verdicts.Count) return new SpaceLife("alive", Health.Good);
        if (alive > 0) return new SpaceLife(string.Create(CultureInfo.InvariantCulture, $"{alive} of {verdicts.Count} alive"), Health.Middling);

        var worst = verdicts.MaxBy(v => v.Badness)!;
        return new SpaceLife(worst.Name, worst.Badness == space.Space.Verdicts.Count - 1 ? Health.Bad : Health.Middling);
    }
}

/// <summary>Whether something is good, for colours that go with words.</summary>
public enum Health
{
    /// <summary>Nothing is known yet.</summary>
    Unknown,

    /// <summary>All is well.</summary>
    Good,

    /// <summary>Neither well nor at its worst.</summary>
    Middling,

    /// <summary>At its worst.</summary>
    Bad,
}
