using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Stacks;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Predictors;

/// <summary>The embeddings of all frames, for every trial of a stack: centred, and scaled by one number to a variance of 1.</summary>
/// <remarks>Letters: K trials, N training sequences, M held-out ones, T frames, E embedding.</remarks>
/// <param name="Train">[K, N · T, E].</param>
/// <param name="Test">[K, M · T, E].</param>
/// <param name="Centre">What was taken away, [K, 1, E].</param>
/// <param name="Scale">What was divided by, [K, 1, 1]: the root of the variance's mean over dimensions; 0 where all embeddings are the same.</param>
internal sealed record EmbeddedVideo(Tensor Train, Tensor Test, Tensor Centre, Tensor Scale) : IDisposable
{
    /// <param name="embed">The embeddings [K, n, E] of features [n, F] in evaluation mode.</param>
    public static EmbeddedVideo Of(Func<Tensor, Tensor> embed, StackData data)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (train, test) = (embed(data.TrainFrames!), embed(data.TestFrames!));
        var centre = train.mean([1], keepdim: true);
        train = train - centre;
        test = test - centre;
        var scale = train.Square().mean([1, 2], keepdim: true).sqrt();                  // [K, 1, 1]
        var factor = where(scale.Gt(0), scale.reciprocal(), zeros_like(scale));
        return new EmbeddedVideo(
            train.mul_(factor).DetachFromDisposeScope(), test.mul_(factor).DetachFromDisposeScope(), centre.DetachFromDisposeScope(),
            scale.DetachFromDisposeScope());
    }

    /// <summary>A predictor of embeddings as they are, of centred and scaled ones.</summary>
    /// <param name="predict">What the predictors make of a history [K, w, H, E] in so many steps, [K, w, steps, E].</param>
    public Func<Tensor, int, Tensor> Scaled(Func<Tensor, int, Tensor> predict) => (history, steps) =>
    {
        using var scope = NewDisposeScope();
        var (centre, scale) = (Centre.unsqueeze(1), Scale.unsqueeze(1));
        var factor = where(scale.Gt(0), scale.reciprocal(), zeros_like(scale));
        return ((predict((history * scale).Add(centre), steps) - centre) * factor).MoveToOuterDisposeScope();
    };

    /// <summary>Windows of successive frames.</summary>
    /// <param name="of"><see cref="Train"/> or <see cref="Test"/>, or some trials of it.</param>
    /// <param name="first">The flat number of each window's first frame, [B].</param>
    /// <param name="frames">n.</param>
    /// <returns>[K, B, n, E].</returns>
    public static Tensor Windows(Tensor of, Tensor first, int frames)
    {
        using var scope = NewDisposeScope();
        var places = first.unsqueeze(1).Add(TensorArithmetic.Arange(frames, device: first.device).unsqueeze(0));             // [B, n]
        return of.index_select(1, places.flatten()).view(of.shape[0], first.shape[0], frames, of.shape[2]).MoveToOuterDisposeScope();
    }

    /// <summary>The same windows by the numbers of their frames, where trials see different ones.</summary>
    /// <param name="places">Numbers of frames, counted through all trials, [K, B, n].</param>
    /// <returns>[K, B, n, E].</returns>
    public static Tensor Windows(Tensor of, Tensor places)
    {
        using var scope = NewDisposeScope();
        return of.flatten(0, 1).index_select(0, places.flatten()).view([.. places.shape, of.shape[2]]).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        Train.Dispose();
        Test.Dispose();
        Centre.Dispose();
        Scale.Dispose();
    }
}
