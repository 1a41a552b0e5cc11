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
    public void A_folder_of_shards_is_united_first_and_what_is_said_works()
    {
        place.Write("tiny.yaml", Workplace.TinySweep);
        foreach (var shard in new[] { "1/2", "2/2" })
            Assert.Equal(0, place.Run("run", "tiny.yaml", "--store", "shards", "--shard", shard, "--quiet").ExitCode);

        var refined = place.Run("refine", "shards", "--by", "embedding/std_mean", "--top", "1", "--out", "next.yaml");

        Assert.Equal(0, refined.ExitCode);
        Assert.Contains(
            "Read it, then unite the shards, since a folder of shards takes no further sweep, and run it:\n"
            + "  vicreg-sweep merge shards.db shards\n  vicreg-sweep run next.yaml --store shards.db\n", refined.Error, StringComparison.Ordinal);
        Assert.Contains("#   vicreg-sweep merge shards.db shards\n#   vicreg-sweep run THIS-FILE.yaml --store shards.db\n",
            File.ReadAllText(place.PathOf("next.yaml")), StringComparison.Ordinal);
        Assert.Equal(0, place.Run("merge", "shards.db", "shards").ExitCode);
        var run = place.Run("run", "next.yaml", "--store", "shards.db");
        Assert.Equal(0, run.ExitCode);
        Assert.Matches("Continuing: [12] points? added, 1 kept", run.Error);
    }

    [Fact]
    public void Where_a_store_has_several_sweeps_the_hints_of_a_run_say_which_and_work()
    {
        place.Write("tiny.yaml", Workplace.TinySweep);
        place.Write("more.yaml", Workplace.TinySweep.Replace("name: tiny", "name: more", StringComparison.Ordinal).Replace("[0, 25]", "[5, 25]", StringComparison.Ordinal));
        var first = place.Run("run", "tiny.yaml", "--store", "s.db");
        Assert.DoesNotContain("--sweep", first.Error, StringComparison.Ordinal);

        var second = place.Run("run", "more.yaml", "--store", "s.db");
        var resumed = place.Run("resume", "s.db");

        Assert.Equal("report s.db --sweep more", Hint(second, "As a page"));
        Assert.Equal("export s.db --sweep more --csv .", Hint(second, "As CSV"));
        Assert.Equal("export s.db --sweep more --weights best --out best-model", Hint(second, "Weights"));
        Assert.Equal("report s.db --sweep all", Hint(resumed, "As a page"));
        foreach (var hint in new[] { "As a page", "As CSV", "One trial", "Weights" }) Works(second, hint);
        Works(resumed, "As a page");
        Works(resumed, "One trial");

        void Works(Workplace.Result of, string hint)
        {
            var command = Hint(of, hint);
            var result = place.Run(command.Split(' '));
            Assert.True(result.ExitCode == 0, $"{command}: {result.Error}");
        }

        static string Hint(Workplace.Result of, string name) =>
            of.Error.Split('\n').Single(line => line.StartsWith(name + ":", StringComparison.Ordinal)).Split("vicreg-sweep ")[1];
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
