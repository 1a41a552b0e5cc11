namespace VicRegSweeps.Cli.Tests;

/// <summary>The feature bank as other frameworks get it.</summary>
public sealed class FeaturesTests : IDisposable
{
    private readonly Workplace place = new();

    public FeaturesTests() => place.Write("tiny.yaml", Workplace.TinySweep);

    public void Dispose() => place.Dispose();

    [Fact]
    public void NumPy_reads_the_features_and_labels()
    {
        var result = place.Run("features", "tiny.yaml", "--out", "F.npy");
        Assert.Equal((0, ""), (result.ExitCode, result.Output));
        Assert.Contains("F.npy: features of 96 images × 2 views × 512; F.labels.npy: their labels.", result.Error, StringComparison.Ordinal);

        var seen = Python.Run($"""
            import numpy as np
            f, l = np.load(r'{place.PathOf("F.npy")}'), np.load(r'{place.PathOf("F.labels.npy")}')
            differ = (f[:, 0] != f[:, 1]).any(axis=1).all()
            print(f.shape, f.dtype, f.flags.c_contiguous, np.isfinite(f).all(), differ, l.shape, l.dtype, l.min() >= 0, len(set(l)))
            """);
        Assert.Equal("(96, 2, 512) float32 True True True (96,) int64 True 10", seen.Trim());
    }

    [Fact]
    public void The_same_sweep_gives_the_same_bytes_which_score_reads_in_turn()
    {
        place.Run("features", "tiny.yaml", "--out", "a.npy", "--quiet");
        place.Run("features", "tiny.yaml", "--out", "b.npy", "--labels", "c.npy", "--quiet");
        Assert.Equal(File.ReadAllBytes(place.PathOf("a.npy")), File.ReadAllBytes(place.PathOf("b.npy")));
        Assert.Equal(File.ReadAllBytes(place.PathOf("a.labels.npy")), File.ReadAllBytes(place.PathOf("c.npy")));

        Python.Run($"""
            import numpy as np
            f = np.load(r'{place.PathOf("a.npy")}')
            np.save(r'{place.PathOf("v1.npy")}', f[:, 0])
            np.save(r'{place.PathOf("v2.npy")}', np.asfortranarray(f[:, 1].astype('>f8')))
            """);
        var score = place.Run("score", "--view1", "v1.npy", "--view2", "v2.npy", "--labels", "c.npy", "--json");
        Assert.Equal((0, ""), (score.ExitCode, score.Error));
    }

    [Fact]
    public void A_sweep_over_several_banks_is_refused()
    {
        place.Write("views.yaml", Workplace.TinySweep.Replace("  augment.views: 2\n", "", StringComparison.Ordinal) + "  augment.views: [2, 3]\n");
        var result = place.Run("features", "views.yaml", "--out", "F.npy");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("'views.yaml' varies 'augment.views' (2, 3, …), but features are written for a single setting", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(place.PathOf("F.npy")));
    }

    [Fact]
    public void A_stream_has_no_bank_to_write()
    {
        place.Write("stream.yaml", Workplace.TinySweep.Replace("augment.views: 2", "augment.views: stream", StringComparison.Ordinal));
        var result = place.Run("features", "stream.yaml", "--out", "F.npy");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("'stream.yaml' has 'augment.views: stream', whose views are made anew every step", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(place.PathOf("F.npy")));
    }

    [Fact]
    public void A_sweep_over_standardizing_has_one_bank()
    {
        place.Write("both.yaml", Workplace.TinySweep + "  backbone.standardize: [true, false]\n");
        Assert.Equal(0, place.Run("features", "both.yaml", "--out", "F.npy").ExitCode);
    }

    [Theory]
    [InlineData("there is no folder", "--out", "absent/F.npy")]
    [InlineData("--labels is './F.npy', but must be another file than --out.", "--out", "F.npy", "--labels", "./F.npy")]
    public void A_wrong_target_is_refused_before_the_bank_is_built(string message, params string[] options)
    {
        var result = place.Run(["features", "tiny.yaml", .. options]);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("feature bank", result.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(place.PathOf("."), "*.tmp"));
    }

    [Fact]
    public void Interrupted_it_leaves_the_file_that_was_there()
    {
        place.Write("large.yaml", Workplace.TinySweep.Replace("train_images: 96", "train_images: 9600", StringComparison.Ordinal));
        place.Write("F.npy", "an earlier one");
        using var running = place.Start("features", "large.yaml", "--out", "F.npy", "--cache", place.PathOf("cache"));
        running.WaitForError("feature bank: ");
        running.Signal("INT");
        Assert.Equal(130, running.Finish(TimeSpan.FromSeconds(60)).ExitCode);
        Assert.Equal("an earlier one", File.ReadAllText(place.PathOf("F.npy")));
        Assert.Equal(["F.npy", "large.yaml", "tiny.yaml"], Directory.GetFiles(place.PathOf(".")).Select(Path.GetFileName).Order());
    }
}
