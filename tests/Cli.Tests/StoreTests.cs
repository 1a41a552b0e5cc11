using Microsoft.Data.Sqlite;

namespace VicRegSweeps.Cli.Tests;

/// <summary>A run never ends in silence: what becomes of its store, its data and its rules is said, with exit code 2 where the user can mend it.</summary>
public sealed class StoreTests : IDisposable
{
    private static readonly string LongSweep = Workplace.TinySweep
        .Replace("train.epochs: 4", "train.epochs: 100000", StringComparison.Ordinal)
        .Replace("eval.every_epochs: 2", "eval.every_epochs: 50000", StringComparison.Ordinal);

    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Theory]
    [InlineData("", "The path of the store is empty")]
    [InlineData(":memory:", "':memory:' would be a store in memory, which is lost when the command ends")]
    [InlineData("file:x.db", "'file:x.db' begins like an address")]
    [InlineData("postgres://me:secret@host/db", "The address of the database has a password in it")]
    [InlineData("mysql://me:secret@host/db", "mysql://… is the address of something")]
    public void What_is_no_path_is_refused_by_every_verb_and_nothing_is_made(string store, string message)
    {
        place.Write("tiny.yaml", Workplace.TinySweep);
        string[][] commands =
        [
            ["run", "tiny.yaml", "--store", store], ["run", "tiny.yaml", "--dry-run", "--store", store], ["resume", store], ["status", store],
            ["export", store, "--md"], ["report", store], ["show", store, "a"], ["verify", store], ["merge", store, "b.db"], ["merge", "b.db", store],
            ["worker", "--store", store],
        ];

        foreach (var command in commands)
        {
            var result = place.Run(command);

            Assert.Equal((2, ""), (result.ExitCode, result.Output));
            Assert.StartsWith(message, result.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", result.Error, StringComparison.Ordinal);
        }

        Assert.Equal([place.PathOf("tiny.yaml")], Directory.GetFileSystemEntries(place.PathOf("")));
    }

    [Theory]
    [InlineData("remove")]
    [InlineData("move")]
    [InlineData("move", "--workers", "1")]
    public void A_store_that_is_gone_ends_the_run(string what, params string[] options)
    {
        place.Write("long.yaml", LongSweep);
        using var running = place.Start(["run", "long.yaml", "--store", "d/sweep.db", .. options]);
        running.WaitForError(options.Length > 0 ? "sweep: 0 of 4 trials" : "training: ");
        if (what == "remove") Directory.Delete(place.PathOf("d"), recursive: true);
        else Directory.Move(place.PathOf("d"), place.PathOf("e"));

        var end = running.Finish(TimeSpan.FromSeconds(60));

        Assert.Equal(2, end.ExitCode);
        Assert.Contains(
            what == "remove" ? "d/sweep.db was removed while it was written to" : $"d/sweep.db was moved to {place.PathOf("e/sweep.db")} while",
            end.Error,
            StringComparison.Ordinal);
        Assert.False(Path.Exists(place.PathOf("d")));
    }

    [Fact]
    public void Images_that_were_changed_are_refused_and_moved_ones_are_not()
    {
        var images = new byte[200 * 3073];
        Write(0);
        var sweep = """
            version: 1
            name: images
            fixed:
              data.source: cifar10
              data.path: images
              data.train_images: 64
              data.test_images: 40
              augment.views: 2
              train.epochs: 1
              train.batch_size: 32
              eval.images: 40
              eval.reference_images: 64
            grid:
              loss.variance_weight: [1]

            """;
        place.Write("a.yaml", sweep);
        Assert.Equal(0, place.Run("run", "a.yaml", "--store", "sweep.db", "--quiet").ExitCode);

        Directory.Move(place.PathOf("images"), place.PathOf("moved"));
        place.Write("b.yaml", sweep.Replace("[1]", "[1, 5]", StringComparison.Ordinal).Replace("path: images", "path: moved", StringComparison.Ordinal));
        Assert.Equal(0, place.Run("run", "b.yaml", "--store", "sweep.db", "--quiet").ExitCode);

        Write(1);
        place.Write("c.yaml", sweep.Replace("[1]", "[1, 5, 25]", StringComparison.Ordinal));
        foreach (string[] command in new string[][] { ["run", "c.yaml", "--store", "sweep.db"], ["resume", "sweep.db"] })
        {
            var refused = place.Run(command);

            Assert.Equal(2, refused.ExitCode);
            Assert.Contains("the training images are not those that its trials were trained on", refused.Error, StringComparison.Ordinal);
            Assert.Contains($"(in {place.PathOf("images")})", refused.Error, StringComparison.Ordinal);
        }

        void Write(int noise)
        {
            new Random(noise).NextBytes(images);
            for (var record = 0; record < 200; record++) images[record * 3073] = (byte)(record % 10);
            Directory.CreateDirectory(place.PathOf("images"));
            foreach (var name in new[] { "data_batch_1.bin", "test_batch.bin" }) File.WriteAllBytes(place.PathOf($"images/{name}"), images);
        }
    }

    [Fact]
    public void Status_and_show_say_that_a_stack_broke_whoever_was_told()
    {
        place.Write("tiny.yaml", Workplace.TinySweep);
        Assert.Equal(0, place.Run("run", "tiny.yaml", "--store", "sweep.db", "--quiet").ExitCode);
        string trial;
        using (var connection = new SqliteConnection($"Data Source={place.PathOf("sweep.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = """
                INSERT INTO stack_break (broke_utc, width, trials, failure_class, reason)
                SELECT '2026-11-03T12:00:00.000Z', 4, json_array(id), 'error', 'Unknown scalar type' FROM trial WHERE number = 1;
                SELECT id FROM trial WHERE number = 1
                """;
            trial = (string)command.ExecuteScalar()!;
        }

        Assert.Contains("\"broken_stacks\": 1", place.Run("status", "sweep.db", "--json").Output, StringComparison.Ordinal);
        Assert.Contains(
            "1 stack broke while it was trained; the last had 4 trials, at 2026-11-03T12:00:00.000Z: Unknown scalar type",
            place.Run("status", "sweep.db").Output,
            StringComparison.Ordinal);
        Assert.Contains(
            "a stack of 4 that it was in broke at 2026-11-03T12:00:00.000Z: Unknown scalar type",
            place.Run("show", "sweep.db", trial).Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_and_run_say_where_halving_has_nothing_to_choose_from()
    {
        place.Write("seeds.yaml", Workplace.TinySweep.Replace("loss.variance_weight: [0, 25]", "model.embedding_dim: [4, 8]", StringComparison.Ordinal)
            + "stop: {halving: {metric: embedding/knn_top1, every_epochs: 2}}\n");

        Assert.Contains("stop.halving stops nothing in this sweep.", place.Run("plan", "seeds.yaml").Output, StringComparison.Ordinal);
        var run = place.Run("run", "seeds.yaml", "--store", "sweep.db");
        Assert.Contains("stop.halving stops nothing in this sweep.", run.Error, StringComparison.Ordinal);
        Assert.Contains("\"completed\": 4", place.Run("status", "sweep.db", "--json").Output, StringComparison.Ordinal);
    }
}
