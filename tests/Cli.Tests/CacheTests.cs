using System.Text.Json;

namespace VicRegSweeps.Cli.Tests;

/// <summary>The cache lists its feature banks, and lets go of those that nobody used for longest.</summary>
public sealed class CacheTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void Banks_are_listed_and_the_least_used_go_first_and_runs_build_them_anew()
    {
        var old = Build("solo-learn");
        var recent = Build("mild");
        var recipe = place.PathOf($"c/{Key(old)}/bank.json");
        File.SetLastWriteTimeUtc(recipe, new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc));

        var banks = List();
        Assert.Equal([Key(recent), Key(old)], banks.Select(Key));
        Assert.Equal((true, 96, 2, "solo-learn", "2026-01-02T03:04:05Z"), (
            banks[1].GetProperty("complete").GetBoolean(), banks[1].GetProperty("train_images").GetInt32(), banks[1].GetProperty("views").GetInt32(),
            banks[1].GetProperty("recipe").GetString(), banks[1].GetProperty("last_use_utc").GetString()));
        Assert.Equal(Directory.GetFiles(Path.GetDirectoryName(recipe)!).Sum(file => new FileInfo(file).Length), banks[1].GetProperty("bytes").GetInt64());
        var table = place.Run("cache", "--cache", "c").Output;
        Assert.Contains($"{Key(old)[..8]}   ", table, StringComparison.Ordinal);
        Assert.Contains("96 images × 2 views (solo-learn), 40 held out; vgg16, random weights of seed 0", table, StringComparison.Ordinal);
        Assert.Contains("2 feature banks, ", table, StringComparison.Ordinal);

        var kept = place.Run("cache", "--cache", "c", "--keep", "1M");
        Assert.Equal((0, ""), (kept.ExitCode, kept.Output));
        Assert.StartsWith("1 feature bank removed, ", kept.Error, StringComparison.Ordinal);
        Assert.Equal([Key(recent)], List().Select(Key));

        place.Write("c/notes/mine.txt", "not a bank");
        place.Write("c/images/mine.bin", "no decoded images");
        place.Write("c/images/0123456789abcdef0123456789abcdef.bin", new string('x', 3 << 20));
        Assert.Contains("\nDecoded images, 3.0 MiB.", place.Run("cache", "--cache", "c").Output, StringComparison.Ordinal);
        var cleared = place.Run("cache", "--cache", "c", "--clear");
        Assert.Equal(0, cleared.ExitCode);
        Assert.Contains("Decoded images removed, 3.0 MiB.", cleared.Error, StringComparison.Ordinal);
        Assert.Empty(List());
        Assert.True(File.Exists(place.PathOf("c/notes/mine.txt")));
        Assert.Equal([place.PathOf("c/images/mine.bin")], Directory.GetFiles(place.PathOf("c/images")));

        Assert.Equal(Key(recent), Key(Build("mild")));
    }

    [Fact]
    public void A_bank_that_a_process_is_building_stays()
    {
        const string key = "0123456789abcdef0123456789abcdef";
        place.Write($"c/{key}/train-000000.safetensors", "a part of it");
        using var held = new FileStream(place.PathOf($"c/{key}/lock"), FileMode.CreateNew, FileAccess.Write, FileShare.None);

        var result = place.Run("cache", "--cache", "c", "--clear");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains($"{key}: a process is building this feature bank, so it stays.", result.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(place.PathOf($"c/{key}/train-000000.safetensors")));
    }

    [Theory]
    [InlineData("--keep is 'much', but must be a size such as 500M or 20G.", "--keep", "much")]
    [InlineData("--keep is '-1G', but must be a size such as 500M or 20G.", "--keep=-1G")]
    [InlineData("--clear removes all feature banks and --keep some of them: give one of the two.", "--clear", "--keep", "1G")]
    public void What_makes_no_sense_removes_nothing(string message, params string[] options)
    {
        place.Write("c/0123456789abcdef0123456789abcdef/train-000000.safetensors", "a part of it");

        var result = place.Run(["cache", "--cache", "c", .. options]);

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith(message, result.Error, StringComparison.Ordinal);
        Assert.Single(List());
    }

    /// <returns>The bank that was used last.</returns>
    private JsonElement Build(string recipe)
    {
        place.Write(
            "tiny.yaml", Workplace.TinySweep.Replace("  augment.views: 2\n", $"  augment.views: 2\n  augment.recipe: {recipe}\n", StringComparison.Ordinal));
        Assert.Equal(0, place.Run("features", "tiny.yaml", "--out", "f.npy", "--cache", "c", "--quiet").ExitCode);
        return List()[0];
    }

    private List<JsonElement> List() => [.. JsonDocument.Parse(place.Run("cache", "--cache", "c", "--json").Output).RootElement.EnumerateArray()];

    private static string Key(JsonElement bank) => bank.GetProperty("key").GetString()!;
}
