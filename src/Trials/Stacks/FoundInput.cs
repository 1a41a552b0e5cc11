using System.Globalization;
using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Trials;

/// <summary>What a trial's settings led to, by its content: files change, and paths say nothing of it.</summary>
internal static class FoundInput
{
    /// <param name="part">Such as <c>training images</c>.</param>
    public static TrialInput Images(string part, ImageSet images, TrialSettings s) => new(
        part,
        $"data.source={s["data.source"]};data.train_images={s["data.train_images"]};data.test_images={s["data.test_images"]};read="
            + images.Count.ToString(CultureInfo.InvariantCulture),
        images.ContentKey,
        TrialInputs.Place(s));

    public static TrialInput Weights(Vgg16 backbone, TrialSettings s) => s.Text("backbone.weights") is var weights && weights == "random"
        ? new TrialInput(
            "backbone's weights",
            string.Create(CultureInfo.InvariantCulture, $"backbone.weights={weights};backbone.seed={s.Integer("backbone.seed")}"),
            backbone.WeightsKey,
            "drawn from the seed")
        : new TrialInput("backbone's weights", $"backbone.weights={weights}", backbone.WeightsKey, Path.GetFullPath(weights));
}
