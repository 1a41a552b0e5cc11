using System.Text.Json;

namespace VicRegSweeps.Cli.Tests;

/// <summary>The stores under a folder are found and told apart.</summary>
public sealed class SweepsTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void Stores_are_listed_with_question_states_and_size_the_newest_first()
    {
        place.Write("tiny.yaml", Workplace.TinySweep);
        Assert.Equal(0, place.Run("run", "tiny.yaml", "--quiet").ExitCode);
        place.Write("other.yaml", Workplace.TinySweep.Replace("name: tiny", "name: other", StringComparison.Ordinal));
        Assert.Equal(0, place.Run("run", "other.yaml", "--quiet", "--store", "results/deep/er/x.db").ExitCode);
        File.SetLastWriteTimeUtc(place.PathOf("results/tiny/sweep.db"), new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        place.Write("results/notes.db", "these are my notes");
        place.Write("results/foreign.db", "SQLite format 3\0 and what another program keeps");

        var list = place.Run("sweeps");
        var lines = list.Output.Split('\n');
        Assert.Equal(0, list.ExitCode);
        Assert.Equal(["results/deep/er/x.db", "  other: Does it run?"], lines[..2]);
        Assert.StartsWith("  4 completed; last written ", lines[2], StringComparison.Ordinal);
        Assert.Equal(["results/tiny/sweep.db", "  tiny: Does it run?"], lines[3..5]);
        Assert.StartsWith("results/foreign.db", list.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("notes.db", list.Error, StringComparison.Ordinal);

        var store = JsonDocument.Parse(place.Run("sweeps", "results/tiny", "--json").Output).RootElement[0];
        Assert.Equal(("results/tiny/sweep.db", "tiny", 4, 4, "2026-01-02T03:04:05Z"), (
            store.GetProperty("store").GetString(), store.GetProperty("sweeps")[0].GetProperty("name").GetString(), store.GetProperty("completed").GetInt32(),
            store.GetProperty("total").GetInt32(), store.GetProperty("last_activity_utc").GetString()));
        Assert.Equal(new FileInfo(place.PathOf("results/tiny/sweep.db")).Length, store.GetProperty("bytes").GetInt64());
    }

    [Fact]
    public void Where_there_is_no_folder_it_says_so()
    {
        var usual = place.Run("sweeps");
        Assert.Equal((2, ""), (usual.ExitCode, usual.Output));
        Assert.StartsWith("There is no folder 'results' here, where runs keep their stores", usual.Error, StringComparison.Ordinal);
        Assert.Equal("There is no folder 'absent'.\n", place.Run("sweeps", "absent").Error);
    }

    [Fact]
    public void A_plan_counts_the_time_of_trials_that_are_not_finished()
    {
        // So many steps that their time is worth remembering.
        var sweep = Workplace.TinySweep.Replace("train.epochs: 4", "train.epochs: 400", StringComparison.Ordinal);
        place.Write("tiny.yaml", sweep);
        Assert.Equal(0, place.Run("run", "tiny.yaml", "--quiet", "--cache", "c").ExitCode);

        Assert.Contains("\ntime    none: all trials are finished\n", place.Run("plan", "tiny.yaml", "--cache", "c").Output, StringComparison.Ordinal);

        place.Write("tiny.yaml", sweep.Replace("[0, 25]", "[0, 1, 25]", StringComparison.Ordinal));
        Assert.Matches(
            "\ntime    about .* for training of the 2 that are not finished, with one worker",
            place.Run("plan", "tiny.yaml", "--cache", "c").Output);
        Assert.Matches("\ntime    about .* for training, with one worker", place.Run("plan", "tiny.yaml", "--cache", "c", "--store", "another.db").Output);
        var time = JsonDocument.Parse(place.Run("plan", "tiny.yaml", "--cache", "c", "--json").Output).RootElement.GetProperty("time");
        Assert.Equal(2, time.GetProperty("unfinished").GetInt32());
    }
}
