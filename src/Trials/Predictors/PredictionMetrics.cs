using System.Globalization;
using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.Trials.Predictors;

/// <summary>The metrics of the space <c>prediction</c>, most of them once for each horizon: how many frames ahead is predicted.</summary>
/// <remarks>Definitions, and the cases in which a metric is undefined: docs/metrics.md.</remarks>
public static class PredictionMetrics
{
    public const string Error = "error";
    public const string Skill = "skill";
    public const string SkillOverLine = "skill_line";
    public const string SkillOverRidge = "skill_ridge";
    public const string ErrorOfRepeat = $"{Error}_of_repeat";
    public const string SkillOfLine = $"{Skill}_of_line";
    public const string SkillOfRidge = $"{Skill}_of_ridge";
    public const string Retrieval = "retrieval";
    public const string PositionR2 = "position_r2";
    public const string PositionRmse = "position_rmse";
    public const string TruePositionR2 = "true_position_r2";
    public const string TruePositionRmse = "true_position_rmse";
    public const string VelocityR2One = "velocity_r2_one";
    public const string VelocityR2Two = "velocity_r2_two";
    public const string SurpriseTeleport = "surprise_teleport";
    public const string SurpriseFlip = "surprise_flip";

    private const string Pixels = "pixels";

    /// <summary>The metrics of one trial, in the order in which they are recorded and exported.</summary>
    public static IReadOnlyList<Metric> All { get; } =
    [
        .. Each(h => new(At(Skill, h),
            $"1 − squared error / that of repeating the last frame, {Ahead(h)}; 1 is perfect, 0 no better.") { Better = Better.More, Label = $"skill {h}" }),
        .. Each(h => new(At(Error, h),
            $"Squared error of the predicted embedding over the embedding's variance, {Ahead(h)}; 0 is perfect.") { Better = Better.Less }),
        .. Each(h => new(At(SkillOverLine, h), $"Skill over going on in a straight line from the last two frames, {Ahead(h)}.") { Better = Better.More }),
        .. Each(h => new(At(SkillOverRidge, h), $"Skill over a linear predictor of the same history in closed form, {Ahead(h)}.") { Better = Better.More }),
        .. Each(h => new(At(ErrorOfRepeat, h), $"What repeating the last frame has for an error, {Ahead(h)}.")),
        .. Each(h => new(At(SkillOfLine, h), $"The skill of going on in a straight line from the last two frames, {Ahead(h)}.")),
        .. Each(h => new(At(SkillOfRidge, h), $"The skill of a linear predictor of the same history in closed form, {Ahead(h)}.")),
        .. Each(h => new(At(Retrieval, h),
            $"Share of windows whose true embedding is the nearest to the prediction among those of all windows, {Ahead(h)}.") { Unit = Metric.Share, Better = Better.More }),
        .. Each(h => new(At(PositionR2, h), $"R² of the dots' positions, read linearly from the predicted embedding, {Ahead(h)}.") { Better = Better.More }),
        .. Each(h => new(At(PositionRmse, h),
            $"Root mean square error of a coordinate read from the predicted embedding, {Ahead(h)}.") { Unit = Pixels, Better = Better.Less }),
        new(TruePositionR2, "R² of the dots' positions, read linearly from the embedding of their own frame.") { Better = Better.More, Label = "position" },
        new(TruePositionRmse, "Root mean square error of a coordinate read from the embedding of its own frame.") { Unit = Pixels, Better = Better.Less },
        new(VelocityR2One, "R² of the dots' velocities, read linearly from the embedding of one frame, which holds none.") { Better = Better.More },
        new(VelocityR2Two, "R² of the dots' velocities, read linearly from the embeddings of a frame and the one before it.") { Better = Better.More, Label = "velocity" },
        new(SurpriseTeleport, "Squared error where the next frame is one of another sequence, over that of the true one.") { Better = Better.More },
        new(SurpriseFlip, "Squared error where the dots turn back at once, over that of the true next frame.") { Better = Better.More },
    ];

    /// <summary>Such as <c>skill_1</c>.</summary>
    /// <param name="horizon">From 1.</param>
    public static string At(string metric, int horizon) => string.Create(CultureInfo.InvariantCulture, $"{metric}_{horizon}");

    private static IEnumerable<Metric> Each(Func<int, Metric> at) => Enumerable.Range(1, PredictorSettings.MostHorizons).Select(at);

    private static string Ahead(int horizon) => horizon == 1 ? "a frame ahead" : string.Create(CultureInfo.InvariantCulture, $"{horizon} frames ahead");
}
