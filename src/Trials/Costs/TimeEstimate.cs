namespace VicRegSweeps.Trials.Costs;

/// <summary>How long things take, from paces that were measured on the same machine.</summary>
public sealed class TimeEstimate
{
    private const int MostUsed = 5;

    private readonly List<StackPace> stacks;
    private readonly List<BankPace> builds;

    /// <param name="machine"><see cref="PaceFile.Machine"/>.</param>
    public TimeEstimate(PaceFile paces, string machine)
    {
        // Of what was measured for its own sake only the last counts; whoever asks for that wants to know how things are now.
        stacks =
        [
            .. paces.Stacks.Where(p => p.Machine == machine).GroupBy(p => p.HasEncoder)
                .SelectMany(kind => LatestCalibrationOrAll(kind, p => p.Calibration, p => p.Utc)),
        ];
        builds = LatestCalibrationOrAll(paces.Builds.Where(p => p.Machine == machine), p => p.Calibration, p => p.Utc);
    }

    /// <summary>Where training times come from, in words; null when they are not known.</summary>
    public string? TrainingSource => Source(stacks.Count, stacks.Any(p => p.Calibration), "stack");

    /// <summary>Where the times of feature banks come from, in words; null when they are not known.</summary>
    public string? BankSource => Source(builds.Count, builds.Any(p => p.Calibration), "feature bank");

    /// <summary>Of a stack, its evaluations included.</summary>
    /// <param name="trials">K.</param>
    /// <returns>Null when no pace is known.</returns>
    public TimeSpan? Training(ShapeCost cost, int trials)
    {
        var near = stacks.Where(p => p.HasEncoder == cost.HasEncoder).OrderBy(p => Math.Abs(Math.Log2((double)p.Trials / trials))).ThenByDescending(p => p.Utc).Take(MostUsed).ToList();
        if (near.Count == 0)
            return null;
        var stepRate = Median(near.Select(p => p.StepRate));
        var evaluationRate = near.Any(p => p.EvaluationRate is > 0) ? Median(near.Where(p => p.EvaluationRate is > 0).Select(p => p.EvaluationRate!.Value))
            : stepRate;
        return Seconds(trials * ((cost.TrainingMultiplyAdds / stepRate) + (cost.EvaluationMultiplyAdds / evaluationRate)));
    }

    /// <summary>Of building a bank.</summary>
    /// <param name="precision">See <see cref="BankCost.WayOf"/>.</param>
    /// <returns>Null when no pace is known.</returns>
    public TimeSpan? Building(BankCost cost, string precision) => Images(cost.Passes, precision);

    /// <summary>Of images through the backbone.</summary>
    /// <inheritdoc cref="Building"/>
    public TimeSpan? Images(long images, string precision)
    {
        var like = builds.Where(p => p.Precision == precision).OrderByDescending(p => p.Utc).Take(MostUsed).ToList();
        return images == 0 ? TimeSpan.Zero : like.Count == 0 ? null : Seconds(images / Median(like.Select(p => p.Rate)));
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.MaxValue.TotalSeconds / 2));

    private static string? Source(int count, bool calibrated, string what) =>
        count == 0 ? null : calibrated ? "a calibration on this machine" : $"{count} earlier {what}{(count == 1 ? "" : "s")} on this machine";

    private static List<T> LatestCalibrationOrAll<T>(IEnumerable<T> paces, Func<T, bool> isCalibration, Func<T, DateTimeOffset> utc)
    {
        var newest = paces.OrderByDescending(utc).ToList();
        return newest.Count > 0 && isCalibration(newest[0]) ? newest[..1] : [.. newest.Where(p => !isCalibration(p))];
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }
}
