using System.Text.Json.Nodes;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.Cli.Tests;

/// <summary>Looking at a sweep while it runs, and taking trials of it back, with the real command.</summary>
public sealed class LiveTests : IDisposable
{
    private static readonly string LongSweep = Workplace.TinySweep
        .Replace("train.epochs: 4", "train.epochs: 100000", StringComparison.Ordinal)
        .Replace("eval.every_epochs: 2", "eval.every_epochs: 50000", StringComparison.Ordinal);

    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public async Task A_run_serves_its_page_and_ends_with_it()
    {
        place.Write("long.yaml", LongSweep);
        using var running = place.Start("run", "long.yaml", "--store", "sweep.db", "--serve", "--quiet");
        running.WaitForError("http://127.0.0.1:");
        running.WaitForError("?token=");
        var url = running.ErrorSoFar.Split('\n').Single(l => l.StartsWith("http://", StringComparison.Ordinal)).Trim();
        using var client = new HttpClient();
        var news = "";
        for (var waited = 0; waited < 300 && !news.Contains("trial-steps", StringComparison.Ordinal); waited++)
        {
            news = await client.GetStringAsync(new Uri(url.Replace("/?", "/live?", StringComparison.Ordinal)), TestContext.Current.CancellationToken);
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.Contains("4 trials on", JsonNode.Parse(news)!["parts"]!["now"]!.GetValue<string>(), StringComparison.Ordinal);
        var status = JsonNode.Parse(place.Run("status", "sweep.db", "--json").Output)!;
        Assert.Equal(("training", "trial-steps", 4), (
            status["stacks"]![0]!["activity"]!.GetValue<string>(), status["stacks"]![0]!["unit"]!.GetValue<string>(),
            status["stacks"]![0]!["trials"]!.GetValue<int>()));
        Assert.Contains("stack 1, 4 trials on", place.Run("status", "sweep.db").Output, StringComparison.Ordinal);

        // A trial is taken back while it is trained, and its neighbours go on.
        var id = place.Run("export", "sweep.db", "--md").Output.Split('\n')[2].Split('|')[1].Trim();
        Assert.Contains($"Trial {id} is being trained", place.Run("cancel", "sweep.db", id[..8]).Error, StringComparison.Ordinal);
        for (var waited = 0; waited < 300 && JsonNode.Parse(place.Run("status", "sweep.db", "--json").Output)!["stopped"]!.GetValue<int>() == 0; waited++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Contains($"cancelled by {Environment.UserName} on {Environment.MachineName}", place.Run("show", "sweep.db", id).Output,
            StringComparison.Ordinal);

        running.Signal("INT");
        var end = running.Finish(TimeSpan.FromSeconds(60));
        Assert.Equal(130, end.ExitCode);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(new Uri(url), TestContext.Current.CancellationToken));
        var states = JsonNode.Parse(place.Run("status", "sweep.db", "--json").Output)!;
        Assert.Equal((1, 3), (states["stopped"]!.GetValue<int>(), states["pending"]!.GetValue<int>()));
    }

    [Fact]
    public void A_server_prints_its_address_and_ends_at_the_first_signal()
    {
        place.Write("tiny.yaml", Workplace.TinySweep);
        place.Run("run", "tiny.yaml", "--store", "sweep.db");
        using var serving = place.Start("serve", "sweep.db");
        serving.WaitForError("Open this address in a browser.");
        serving.Signal("INT");

        var end = serving.Finish(TimeSpan.FromSeconds(30));

        Assert.Equal(0, end.ExitCode);
        Assert.Matches(@"^http://127\.0\.0\.1:\d+/\?token=[0-9a-f]{32}\n$", end.Output);
    }

    [Theory]
    [InlineData("--address is 'here', but must be an address in digits", "--address", "here")]
    [InlineData("--port is '70000', but must be", "--port", "70000")]
    [InlineData("is not an address of this machine", "--address", "192.0.2.1")]
    [InlineData("--metric", "--metric", "nothing/of_that_name")]
    public void What_cannot_be_served_is_a_sentence(string message, params string[] options)
    {
        place.Write("tiny.yaml", Workplace.TinySweep);
        place.Run("run", "tiny.yaml", "--store", "sweep.db");

        var result = place.Run(["serve", "sweep.db", .. options]);

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Trials_are_cancelled_brought_back_and_deleted_with_their_files()
    {
        place.Write("tiny.yaml", Workplace.TinySweep.Replace("train.epochs: 4", "train.epochs: 4\n  keep.weights: all", StringComparison.Ordinal));
        place.Run("run", "tiny.yaml", "--store", "sweep.db");
        var ids = place.Run("export", "sweep.db", "--md").Output.Split('\n').Skip(2).Where(l => l.Length > 0).Select(l => l.Split('|')[1].Trim()).ToList();
        Assert.Equal(4, Directory.GetFiles(place.PathOf("artifacts")).Length);

        using (var unasked = place.StartProgram("/bin/sh", "-c", "exec \"$0\" \"$@\" < /dev/null", Programs.Find("dotnet")!,
            Path.Combine(AppContext.BaseDirectory, "vicreg-sweep.dll"), "delete", "sweep.db", ids[0]))
        {
            var refused = unasked.Finish(TimeSpan.FromMinutes(1));
            Assert.Equal(2, refused.ExitCode);
            Assert.Contains("say --yes to delete without being asked", refused.Error, StringComparison.Ordinal);
        }

        var deleted = place.Run("delete", "sweep.db", ids[0], ids[1][..6], "--yes");
        Assert.Equal(0, deleted.ExitCode);
        Assert.StartsWith("2 trials deleted.", deleted.Error, StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFiles(place.PathOf("artifacts")).Length);
        Assert.Equal(2, place.Run("show", "sweep.db", ids[0]).ExitCode);
        Assert.Contains("has ended already", place.Run("cancel", "sweep.db", ids[2]).Error, StringComparison.Ordinal);
        Assert.Equal(2, place.Run("cancel", "sweep.db", "ffffffffffffffff").ExitCode);
        Assert.Equal(2, place.Run("cancel", "sweep.db").ExitCode);

        // The file still names them, and so adds them again.
        Assert.Equal(0, place.Run("run", "tiny.yaml", "--store", "sweep.db").ExitCode);
        Assert.Equal(4, JsonNode.Parse(place.Run("status", "sweep.db", "--json").Output)!["completed"]!.GetValue<int>());
    }

    [Fact]
    public void Runs_are_written_for_TensorBoard()
    {
        place.Write("tiny.yaml", Workplace.TinySweep);
        place.Run("run", "tiny.yaml", "--store", "sweep.db");

        var result = place.Run("export", "sweep.db", "--tensorboard", "events");

        Assert.Equal((0, "events: 4 runs; to look at them: tensorboard --logdir events\n"), (result.ExitCode, result.Error));
        Assert.Equal(5, Directory.GetFiles(place.PathOf("events"), "*tfevents*", SearchOption.AllDirectories).Length);
    }
}
