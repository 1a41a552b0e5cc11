using System.Text.RegularExpressions;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.SweepFiles;
using VicRegSweeps.Trials.Images;
using VicRegSweeps.Trials.Sources;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Extending;

/// <summary>The examples of docs/extending.md do what the page says of them.</summary>
public sealed partial class ExtendingTests
{
    private static readonly ParameterCatalogue Extended = new(
        [.. TrialCatalogue.Parameters.Parameters, UniformityWeight.Parameter], TrialCatalogue.Parameters.Conflict, TrialVocabulary.Words);

    [Fact]
    public void A_later_parameter_renames_no_trial_and_is_read_checked_and_documented()
    {
        Assert.Equal(Ids(TrialCatalogue.Parameters, "[25]"), Ids(Extended, "[25]"));

        var swept = Plan(Extended, "[25]\n  loss.uniformity_weight: [0, 0.5]").Trials().ToList();
        Assert.Equal([0, 0.5], swept.Select(t => t.Settings.Real("loss.uniformity_weight")));
        Assert.Equal(Ids(TrialCatalogue.Parameters, "[25]"), [swept[0].Id]);
        Assert.NotEqual(swept[0].Id, swept[1].Id);

        var error = Assert.Throws<SweepException>(() => Plan(Extended, "[25]\n  loss.uniformity_weight: [-1, 1]"));
        Assert.Contains("'loss.uniformity_weight' is -1, but must be at least 0.", error.Message, StringComparison.Ordinal);
        Assert.Contains("`loss.uniformity_weight`", SweepFileReference.Markdown(Extended), StringComparison.Ordinal);
        Assert.Contains("\"loss.uniformity_weight\"", SweepFileSchema.Of(Extended).ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_metric_is_what_sorting_finds()
    {
        using var scope = NewDisposeScope();
        var z = TestTrials.Normal("z", 3, 7, 4).to(float64);

        var lengths = TestTrials.Doubles(z).Chunk(4).Select(v => Math.Sqrt(v.Sum(x => x * x))).Chunk(7).Select(trial => trial.Order().ElementAt(3));

        Assert.Equal(lengths, MedianNorm.Of(z), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal([0], MedianNorm.Of(zeros([1, 5, 4], float64)));
    }

    [Fact]
    public void The_optimizer_takes_the_steps_of_a_plain_loop()
    {
        using var scope = NewDisposeScope();
        var (parameters, rates) = (TestTrials.Normal("parameters", 2, 9).to(float64), tensor([0.1, 0.01], [2, 1]));
        using var lion = new StackLion(zeros_like(parameters));
        var (plain, momentum) = (TestTrials.Doubles(parameters), new double[18]);

        for (var step = 1; step <= 10; step++)
        {
            var gradients = TestTrials.Normal($"gradients/{step}", 2, 9).to(float64);
            foreach (var (i, gradient) in TestTrials.Doubles(gradients).Index())
            {
                plain[i] -= (i < 9 ? 0.1 : 0.01) * Math.Sign((0.9 * momentum[i]) + (0.1 * gradient));
                momentum[i] = (0.99 * momentum[i]) + (0.01 * gradient);
            }

            lion.Step(parameters, gradients, rates, step);
        }

        Assert.InRange(TestTrials.Difference(parameters, tensor(plain, parameters.shape)), 0, 1e-12);
    }

    [Fact]
    public void The_source_gives_what_it_says_and_more_images_begin_with_the_same_ones()
    {
        var (source, settings) = (new StripesSource(), TestTrials.Of(0, ("data.test_images", 10)).Settings);
        var shape = source.Look(settings);
        var read = source.Read(settings, shape.Train, new SourceReading("", null, CancellationToken.None));
        var fewer = source.Read(settings, 5, new SourceReading("", null, CancellationToken.None));
        using var all = read.Train;
        using var held = read.Test;
        using var first = fewer.Train;
        using var other = fewer.Test;

        Assert.Equal((64, 10, ImageSet.SmallSide, 2), (all.Count, held.Count, all.Side, all.Classes));
        Assert.Equal(source.ClassNames.Count, all.Classes);
        Assert.True(all.Images.narrow(0, 0, 5).equal(first.Images).all().item<bool>());

        // Upright stripes are the same in every row, level ones in every column.
        Assert.Equal(0, all.Images[0].to(float32).std(1, unbiased: false).max().item<float>());
        Assert.Equal(0, all.Images[1].to(float32).std(2, unbiased: false).max().item<float>());
    }

    /// <summary>What the page shows is code that is compiled here, to the letter.</summary>
    [Fact]
    public void Every_example_of_the_page_stands_in_the_file_that_it_names()
    {
        var root = Directory.GetParent(AppContext.BaseDirectory)!;
        while (!File.Exists(Path.Combine(root.FullName, "VicRegSweeps.sln"))) root = root.Parent!;
        var examples = Example().Matches(File.ReadAllText(Path.Combine(root.FullName, "docs", "extending.md")));

        Assert.Equal(6, examples.Count);
        Assert.All(examples, e => Assert.Contains(
            e.Groups["code"].Value.Trim(), Unindented(File.ReadAllText(Path.Combine(root.FullName, e.Groups["file"].Value))), StringComparison.Ordinal));
        Assert.All(Touched().Matches(File.ReadAllText(Path.Combine(root.FullName, "docs", "extending.md"))), t => Assert.True(
            Path.Exists(Path.Combine(root.FullName, t.Groups["path"].Value)), $"docs/extending.md names {t.Groups["path"].Value}, which is not there"));
    }

    /// <summary>Code in a test method stands further to the right than on the page.</summary>
    private static string Unindented(string code) => code.Contains("        var runner = new LineRunner();", StringComparison.Ordinal)
        ? code.Replace("\n        ", "\n", StringComparison.Ordinal)
        : code;

    private static List<string> Ids(ParameterCatalogue catalogue, string weights) => [.. Plan(catalogue, weights).Trials().Select(t => t.Id)];

    private static SweepPlan Plan(ParameterCatalogue catalogue, string grid) => SweepPlan.Of(
        SweepFileReader.Parse($"version: 1\nname: later\ngrid:\n  loss.variance_weight: {grid}\n", "later.yaml", catalogue), catalogue);

    [GeneratedRegex(@"\[(?<file>tests/[^\]]+)\]\([^)]*\)[^`]*```csharp\n(?<code>[^`]+)```")]
    private static partial Regex Example();

    [GeneratedRegex(@"`(?<path>(?:src|tests|docs|bench)/[\w/.-]+)`")]
    private static partial Regex Touched();
}
