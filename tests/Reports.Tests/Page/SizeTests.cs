using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using VicRegSweeps.Reports.Analysis;
using VicRegSweeps.Reports.Page;
using static VicRegSweeps.Reports.Tests.ScriptedSweep;

namespace VicRegSweeps.Reports.Tests.Page;

/// <summary>A report of many trials, or of long curves, stays small, and says what it leaves out.</summary>
public sealed class SizeTests
{
    private const int Trials = 30_000;

    [Fact]
    public void A_page_of_many_trials_lists_a_sample_and_the_best_and_counts_all()
    {
        using var sweep = new ScriptedSweep(ByWeights, [Trial(0)]);
        LargeStore.AddTrials(sweep.Database, Trials, "loss.variance_weight", "loss.covariance_weight", "loss.invariance_weight");

        var page = sweep.Page();

        var (data, findings) = sweep.Findings();
        var visible = HtmlText.Visible(page);
        Assert.InRange(page.Length, 0, 8_000_000);
        Assert.Equal(Trials + 1, data.Listed.All);
        Assert.Equal(10_000, data.Listed.Sampled);
        Assert.All(findings.Ranking.Take(500), best => Assert.Contains(best.Trials[0], data.Listed.Trials.Select(t => t.Trial).ToHashSet()));
        Assert.Contains("Of 30,001 trials this page lists", visible, StringComparison.Ordinal);
        Assert.Contains("trials.csv of vicreg-sweep export has them all", visible, StringComparison.Ordinal);
        Assert.Contains("n = 30,001 trials with a verdict", page, StringComparison.Ordinal);
        Assert.Contains("Neighbouring levels are taken together to 40 at most", page, StringComparison.Ordinal);
    }

    /// <summary>A sample that is drawn by lot has about as many trials of every level as any other, on a grid whose sides divide everything.</summary>
    [Fact]
    public void The_sample_favours_no_level()
    {
        using var sweep = new ScriptedSweep(ByWeights, [Trial(0)]);
        LargeStore.AddTrials(sweep.Database, Trials, "loss.variance_weight", "loss.covariance_weight", "loss.invariance_weight");

        var (data, _) = sweep.Findings();

        var sampled = data.Listed.Trials.Take(data.Listed.Sampled).ToList();
        var axis = data.Axes.Index().First(a => a.Item.Name == "loss.variance_weight").Index;
        var byLevel = sampled.CountBy(t => t.Trial.Levels[axis]).Where(l => data.Axes[axis].Levels[l.Key] != "25").Select(l => l.Value).ToList();
        Assert.Equal(LargeStore.Side, byLevel.Count);
        Assert.All(byLevel, count => Assert.InRange(count, 50, 150));    // a hundred, give or take five standard deviations
    }

    [Fact]
    public void Little_is_kept_of_every_trial()
    {
        using var sweep = new ScriptedSweep(ByWeights, [Trial(0)]);
        LargeStore.AddTrials(sweep.Database, Trials, "loss.variance_weight", "loss.covariance_weight", "loss.invariance_weight");
        using var reader = sweep.Read();
        var reading = new TrialGathering(reader, ["loss.variance_weight", "loss.covariance_weight", "loss.invariance_weight"],
            new Objective("embedding/knn_top1", 0, true, null), null, 100);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        foreach (var trial in reader.Trials()) reading.Add(trial, [0.1]);
        var (axes, points) = reading.Points([]);

        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Trials;
        Assert.InRange(each, 1, 500);
        Assert.Equal((3, Trials + 1), (axes.Count, points.Count));
        GC.KeepAlive(reading);
    }

    [Fact]
    public void A_long_curve_is_thinned_and_says_so()
    {
        using var sweep = new ScriptedSweep(ByWeights, [Trial(0)]);
        LargeStore.AddLosses(sweep.Database, 50_000);

        var page = sweep.Page();

        Assert.Contains("Neighbouring rows are averaged to at most 400 steps; curves.csv has them all.", page, StringComparison.Ordinal);
        Assert.InRange(page.Length, 0, 3_000_000);
    }

