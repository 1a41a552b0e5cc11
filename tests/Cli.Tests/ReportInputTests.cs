using System.Net;
using System.Text.RegularExpressions;

namespace VicRegSweeps.Cli.Tests;

/// <summary>A report says which features belong to which trials, and when trials did not have the same data.</summary>
public sealed partial class ReportInputTests : IDisposable
{
    private const int RecordBytes = 1 + (3 * 32 * 32);

    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void Several_backbones_are_told_apart_and_are_nothing_to_be_wary_of()
    {
        place.Write("seeds.yaml", Workplace.TinySweep.Replace("loss.variance_weight: [0, 25]", "backbone.seed: [3, 4]", StringComparison.Ordinal));

        var run = place.Run("run", "seeds.yaml", "--store", "s.db");
        var page = Page();

        Assert.Matches(@"The backbone's own features: kNN 0\.\d+, probe 0\.\d+ with backbone\.seed 3; kNN 0\.\d+, probe 0\.\d+ with backbone\.seed 4\.",
            run.Error.ReplaceLineEndings(" "));
        Assert.Matches(@"The backbone's own features, as this point has them, score 0\.\d+; those of all 2\.", page);
        Assert.Contains("The backbone's own features, by the settings that decide them", page, StringComparison.Ordinal);
        Assert.Matches(@"backbone\.seed\s+computed in\s+trials", page);
        Assert.Matches(@"\b3\s+float32 on a processor\s+2\s", page);
        Assert.Matches(@"\b4\s+float32 on a processor\s+2\s", page);
        Assert.DoesNotContain("The data changed", page, StringComparison.Ordinal);
        Assert.DoesNotContain("panels of the backbone's features", page, StringComparison.Ordinal);
    }

    /// <summary>One bank gives several inputs: standardized or not, seen by more neighbours or fewer.</summary>
    [Fact]
    public void Each_way_of_taking_the_features_is_scored_by_itself()
    {
        place.Write("ways.yaml", Workplace.TinySweep.Replace(
            "loss.variance_weight: [0, 25]", "backbone.standardize: [false, true]\n  eval.knn_k: [1, 40]", StringComparison.Ordinal));

        Assert.Equal(0, place.Run("run", "ways.yaml", "--store", "s.db", "--quiet").ExitCode);
        Assert.Equal(0, place.Run("export", "s.db", "--csv", "csv").ExitCode);

        var lines = place.Lines("csv/baseline.csv").Select(line => line.Split(',')).ToList();
        var (standardize, neighbours) = (lines[0].IndexOf("backbone.standardize"), lines[0].IndexOf("eval.knn_k"));
        var panels = lines.Skip(1).GroupBy(cells => cells[0]).ToList();
        Assert.Equal(["false 1", "false 40", "true 1", "true 40"], panels.Select(p => $"{p.First()[standardize]} {p.First()[neighbours]}").Order());
        Assert.Equal(2, panels.Select(p => p.Single(cells => cells[1] == "std_mean")[2]).Distinct().Count());
        Assert.True(panels.Select(p => p.Single(cells => cells[1] == "knn_top1")[2]).Distinct().Count() > 1);
        Assert.DoesNotContain("panels of the backbone's features", Page(), StringComparison.Ordinal);
    }

    /// <summary>The store refuses other images under the same settings; the number of training images makes others of them.</summary>
    [Fact]
    public void Images_that_were_replaced_between_runs_are_said_to_be_others()
    {
        WriteImages("cifar", 1);
        var sweep = Workplace.Cifar10Sweep.Replace("  data.train_images: 96",
            "  augment.views: 2\n  train.epochs: 2\n  backbone.precision: float32\n  data.path: cifar", StringComparison.Ordinal);
        place.Write("one.yaml", sweep + "grid:\n  data.train_images: [96]\n");
        Assert.Equal(0, place.Run("run", "one.yaml", "--store", "s.db", "--quiet").ExitCode);
        Assert.DoesNotContain("The data changed", Page(), StringComparison.Ordinal);
        WriteImages("cifar", 2);
        place.Write("one.yaml", sweep + "grid:\n  data.train_images: [96, 128]\n");
        Assert.Equal(0, place.Run("run", "one.yaml", "--store", "s.db", "--quiet").ExitCode);

        var page = Page();

        Assert.Matches(
            @"The data changed while trials were trained: not all trials had the same 40 held-out images\. "
            + @"They were [0-9a-f]{12} from \S+ \(in \S+cifar\) for trials with "
            + @"data\.train_images 96 and data\.test_images 40; [0-9a-f]{12} from \S+ \(in \S+cifar\) for trials with "
            + @"data\.train_images 128 and data\.test_images 40\. "
            + "Scores on different images do not compare: train all trials in a new store on one set of images.",
            page);
    }

    private string Page()
    {
        var report = place.Run("report", "s.db");
        Assert.True(report.ExitCode == 0, report.Error);
        var text = Tags().Replace(Hidden().Replace(File.ReadAllText(place.PathOf("report/report.html")), ""), " ");
        return Blanks().Replace(WebUtility.HtmlDecode(text), " ").Replace(" .", ".", StringComparison.Ordinal).Replace(" ;", ";", StringComparison.Ordinal);
    }

    private void WriteImages(string folder, int seed)
    {
        var random = new Random(seed);
        Directory.CreateDirectory(place.PathOf(folder));
        foreach (var name in new[] { "data_batch_1.bin", "test_batch.bin" })
        {
            var bytes = new byte[200 * RecordBytes];
            random.NextBytes(bytes);
            for (var image = 0; image < 200; image++) bytes[image * RecordBytes] = (byte)(image % 10);
            File.WriteAllBytes(place.PathOf($"{folder}/{name}"), bytes);
        }
    }

    [GeneratedRegex("<(script|style|svg)[^>]*>.*?</\\1>", RegexOptions.Singleline)]
    private static partial Regex Hidden();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tags();

    [GeneratedRegex("\\s+")]
    private static partial Regex Blanks();
}
