namespace VicRegSweeps.Cli.Tests;

/// <summary>A store is refined into a sweep file that runs on the same store, and no file is written over.</summary>
public sealed class RefineTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void What_refine_writes_runs_on_the_same_store_and_trains_what_is_new()
    {
        place.Write("tiny.yaml", Workplace.TinySweep);
        Assert.Equal(0, place.Run("run", "tiny.yaml", "--quiet").ExitCode);

        // Of two weights one is better, each lies at an edge, and 0 has nothing below it.
        var refined = place.Run("refine", "results/tiny/sweep.db", "--by", "embedding/std_mean", "--top", "1", "--out", "next.yaml");

        Assert.Equal(0, refined.ExitCode);
        Assert.Contains("Read it, then: vicreg-sweep run next.yaml --store results/tiny/sweep.db", refined.Error, StringComparison.Ordinal);
        var run = place.Run("run", "next.yaml", "--store", "results/tiny/sweep.db");
        Assert.Equal(0, run.ExitCode);
        Assert.Matches("Continuing: [12] points? added, 1 kept", run.Error);
        Assert.Equal(0, place.Run("report", "results/tiny/sweep.db", "--sweep", "all").ExitCode);
    }

    [Fact]
    public void It_prints_the_file_unless_told_where_and_never_writes_over_one()
    {
        place.Write("tiny.yaml", Workplace.TinySweep);
        Assert.Equal(0, place.Run("run", "tiny.yaml", "--quiet", "--store", "s.db").ExitCode);
        place.Write("mine.yaml", "my own");

        var printed = place.Run("refine", "s.db", "--by", "embedding/std_mean", "--top", "2").Output;
        Assert.Contains("\nname: tiny-refined\n", printed, StringComparison.Ordinal);
        Assert.Contains("#   vicreg-sweep refine s.db --by embedding/std_mean --top 2\n", printed, StringComparison.Ordinal);
        var refused = place.Run("refine", "s.db", "--out", "mine.yaml");

        Assert.Equal((2, "mine.yaml is there already, and you may have changed it; name another file, or remove it.\n"), (refused.ExitCode, refused.Error));
        Assert.Equal("my own", File.ReadAllText(place.PathOf("mine.yaml")));
        Assert.Equal("absent/next.yaml cannot be written", place.Run("refine", "s.db", "--out", "absent/next.yaml").Error.Split(':')[0]);
    }

    [Fact]
    public void A_metric_that_is_not_there_is_named_with_the_nearest()
    {
        place.Write("tiny.yaml", Workplace.TinySweep);
        Assert.Equal(0, place.Run("run", "tiny.yaml", "--quiet", "--store", "s.db").ExitCode);

        var refused = place.Run("refine", "s.db", "--by", "embedding/knn_top");

        Assert.Equal(2, refused.ExitCode);
        Assert.StartsWith("--by is 'embedding/knn_top', ", refused.Error, StringComparison.Ordinal);
        Assert.Contains("did you mean 'embedding/knn_top1'?", refused.Error, StringComparison.Ordinal);
    }
}
