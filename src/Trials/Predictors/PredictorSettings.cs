using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Sources;
using VicRegSweeps.Trials.Stacks;

namespace VicRegSweeps.Trials.Predictors;

/// <summary>What all predictors of a stack have in common.</summary>
/// <param name="History">H, past embeddings that go in, the newest one among them.</param>
/// <param name="Width">Of the hidden layer.</param>
/// <param name="Rollout">K, steps of its own output that a predictor is trained on.</param>
/// <param name="IsResidual">Whether it predicts how the embedding changes, and not what it becomes.</param>
/// <param name="IsJoint">Whether the head that makes the embedding is trained along.</param>
/// <param name="Epochs">Passes over the training sequences.</param>
/// <param name="BatchSize">B, windows of a step.</param>
/// <param name="EmbeddingDim">E.</param>
/// <param name="Frames">T of a sequence.</param>
public sealed record PredictorSettings(int History, int Width, int Rollout, bool IsResidual, bool IsJoint, int Epochs, int BatchSize, int EmbeddingDim, int Frames)
{
    /// <summary>Begins the names of the parameters that a predictor has and its embedding has not.</summary>
    public const string Prefix = "predictor.";

    public const string EpochsParameter = $"{Prefix}epochs";

    public const string JointParameter = $"{Prefix}joint";

    /// <summary>Furthest frame that an evaluation predicts.</summary>
    public const int MostHorizons = 12;

    /// <summary>Frames ahead that can be predicted from H frames of a sequence, at most <see cref="MostHorizons"/>.</summary>
    public int Horizons => Math.Min(MostHorizons, Frames - History);

    /// <summary>Windows of H + K frames in a sequence.</summary>
    public int Windows => Frames - History - Rollout + 1;

    public static PredictorSettings From(TrialSettings s) => new(
        s.Integer($"{Prefix}history"),
        s.Integer($"{Prefix}width"),
        s.Integer($"{Prefix}rollout"),
        s.Truth($"{Prefix}residual"),
        AreJoint(s),
        s.Integer(EpochsParameter),
        s.Integer("train.batch_size"),
        StackSettings.From(s).Network.EmbeddingDim,
        DataSources.Of(s).Look(s).Frames);

    /// <summary>Whether the trial is a predictor on an embedding, or with one, and not an embedding alone.</summary>
    public static bool IsPredictor(TrialSettings s) => s[EpochsParameter] is { Number: > 0 };

    /// <summary>Whether embedding and predictor are trained together, from their start. May be asked of settings with values that do nothing.</summary>
    public static bool AreJoint(TrialSettings s) => s[JointParameter]?.Truth == true && IsPredictor(s) && DataSources.IsVideo(s);

    /// <summary>
    /// The embedding that a predictor is built on: the same settings without <c>predictor.*</c>. Null for a trial without predictor, and for one
    /// that trains its embedding itself.
    /// </summary>
    public static TrialSettings? StageOf(TrialSettings s) => !IsPredictor(s) || AreJoint(s) ? null : TrialSettings.From(
        s.Catalogue,
        s.Catalogue.Parameters.Where(p => s[p.Name] is not null && !p.Name.StartsWith(Prefix, StringComparison.Ordinal)).Select(p => (p.Name, s[p.Name]!)));

    /// <summary>Why sequences are too short for such a predictor, in a sentence; null where they are long enough.</summary>
    public static string? Complaint(TrialSettings s)
    {
        if (!IsPredictor(s)) return null;
        if (AreJoint(s) && s.Text("model.head") == TrialCatalogue.NoLayers)
            return $"'{JointParameter}' is true, but 'model.head' is {TrialCatalogue.NoLayers}, so there is no embedding to train along.";

        var (history, rollout, frames) = (s.Integer($"{Prefix}history"), s.Integer($"{Prefix}rollout"), DataSources.Of(s).Look(s).Frames);
        return history + rollout > frames
            ? $"'{Prefix}history' and '{Prefix}rollout' are {history} and {rollout}, but a sequence has {frames} frames, and needs as many as both together."
            : null;
    }
}
