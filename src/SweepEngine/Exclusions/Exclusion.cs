using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.SweepFiles;

namespace VicRegSweeps.SweepEngine.Exclusions;

/// <summary>A rule that removes points: one entry of <c>exclude</c>.</summary>
/// <remarks>
/// A parameter that is inactive in a point has no value there, and what is compared or computed with it is neither
/// true nor false, as in SQL. The same holds for what cannot be computed, such as a division by zero. A rule removes
/// the points for which it is true.
/// </remarks>
/// <param name="Rule">As it is written in the file.</param>
/// <param name="At">Where it stands there.</param>
/// <param name="Holds">Whether the rule is true of a point; null where it is neither true nor false.</param>
public sealed record Exclusion(string Rule, Place At, Func<TrialSettings, bool?> Holds)
{
    public bool Removes(TrialSettings point) => Holds(point) == true;
}
