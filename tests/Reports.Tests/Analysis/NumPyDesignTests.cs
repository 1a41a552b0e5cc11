using System.Text.Json;
using VicRegSweeps.Reports.Analysis;
using VicRegSweeps.Reports.Page;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.SweepFiles;
using static VicRegSweeps.Reports.Tests.ScriptedSweep;

namespace VicRegSweeps.Reports.Tests.Analysis;

/// <summary>
/// Ten designs, as sweep files beside this test. What NumPy finds in them is in designs.json, which designs.py printed; where python3 with
/// NumPy is there, the script is run again.
/// </summary>
public sealed class NumPyDesignTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Designs");

    public static TheoryData<string> Designs =>
        [.. Directory.GetFiles(Folder, "*.yaml").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Designs))]
    public void The_shares_of_a_design_are_those_that_NumPy_finds(string name)
    {
        var (data, findings) = Report(name);
        var expected = Expected(File.ReadAllText(Path.Combine(Folder, "designs.json")), name);

        if (expected is not { } design)
        {
            Assert.Null(findings.Score.Exact);
            Assert.StartsWith("the grid is not complete", findings.Score.Incomplete, StringComparison.Ordinal);
            return;
        }

        var anova = findings.Score.Exact!;
        Assert.Equal(design.GetProperty("points").GetInt32(), anova.Cells);
        Assert.Equal(design.GetProperty("effects").EnumerateObject().Count(), anova.Effects.Count);
        foreach (var effect in anova.Effects)
        {
            var numbers = design.GetProperty("effects").GetProperty(NameOf(effect.Factors, data)).EnumerateArray().Select(Number).ToList();
            Assert.Equal(numbers[0], effect.Freedom);
            Assert.Equal(numbers[1]!.Value, effect.Share, 1e-9);
            AssertClose(numbers[2], effect.F);
            AssertClose(numbers[3], effect.P);
        }

        Assert.Equal(Number(design.GetProperty("noise")) ?? 0, anova.Noise?.Share ?? 0, 1e-9);
    }

    /// <summary>The headline names the effect that NumPy gives the largest share, or says that it cannot know.</summary>
    [Theory]
    [MemberData(nameof(Designs))]
    public void The_headline_names_the_largest_effect_or_says_that_it_cannot_know(string name)
    {
        using var sweep = Sweep(name);
        var (data, findings) = sweep.Findings();
        var page = HtmlText.Visible(sweep.Page());

        if (Expected(File.ReadAllText(Path.Combine(Folder, "designs.json")), name) is not { } design)
        {
            Assert.Contains("the grid is not complete", page, StringComparison.Ordinal);
            Assert.DoesNotContain("(exact analysis of variance", page, StringComparison.Ordinal);
            return;
        }

        var largest = design.GetProperty("effects").EnumerateObject().MaxBy(e => e.Value[1].GetDouble());
        var most = findings.Score.Exact!.Effects.MaxBy(e => e.Share)!;
        Assert.Equal(largest.Name, NameOf(most.Factors, data));
        var sentence = page.Split('\n').Single(line => line.Contains("exact analysis of variance of", StringComparison.Ordinal));
        Assert.Contains(string.Join(" × ", most.Factors.Select(f => data.Axes[f].Name)), sentence, StringComparison.Ordinal);
        Assert.Contains($"{100 * largest.Value[1].GetDouble():0} %", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void NumPy_still_finds_what_is_written_down()
    {
        var again = Python.Run("numpy, scipy.stats", File.ReadAllText(Path.Combine(Folder, "designs.py")));

        foreach (var name in Designs.Select(row => row.Data))
        {
            var (before, now) = (Expected(File.ReadAllText(Path.Combine(Folder, "designs.json")), name), Expected(again, name));
            Assert.Equal(before is null, now is null);
            if (before is null) continue;

            foreach (var effect in before.Value.GetProperty("effects").EnumerateObject())
            {
                foreach (var (old, found) in effect.Value.EnumerateArray().Zip(now!.Value.GetProperty("effects").GetProperty(effect.Name).EnumerateArray()))
                    AssertClose(Number(old), Number(found));
            }
        }
    }

    private static (ReportData Data, Findings Findings) Report(string name)
    {
        using var sweep = Sweep(name);
        return sweep.Findings(new ReportOptions());
    }

    private static ScriptedSweep Sweep(string name)
    {
        var text = File.ReadAllText(Path.Combine(Folder, $"{name}.yaml"));
        var trials = SweepPlan.Of(SweepFileReader.Parse(text, name, Parameters), Parameters).Trials();
        // Of unequal seeds a sweep file knows nothing: the last trial has not been run.
        var run = name == "unequal-seeds" ? trials.SkipLast(1) : trials;
        return new ScriptedSweep(t => new Script { Knn = Score(t) }, run, file: text[(text.IndexOf("question", StringComparison.Ordinal))..]);
    }

    /// <summary>The formula of designs.py.</summary>
    private static double Score(Trial trial)
    {
        var s = trial.Settings;
        var angle = (1.1 * s.Real("loss.invariance_weight")) + (2.3 * s.Real("loss.variance_weight")) + (3.7 * s.Real("loss.covariance_weight"))
            + (5.9 * Math.Log10(s.Real("loss.epsilon"))) + (0.77 * s.Real("model.embedding_dim")) + (0.13 * s.Real("model.representation_dim"))
            + (9.1 * trial.Seed);
        return 0.2 + (0.1 * Math.Pow(Math.Sin(angle), 2));
    }

    private static string NameOf(IReadOnlyList<int> factors, ReportData data) => string.Join(" x ", factors
        .Select(f => string.Join('+', data.Axes[f].Parameters.Order(StringComparer.Ordinal))).Order(StringComparer.Ordinal));

    private static JsonElement? Expected(string json, string name)
    {
        var design = JsonDocument.Parse(json).RootElement.GetProperty(name);
        return design.ValueKind == JsonValueKind.Null ? null : design;
    }

    private static double? Number(JsonElement value) => value.ValueKind == JsonValueKind.Null ? null : value.GetDouble();

    private static void AssertClose(double? expected, double? found)
    {
        Assert.Equal(expected is null, found is null);
        if (expected is { } number) Assert.Equal(number, found!.Value, Math.Max(1e-12, 1e-6 * Math.Abs(number)));
    }
}
