using System.Globalization;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Images;
using VicRegSweeps.Trials.Sources;
using VicRegSweeps.Trials.Stacks;

namespace VicRegSweeps.Trials.Costs;

/// <summary>What the feature bank of a trial takes.</summary>
/// <param name="Bytes">In the cache, and in memory while stacks of it are trained.</param>
/// <param name="Passes">Images that go through the backbone to build it; 0 where the features were made elsewhere.</param>
public sealed record BankCost(long Bytes, long Passes)
{
    public static BankCost Of(TrialSettings s)
    {
        var look = DataSources.Of(s).Look(s);
        if (!DataSources.AreImages(s)) return new BankCost((long)look.Train * look.Views * look.Features * sizeof(float), 0);

        long train = look.Train;
        long test = look.Test;
        long views = TrialInputs.BankViews(s);
        if (TrialInputs.IsStream(s))
            train = Math.Min(train, s.Integer("eval.reference_images"));
        var passes = (train * (views + 1)) + (test * (FeatureBank.TestViewsBeside(views) + 1));
        return new BankCost(passes * TrialInputs.Features(s) * sizeof(float), passes);
    }

    /// <summary>
    /// How a bank is computed, as far as it bears on the time that an image takes: precision, and backbone and side where they are not the usual
    /// ones.
    /// </summary>
    /// <returns>Null where there is no backbone.</returns>
    public static string? WayOf(TrialSettings s) =>
        s["backbone.precision"] is not { } precision ? null
        : (s.Text("backbone.arch"), TrialInputs.Side(s)) is var (arch, side) && (arch, side) == ("vgg16", ImageSet.SmallSide) ? precision.Text
        : string.Create(CultureInfo.InvariantCulture, $"{precision.Text} {arch} {side}");

    /// <summary>Trials with equal keys have the same bank.</summary>
    public static string KeyOf(TrialSettings s) => string.Join(
        ';', s.Catalogue.Parameters.Where(p => p.DecidesInputs).Select(p => $"{p.Name}={s[p.Name]?.Identity}"));
}
