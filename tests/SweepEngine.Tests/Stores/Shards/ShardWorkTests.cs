using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.Stores.Shards;
using VicRegSweeps.SweepEngine.Tests.Running;

namespace VicRegSweeps.SweepEngine.Tests.Stores.Shards;

/// <summary>Shards in a shared folder: whoever trains them and however often they are interrupted, together they are the sweep.</summary>
public sealed class ShardWorkTests : IDisposable
{
    private static readonly Trial[] All = [.. FormulaRunner.Grid(9, seeds: 2)];

    private readonly TemporaryFolder place = new();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 3, 12, 0, 0, TimeSpan.Zero));
    private readonly RecordingObserver observer = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void Shards_that_are_interrupted_at_every_stage_and_go_on_elsewhere_are_the_sweep_together()
    {
        var folder = Make(3);
        var rounds = 0;
        foreach (var shard in Enumerable.Range(1, 3))
        {
            // Each worker trains some steps, publishes and leaves; the next is another machine, which has only the shared folder.
            while (Train(folder, shard, pause: 7).Interrupted) rounds++;
        }

        Assert.True(rounds > 6, $"{rounds}");
        Assert.All(folder.Standings(time.GetUtcNow()), s => Assert.True(s.IsFinished));
        using var together = StoreRooms.OpenReader(place["shared"]);
        using var local = Local();
        Assert.Equal(Record(local.Read), Record(() => StoreRooms.OpenReader(place["shared"])));
        Assert.Equal(18, together.Status().Completed);
    }

    [Fact]
    public void A_worker_that_vanishes_costs_what_it_has_not_published()
    {
        var folder = Make(2);
        using (var work = Begin(folder, 1))
        {
            using var cancel = new CancellationTokenSource();
            new SweepRun(work.Store, Runner(cancel, 12), observer, null, time).Execute(cancel.Token);
            work.Publish();
            using var more = new CancellationTokenSource();
            new SweepRun(work.Store, Runner(more, 12), observer, null, time).Execute(more.Token);
        }

        Assert.False(Train(folder, 1).Interrupted);
        Assert.False(Train(folder, 2).Interrupted);
        using var local = Local();
        Assert.Equal(Record(local.Read), Record(() => StoreRooms.OpenReader(place["shared"])));
        Assert.Single(Directory.GetDirectories(place["shared/shard-1"]));
    }

    [Fact]
    public void Of_two_workers_of_one_shard_the_first_ends_and_what_it_publishes_never_comes_between()
    {
        var folder = Make(2);
        using var first = Begin(folder, 1);
        using var second = Begin(folder, 1);

        var refusal = Assert.Throws<SweepException>(() => first.Publish());
        Assert.Contains("shard 1/2 was taken over by another worker", refusal.Message, StringComparison.Ordinal);
        Assert.True(first.Taken.IsCancellationRequested);
        second.Publish(isLast: true);
        Assert.Throws<SweepException>(() => first.Publish());
        Assert.False(second.Taken.IsCancellationRequested);
    }

    [Fact]
    public void A_shard_that_never_finishes_is_named_with_its_worker()
    {
        var folder = Make(3);
        Train(folder, 1);
        using (var work = ShardWork.Begin(folder, new ShardPlace(2, 3), FormulaRunner.Parameters, time, TimeSpan.FromSeconds(60), job: "812_2"))
        {
            Assert.Equal([false, true, false], folder.Standings(time.GetUtcNow()).Select(s => s.IsAtWork));
        }

        time.Advance(TimeSpan.FromHours(1));
        var standings = folder.Standings(time.GetUtcNow());

        Assert.Equal([true, false, false], standings.Select(s => s.IsFinished));
        Assert.Equal([false, false, false], standings.Select(s => s.IsAtWork));
        Assert.Equal((Environment.MachineName, "812_2", false), (standings[1].Sign!.Host, standings[1].Sign!.Job, standings[1].Sign!.HasEnded));
        Assert.Null(standings[2].Sign);
        Assert.Equal(18, standings.Sum(s => s.Trials));
        var together = ShardFolder.Together(standings);
        Assert.Equal((18, standings[0].Trials, 0), (together.Total, together.Completed, together.Running));
    }

    [Fact]
    public void Merging_the_shards_one_after_the_other_gives_the_store_of_a_sweep_on_one_machine()
    {
        var folder = Make(3);
        foreach (var shard in Enumerable.Range(1, 3)) Train(folder, shard);

        using (var united = StoreRooms.CreateOrOpen(place["all.db"], FormulaRunner.Parameters, time))
        {
            using (var plan = folder.OpenPlan()) Assert.Equal(18, united.Merge(plan).Added);
            foreach (var shard in Enumerable.Range(1, 3))
            {
                using var reader = folder.OpenShard(shard)!;
                var report = united.Merge(reader);
                Assert.Equal((0, 0, 0), (report.Added, report.Agreed, report.Disagreements.Count));
            }
        }

        using var local = Local();
        Assert.Equal(Record(local.Read), Record(() => StoreRooms.OpenReader(place["all.db"])));
    }

    [Fact]
    public void What_a_shard_publishes_has_its_own_trials_alone_and_does_not_grow_with_those_of_others()
    {
        var folder = Make(6);
        using var work = Begin(folder, 2);
        work.Publish();

        using var plan = folder.OpenPlan();
        using var shard = folder.OpenShard(2)!;
        var dealt = folder.Standings(time.GetUtcNow())[1].Trials;
        Assert.InRange(dealt, 1, 17);
        Assert.Equal((18, dealt, dealt), (plan.Trials().Count(), shard.Trials().Count(), shard.Memberships().Count()));

        // Those that it has are the plan's, by number and order.
        Assert.Empty(shard.Trials().Select(t => t.Id).Except(plan.Trials().Select(t => t.Id)));
        using (var copy = SqliteOf(place["shared/shard-2/attempt-1/sweep.db"]))
        {
            using var command = copy.CreateCommand();
            command.CommandText = "SELECT count(*) FROM trial; SELECT * FROM pragma_foreign_key_check";
            using var rows = command.ExecuteReader();
            Assert.True(rows.Read());
            Assert.Equal(dealt, rows.GetInt64(0));
            Assert.True(rows.NextResult());
            Assert.False(rows.Read());
        }
    }

    [Fact]
    public void The_folder_as_one_store_says_who_is_at_work()
    {
        var folder = Make(3);
        Train(folder, 1);
        using var work = StoreOf(folder);
        work.Store.LeaseNext(new LeaseRequest("node7:12:1:-", TimeSpan.FromSeconds(60), (_, _) => 2));
        work.Publish();

        using var together = StoreRooms.OpenReader(place["shared"]);
        var status = together.Status();
        Assert.Equal((6, 2, 10), (status.Completed, status.Running, status.Pending));
        Assert.Equal(["node7:12:1:-"], status.Workers);
        Assert.InRange(Assert.Single(status.Stacks).Silence!.Value, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.Empty(status.Lost);
    }

    [Fact]
    public void A_folder_of_shards_is_made_once_and_nothing_else_is_taken_for_one()
    {
        var folder = Make(3);
        Assert.Equal(3, Make(5).Count);
        Assert.Contains("--shard is 1/5, but", Assert.Throws<SweepException>(() => Begin(folder, new ShardPlace(1, 5))).Message, StringComparison.Ordinal);
        Assert.Contains("is a folder of 3 shards, and only the worker of a shard writes to it", Assert.Throws<SweepException>(() =>
            StoreRooms.CreateOrOpen(place["shared"], FormulaRunner.Parameters, time)).Message, StringComparison.Ordinal);

        Directory.CreateDirectory(place["other"]);
        File.WriteAllText(place["other/notes.txt"], "mine");
        Assert.Contains("holds something else than shards", Assert.Throws<SweepException>(() => Make(2, "other")).Message, StringComparison.Ordinal);
        File.WriteAllText(place["file"], "mine");
        Assert.Contains("is a file, but", Assert.Throws<SweepException>(() => Make(2, "file")).Message, StringComparison.Ordinal);
        File.WriteAllText(place["shared/shards.json"], "{");
        Assert.Contains("does not say how many shards", Assert.Throws<SweepException>(() => ShardFolder.Open(place["shared"])).Message,
            StringComparison.Ordinal);
        Assert.Equal(["file", "other", "shared"], Directory.GetFileSystemEntries(place["."]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    private static SqliteConnection SqliteOf(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Mode=ReadOnly;Pooling=False");
        connection.Open();
        return connection;
    }

    /// <summary>A shard in the hands of a worker by this machine's clock, which readers go by.</summary>
    private static ShardWork StoreOf(ShardFolder folder) =>
        ShardWork.Begin(folder, new ShardPlace(2, folder.Count), FormulaRunner.Parameters, TimeProvider.System, TimeSpan.FromSeconds(60));

    private static FormulaSweep Local()
    {
        var sweep = new FormulaSweep(onDisk: true);
        sweep.Register(All);
        sweep.Run();
        return sweep;
    }

    private static FormulaRunner Runner(CancellationTokenSource cancel, int pause)
    {
        var steps = 0;
        return new FormulaRunner { BeforeStep = (_, _) => { if (++steps == pause) cancel.Cancel(); } };
    }

    private ShardFolder Make(int count, string name = "shared") => ShardFolder.Make(place[name], count, FormulaRunner.Parameters, time, store =>
        store.Register("formula", "Does it add up?", "version: 1", All, new FormulaRunner().StackKey));

    private ShardWork Begin(ShardFolder folder, int shard) => Begin(folder, new ShardPlace(shard, folder.Count));

    private ShardWork Begin(ShardFolder folder, ShardPlace shard) =>
        ShardWork.Begin(folder, shard, FormulaRunner.Parameters, time, TimeSpan.FromSeconds(60));

    /// <param name="pause">After how many steps the worker is asked to leave; 0 for never.</param>
    private RunSummary Train(ShardFolder folder, int shard, int pause = 0)
    {
        using var work = Begin(folder, shard);
        using var cancel = new CancellationTokenSource();
        var summary = new SweepRun(work.Store, Runner(cancel, pause), observer, null, time).Execute(cancel.Token);
        work.Publish(isLast: true);
        return summary;
    }

    /// <summary>All that exports are made from, times apart.</summary>
    private static List<string> Record(Func<IStoreReader> open)
    {
        using var reader = open();
        return
        [
            .. reader.Trials().Select(t => $"{t.Id} {t.Point} {t.State} {t.Reason} {t.Epochs} {t.Steps}"),
            .. reader.Losses().Select(l => $"{l.Trial} {l.Row.Epoch} {l.Row.Step} {l.Row.Batches} {string.Join(' ', l.Row.Terms)}"),
            .. reader.MetricValues().Select(m => $"{m}"),
            .. reader.Sweeps().Select(s => $"{s}"),
            .. reader.Memberships().Select(m => $"{m}"),
            .. reader.Parameters.Select(p => p.Name),
        ];
    }
}
