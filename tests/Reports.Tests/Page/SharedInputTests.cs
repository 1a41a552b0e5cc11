using VicRegSweeps.Reports.Page;
using VicRegSweeps.SweepEngine.Stores;
using static VicRegSweeps.Reports.Tests.ScriptedSweep;

namespace VicRegSweeps.Reports.Tests.Page;

/// <summary>Several panels of the backbone's features are told apart, and what cannot be told is a caveat.</summary>
public sealed class SharedInputTests
{
    private const string Caveat = "class=\"caveats\"";

    [Fact]
    public void The_best_point_is_set_beside_its_own_features()
    {
        using var sweep = BySeed(["bank-1", "bank-2"]);

        var page = Page(sweep, seed => [($"bank-{seed}", "float32")]);

        Assert.Contains("The backbone's own features, as this point has them, score 0.2; those of all 2.", HtmlText.Visible(page), StringComparison.Ordinal);
        Assert.DoesNotContain("panels of the backbone's features", HtmlText.Visible(page), StringComparison.Ordinal);
        Assert.DoesNotContain("were computed in", HtmlText.Visible(page), StringComparison.Ordinal);
    }

    [Fact]
    public void Features_of_the_same_settings_that_were_computed_in_two_ways_are_a_caveat()
    {
        using var sweep = BySeed(["bank-1", "bank-2", "half-2"]);

        var page = HtmlText.Visible(Page(sweep, seed => [($"bank-{seed}", "float32"), ($"half-{seed}", "bfloat16")]));

        Assert.Contains(
            "The backbone's features of the trials with backbone.seed 2 were computed in float32 and in bfloat16, on different machines, and the store does not say which trial had which. "
            + "They differ: float32, bfloat16.",
            page,
            StringComparison.Ordinal);
        Assert.DoesNotContain("with backbone.seed 1 were", page, StringComparison.Ordinal);
        Assert.Contains("The backbone's own features score 0.1 to 0.3, by which of 3 they are.", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Features_that_belong_to_no_trial_are_a_caveat()
    {
        using var sweep = BySeed(["bank-1", "bank-2", "other"]);

        var page = HtmlText.Visible(Page(sweep, seed => [($"bank-{seed}", "float32")]));

        Assert.Contains("1 of the 3 panels of the backbone's features belong to the settings of no trial here", page, StringComparison.Ordinal);
        Assert.Contains("not known", page, StringComparison.Ordinal);
    }

    /// <summary>Stores of older versions do not record images and weights; then the number of panels tells, or nothing does.</summary>
    [Theory]
    [InlineData(true, "bank-1", "bank-2", "other")]
    [InlineData(false, "bank-1", "bank-2")]
    [InlineData(false, "bank-1")]
    public void Where_inputs_are_not_recorded_more_panels_than_inputs_are_a_caveat(bool isCaveat, params string[] names)
    {
        using var sweep = BySeed(names);

        var page = HtmlText.Visible(Page(sweep, _ => []));

        Assert.Equal(isCaveat, page.Contains("The settings of the trials name 2 inputs, but the store has 3 panels of the backbone's features", StringComparison.Ordinal));
        Assert.DoesNotContain("belong to the settings of no trial", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_that_changed_are_a_caveat_with_one_panel_too()
    {
        using var sweep = BySeed(["bank-1"]);

        var page = Page(sweep, _ => [], "The data changed.");

        Assert.Contains("<li>The data changed.</li>", page[page.IndexOf(Caveat, StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    /// <summary>Trials of two backbones, the second of which is better.</summary>
    private static ScriptedSweep BySeed(IEnumerable<string> panels)
    {
        var sweep = new ScriptedSweep(
            t => new Script { Knn = 0.2 + (0.1 * t.Settings.Integer("backbone.seed")) + (0.01 * t.Seed) },
            from backbone in new[] { 1, 2 } from seed in Enumerable.Range(0, 2) select Trial(seed, ("backbone.seed", backbone)));
        LargeStore.AddBaselines(sweep.Database, panels);
        return sweep;
    }

    private static string Page(ScriptedSweep sweep, Func<string, IReadOnlyList<(string, string)>> banks, params IReadOnlyList<string> otherData) => sweep.Page(new ReportOptions
    {
        Inputs = new InputReading(
            name => name == "backbone.seed",
            (settings, _) => [.. banks(settings["backbone.seed"].Text).Select(b => new KnownPanel(b.Item1, b.Item1, b.Item2))],
            computed => $"They differ: {string.Join(", ", computed)}.",
            _ => otherData),
    });
}
