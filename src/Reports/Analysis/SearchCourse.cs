using System.Globalization;
using VicRegSweeps.Reports.Statistics;
using VicRegSweeps.SweepEngine.Searching;
using VicRegSweeps.SweepEngine.SweepFiles;

namespace VicRegSweeps.Reports.Analysis;

/// <summary>How a search went whose points were chosen in generations, by the results of earlier ones.</summary>
/// <param name="Points">Those that have a generation, in the order in which they were chosen.</param>
internal sealed record SearchCourse(ReportData Data, IReadOnlyList<SearchedPoint> Points)
{
    /// <summary>More points than this are not believed in: the best of them are.</summary>
    private const int MostBelieved = 1_000;

    public int Generations => Points.Max(p => p.Generation);

    /// <summary>Null where no point has a generation.</summary>
    public static SearchCourse? Of(ReportData data)
    {
        if (data.Generations.Count == 0) return null;

        var points = data.Points.Select(p => (Point: p, Generation: p.Trials.Min(t => data.Generations.GetValueOrDefault(t.Id, int.MaxValue))))
            .Where(p => p.Generation < int.MaxValue).OrderBy(p => p.Generation).ThenBy(p => p.Point.Trials[0].Number)
            .Select(p => new SearchedPoint(p.Point, p.Generation)).ToList();
        return points.Count == 0 ? null : new SearchCourse(data, points);
    }

    /// <summary>The best mean so far, by the number of trials that it took.</summary>
    public IReadOnlyList<(int Trials, double Best)> BestSoFar()
    {
        var (course, trials, best) = (new List<(int, double)>(), 0, default(double?));
        foreach (var point in Points.Select(p => p.Point))
        {
            trials += point.Trials.Count;
            if (point.Mean is not { } mean) continue;

            if (best is null || IsAhead(mean, best.Value)) best = mean;
            course.Add((trials, best.Value));
        }

        return course;
    }

    public bool IsAhead(double mean, double other) => Data.Objective.Maximize ? mean > other : mean < other;

    /// <summary>What is believed of the objective, with the points that it was learnt from; null where too little is known.</summary>
    public (BelievedSurface Surface, IReadOnlyList<SearchScale> Scales, ReportPoint Best)? Belief()
    {
        var scored = Points.Select(p => p.Point).Where(p => p.Mean is not null)
            .OrderBy(p => Data.Objective.Maximize ? -p.Mean!.Value : p.Mean!.Value).Take(MostBelieved).ToList();
        var scales = Scales();
        var known = SeedDesign.Of(scored.Select(p => p.Scores())).Variance;
        var surface = BelievedSurface.Of(
            [.. scales.Select(s => s.Axis.IsNumeric)], [.. scored.Select(p => At(p, scales))], [.. scored.Select(p => p.Mean!.Value)],
            [.. scored.Select(p => p.Scores().Count)], known);
        return surface is null ? null : (surface, scales, scored[0]);
    }

    /// <summary>How far along every axis a point lies, from 0 to 1.</summary>
    public static double[] At(ReportPoint point, IReadOnlyList<SearchScale> scales) => [.. scales.Select((s, axis) => s.Share(point.Levels[axis]))];

    public IReadOnlyList<SearchScale> Scales()
    {
        var declared = Data.Sweeps.SelectMany(s => DeclaredScales.Of(s.FileText)).DistinctBy(s => s.Key).ToDictionary(StringComparer.Ordinal);
        return [.. Data.Axes.Select(axis => SearchScale.Of(axis, declared.TryGetValue(axis.Parameters[0], out var isLogarithmic) ? isLogarithmic : null))];
    }
}

/// <summary>A point with the generation that chose it, from 1.</summary>
internal sealed record SearchedPoint(ReportPoint Point, int Generation);

/// <summary>Where the levels of an axis lie on a line.</summary>
/// <param name="Places">Of each level: its number, the number's logarithm to base 10, or its place among the levels.</param>
/// <param name="IsLogarithmic">Whether they are logarithms; null where they are places among the levels.</param>
internal sealed record SearchScale(ReportAxis Axis, IReadOnlyList<double> Places, bool? IsLogarithmic)
{
    public double Low => Places.Min();

    public double High => Places.Max();

    /// <param name="isLogarithmic">Whether the file spaces it by ratios; null where it lists its values.</param>
    public static SearchScale Of(ReportAxis axis, bool? isLogarithmic)
    {
        var numbers = axis.Settings.Select(level => level.Count == 1
            && double.TryParse(level[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : default(double?)).ToList();
        return isLogarithmic is not { } log || !axis.IsNumeric || numbers.Any(n => n is null || (log && n <= 0))
            ? new SearchScale(axis, [.. Enumerable.Range(0, axis.Levels.Count).Select(level => (double)level)], null)
            : new SearchScale(axis, [.. numbers.Select(n => log ? Math.Log10(n!.Value) : n!.Value)], log);
    }

    public double Share(int level) => ShareOf(Places[level]);

    public double ShareOf(double place) => High > Low ? (place - Low) / (High - Low) : 0.5;
}