    [Fact]
    public void Thinned_steps_keep_mean_and_range()
    {
        var steps = new ThinnedSteps(1);
        for (var step = 1; step <= 10_000; step++) steps.Add(step, step);

        var curve = steps.Curve(0);

        Assert.True(steps.IsThinned);
        Assert.InRange(curve.Count, 200, ThinnedSteps.Most);
        Assert.All(curve, c => Assert.Equal(c.Step, c.Mean, 6));
        Assert.Equal((1.0, 10_000.0), (curve[0].Low, curve[^1].High));
        Assert.Equal(curve.Skip(1).Select(c => c.Low), curve.SkipLast(1).Select(c => c.High + 1));
    }

    [Fact]
    public void Few_steps_stay_as_they_are()
    {
        var steps = new ThinnedSteps(2);
        foreach (var step in new long[] { 20, 40, 20 }) steps.Add(step, step / 10.0, null);

        Assert.False(steps.IsThinned);
        Assert.Equal([(20.0, 2.0, 2.0, 2.0), (40.0, 4.0, 4.0, 4.0)], steps.Curve(0));
        Assert.Empty(steps.Curve(1));
    }

    /// <summary>Every part at its largest: the longest reasons and levels in letters of six bytes of JSON, quotes in the files, many sweeps.</summary>
    [Fact]
    public void A_page_of_the_largest_parts_stays_below_20_MB_and_says_what_is_left_out()
    {
        using var sweep = new ScriptedSweep(ByWeights, [Trial(0), Trial(1, ("model.name", "other"))], question: new string('é', 400_000));
        LargeStore.AddTrials(sweep.Database, Trials, "loss.variance_weight", "loss.covariance_weight", "loss.invariance_weight");
        LargeStore.Bloat(sweep.Database);

        var options = new ReportOptions { Sweep = "all" };
        var page = sweep.Page(options);

        var (data, _) = sweep.Findings(options);
        var visible = HtmlText.Visible(page);
        Assert.InRange(Encoding.UTF8.GetByteCount(page), 5_000_000, Report.MostBytes);
        var list = JsonDocument.Parse(Regex.Match(page, "id=\"data\">(.*?)</script>", RegexOptions.Singleline).Groups[1].Value).RootElement;
        var listed = list.GetProperty("id").GetArrayLength();
        Assert.InRange(listed, 100, data.Listed.Trials.Count - 1);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"Of 30,002 trials this page lists {listed:#,0}"), visible, StringComparison.Ordinal);
        Assert.Contains("This section is left out, because with it the page would be larger than 20 MB", visible, StringComparison.Ordinal);
        Assert.Contains("id=\"health-h\"", page, StringComparison.Ordinal);
        Assert.Contains("id=\"map\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_of_half_as_many_is_the_one_that_would_have_been_chosen()
    {
        using var sweep = new ScriptedSweep(ByWeights, Grid(100));
        var (data, _) = sweep.Findings();
        var (whole, half) = (new ListedTrials.Choice(200, true), new ListedTrials.Choice(100, true));
        foreach (var (trial, values) in data.Listed.Trials)
        {
            whole.Add(trial, values);
            half.Add(trial, values);
        }

        var halved = whole.Chosen(600).Halved(maximize: true);

        var expected = half.Chosen(600);
        Assert.Equal((100, 600), (halved.Sampled, halved.All));
        Assert.Equal(expected.Trials.Select(t => t.Trial.Id), halved.Trials.Select(t => t.Trial.Id));
    }

    [Fact]
    public void The_largest_section_that_may_go_goes_first()
    {
        var sections = new PageSections();
        sections.Add("a", "A", page => page.Element("p", new string('a', 5000)), mayGo: false);
        sections.Add("b", "B", page => page.Element("p", new string('b', 3000)));
        sections.Add("c", "C", page => page.Element("p", new string('c', 4000)));

        Assert.Contains("cccc", sections.Within(13_000), StringComparison.Ordinal);
        var without = sections.Within(10_000);
        Assert.DoesNotContain("cccc", without, StringComparison.Ordinal);
        Assert.Contains("<h2 id=\"c-h\">C</h2>", without, StringComparison.Ordinal);
        Assert.Contains("bbbb", without, StringComparison.Ordinal);
        Assert.DoesNotContain("bbbb", sections.Within(0), StringComparison.Ordinal);
        Assert.Contains("aaaa", sections.Within(0), StringComparison.Ordinal);
    }
}
