using System.Text.Json;

namespace VicRegSweeps.Cli.Tests;

/// <summary>The real command on real files, as a user runs it.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void A_sweep_runs_to_the_end_and_is_exported()
    {
        place.Write("tiny.yaml", Workplace.TinySweep);

        var run = place.Run("run", "tiny.yaml");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Contains("4 trials", run.Error, StringComparison.Ordinal);

        var status = JsonDocument.Parse(place.Run("status", "results/tiny/sweep.db", "--json").Output).RootElement;
        Assert.Equal(4, status.GetProperty("completed").GetInt32());
        Assert.Equal(0, status.GetProperty("pending").GetInt32());

        Assert.Equal(0, place.Run("export", "results/tiny/sweep.db", "--csv", "csv").ExitCode);
        var trials = place.Lines("csv/trials.csv");
        Assert.StartsWith(
            "trial,point,block,seed,state,reason,collapse_embedding,collapse_representation,epochs,steps,seconds,loss.variance_weight,"
            + "loss/total,loss/invariance,loss/variance,loss/covariance,embedding/std_mean,",
            trials[0],
            StringComparison.Ordinal);
        Assert.Equal(5, trials.Length);
        Assert.Equal("trial,seed,epoch,step,batches,loss/total,loss/invariance,loss/variance,loss/covariance", place.Lines("csv/curves.csv")[0]);
        Assert.Equal("trial,epoch,step,space,metric,value", place.Lines("csv/metrics.csv")[0]);
        Assert.Equal(3, place.Lines("csv/summary.csv").Length);

        // Where the page is and what it took: no library has anything to add.
        var report = place.Run("report", "results/tiny/sweep.db");
        Assert.Equal(0, report.ExitCode);
        Assert.Matches(@"^\S*/results/tiny/report/report\.html\n[0-9]+ figures as SVG and PNG beside it; [0-9.]+ MB in [0-9.]+ s\.\n$", report.Error);
        Assert.NotEmpty(Directory.GetFiles(place.PathOf("results/tiny/report/figures"), "spectra*.svg"));
    }

    [Fact]
    public void Running_the_same_file_again_redoes_nothing()
    {
        place.Write("tiny.yaml", Workplace.TinySweep);
        place.Run("run", "tiny.yaml");
        place.Run("export", "results/tiny/sweep.db", "--csv", "before");

        var again = place.Run("run", "tiny.yaml");
        Assert.Equal(0, again.ExitCode);
        Assert.Contains("0 trials added, 4 kept (4 of them finished)", again.Error, StringComparison.Ordinal);

        place.Run("export", "results/tiny/sweep.db", "--csv", "after");
        Assert.Equal(place.Lines("before/trials.csv"), place.Lines("after/trials.csv"));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void An_interrupted_sweep_goes_on_to_the_same_bits(string signal)
    {
        place.Write("tiny.yaml", Workplace.TinySweep
            .Replace("train.epochs: 4", "train.epochs: 1500", StringComparison.Ordinal)
            .Replace("eval.every_epochs: 2", "eval.every_epochs: 500", StringComparison.Ordinal));

        using (var running = place.Start("run", "tiny.yaml", "--store", "interrupted.db"))
        {
            running.WaitForError("training: ");
            running.Signal(signal);
            var interrupted = running.Finish(TimeSpan.FromSeconds(30));
            Assert.Equal(130, interrupted.ExitCode);
            Assert.Contains("To go on: run the same command again", interrupted.Error, StringComparison.Ordinal);
        }

        var resumed = place.Run("run", "tiny.yaml", "--store", "interrupted.db");
        Assert.Equal(0, resumed.ExitCode);
        Assert.Contains("from step ", resumed.Error, StringComparison.Ordinal);
        Assert.Equal(0, place.Run("run", "tiny.yaml", "--store", "through.db").ExitCode);

        place.Run("export", "interrupted.db", "--csv", "interrupted");
        place.Run("export", "through.db", "--csv", "through");
        foreach (var file in new[] { "curves.csv", "metrics.csv", "baseline.csv" })
        {
            Assert.Equal(place.Lines($"through/{file}"), place.Lines($"interrupted/{file}"));
        }

        Assert.Equal(WithoutSeconds("through/trials.csv"), WithoutSeconds("interrupted/trials.csv"));
    }

    [Fact]
    public void A_plan_touches_no_store()
    {
        place.Write("tiny.yaml", Workplace.TinySweep);
        var plan = place.Run("plan", "tiny.yaml", "--json");
        Assert.Equal(0, plan.ExitCode);
        var json = JsonDocument.Parse(plan.Output).RootElement;
        Assert.Equal("tiny", json.GetProperty("name").GetString());
        Assert.Equal(2, json.GetProperty("points").GetInt32());
        Assert.Equal(4, json.GetProperty("trials").GetInt32());
        Assert.Equal(4, json.GetProperty("stacks")[0].GetProperty("trials").GetInt32());
        Assert.False(Directory.Exists(place.PathOf("results")));
    }

    [Theory]
    [InlineData("sweep-file.schema.json", "schema")]
    [InlineData("cluster-file.schema.json", "schema", "--cluster")]
    [InlineData("sweep-file.md", "schema", "--md")]
    public void The_committed_documents_are_what_the_command_prints(string document, params string[] arguments)
    {
        Assert.Equal(File.ReadAllText(Path.Combine(Workplace.Repository, "docs", document)), place.Run(arguments).Output);
    }

    private string[] WithoutSeconds(string file) =>
        [.. place.Lines(file).Select(line => string.Join(',', line.Split(',').Where((_, column) => column != 10)))];
}
