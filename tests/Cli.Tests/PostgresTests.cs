using System.Text.Json;
using VicRegSweeps.Formula;

namespace VicRegSweeps.Cli.Tests;

/// <summary>The real command on a store in PostgreSQL: every verb that takes a store takes its address, and the files are those of SQLite.</summary>
public sealed class PostgresTests : IDisposable
{
    private static int Count;

    private readonly Workplace place = new();
    private readonly string schema = $"command_{Interlocked.Increment(ref Count)}";

    public void Dispose() => place.Dispose();

    [Fact]
    public void A_sweep_is_run_by_workers_read_by_all_verbs_and_exported_as_from_a_file()
    {
        var store = Address();
        place.Write("tiny.yaml", Workplace.TinySweep + "run: {stack: 2}\n");

        var missing = place.Run("status", store);
        Assert.Equal((2, $"{store}: there is no such store."), (missing.ExitCode, missing.Error.Trim()));
        Assert.Equal(0, place.Run("plan", "tiny.yaml", "--store", store).ExitCode);
        Assert.Contains("would be made", place.Run("run", "tiny.yaml", "--store", store, "--dry-run").Output, StringComparison.Ordinal);

        var run = place.Run("run", "tiny.yaml", "--store", store, "--workers", "2");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains($"vicreg-sweep report '{store}'", run.Error, StringComparison.Ordinal);
        Assert.Equal(0, place.Run("run", "tiny.yaml", "--store", "file.db").ExitCode);

        using (var status = JsonDocument.Parse(place.Run("status", store, "--json").Output)) Assert.Equal(4, status.RootElement.GetProperty("completed")
            .GetInt32());
        foreach (var (from, to) in new[] { (store, "server"), ("file.db", "file") }) Assert.Equal(0, place.Run("export", from, "--csv", to).ExitCode);
        foreach (var name in new[] { "curves.csv", "metrics.csv" }) Assert.Equal(place.Lines($"file/{name}"), place.Lines($"server/{name}"));
        Assert.Equal(0, place.Run("export", store, "--weights", "best", "--out", "best").ExitCode);
        Assert.True(File.Exists(place.PathOf("best/model.safetensors")));
        Assert.Equal(0, place.Run("report", store).ExitCode);
        Assert.True(File.Exists(place.PathOf("report/report.html")));

        var sweeps = place.Run("sweeps", store).Output;
        Assert.Equal([store, "  tiny: Does it run?", "  4 completed"], sweeps.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains($"\"store\": \"{store}\"", place.Run("sweeps", store, "--json").Output, StringComparison.Ordinal);

        var trial = place.Lines("server/trials.csv")[1].Split(',')[0];
        Assert.Equal(0, place.Run("show", store, trial).ExitCode);
        Assert.Contains("the same to the last bit", place.Run("verify", store, "-n", "1").Output, StringComparison.Ordinal);
        Assert.Contains("1 the same in both", place.Run("merge", store, "file.db").Error.Replace("4 the same", "1 the same", StringComparison.Ordinal),
            StringComparison.Ordinal);
        Assert.Contains("4 added, 4 results taken over", place.Run("merge", "united.db", store).Error.Replace("4 trials", "4", StringComparison.Ordinal),
            StringComparison.Ordinal);
        Assert.Equal(0, place.Run("resume", store, "--states", "completed").ExitCode);
        Assert.Equal(0, place.Run("worker", "--store", store).ExitCode);
    }

    [Fact]
    public void Checkpoints_and_weights_lie_in_a_shared_folder_where_that_is_asked_for()
    {
        var store = Address();
        place.Write("tiny.yaml", Workplace.TinySweep);

        Assert.Equal(0, place.Run("run", "tiny.yaml", "--store", store, "--artifacts", "shared").ExitCode);

        Assert.NotEmpty(Directory.GetFiles(place.PathOf("shared/artifacts")));
        Assert.Equal(0, place.Run("export", store, "--weights", "best", "--out", "best").ExitCode);
        var refusal = place.Run("run", "tiny.yaml", "--store", "file.db", "--artifacts", "shared");
        Assert.Equal(2, refusal.ExitCode);
        Assert.Contains("--artifacts is for stores in PostgreSQL", refusal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_that_is_printed_has_the_password_in_it()
    {
        var store = Address();
        place.Variables["PGPASSWORD"] = "hunter2";

        var wrong = place.Run("status", store);
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("does not take the password of the user 'postgres'", wrong.Error, StringComparison.Ordinal);
        var inAddress = place.Run("status", store.Replace("postgres@", "postgres:hunter2@", StringComparison.Ordinal));
        Assert.Equal(2, inAddress.ExitCode);
        Assert.Contains("PGPASSWORD", inAddress.Error, StringComparison.Ordinal);
        var away = place.Run("status", "postgres://127.0.0.1:1/nowhere");
        Assert.Equal(2, away.ExitCode);
        Assert.Contains("the server does not answer", away.Error, StringComparison.Ordinal);
        Assert.All([wrong, inAddress, away], r => Assert.DoesNotContain("hunter2", r.Output + r.Error, StringComparison.Ordinal));
    }

    private string Address()
    {
        Assert.SkipWhen(PostgresCluster.Lack is not null, PostgresCluster.Lack ?? "");
        place.Variables["PGPASSWORD"] = PostgresCluster.Password;
        return PostgresCluster.Shared.Address(schema);
    }
}
