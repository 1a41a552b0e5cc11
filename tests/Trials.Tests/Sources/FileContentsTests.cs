using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials.Sources;

namespace VicRegSweeps.Trials.Tests.Sources;

/// <summary>What lies in files and folders, by which trials are told.</summary>
public sealed class FileContentsTests : IDisposable
{
    private readonly OwnData data = new();

    public void Dispose() => data.Dispose();

    [Fact]
    public void A_folder_counts_by_its_images_their_order_and_their_classes()
    {
        Images("own", "a/1", "a/2", "b/3");
        Images("renamed", "x/one", "x/two", "y/three");
        Images("other order", "a/2", "a/1", "b/3");
        Images("other classes", "a/1", "b/2", "b/3");
        Images("no classes", "1", "2", "3");
        Images("further", "a/1", "a/2", "b/3", "b/4");

        Assert.Equal(Of("own"), Of("renamed"));
        Assert.Equal(5, new[] { "own", "other order", "other classes", "no classes", "further" }.Select(name => Of(name)).Distinct().Count());
        File.WriteAllText(data["own/b/3.png"], "changed");
        Assert.NotEqual(Of("own"), Of("renamed"));
    }

    [Fact]
    public void Held_out_images_are_of_the_classes_of_the_others()
    {
        Images("own", "a/1", "a/2", "b/3", "b/4");
        Images("of a", "a/5", "a/6");
        Images("of b", "b/5", "b/6");

        Assert.NotEqual(Of("own", held: "of a"), Of("own", held: "of b"));
    }

    [Fact]
    public void What_is_remembered_is_asked_again_when_a_file_has_another_size_or_time()
    {
        var path = data.WriteLabels("labels.npy", 0, 1, 0, 1);
        var s = Npy();
        var before = New().Of(s.Catalogue["data.labels"], s);
        Assert.Equal(before, New().Of(s.Catalogue["data.labels"], s));

        data.WriteLabels("labels.npy", 1, 1, 0, 1);
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddSeconds(5));

        Assert.NotEqual(before, New().Of(s.Catalogue["data.labels"], s));
    }

    [Fact]
    public void A_large_file_is_read_with_progress_and_can_be_interrupted()
    {
        File.WriteAllBytes(data["weights.safetensors"], new byte[9 << 20]);
        var s = OwnData.Settings("shapes", ("backbone.weights", data["weights.safetensors"]));
        var parameter = s.Catalogue["backbone.weights"];
        using var interruption = new CancellationTokenSource();
        var progress = new List<Progress>();
        Assert.Throws<OperationCanceledException>(() => new FileContents(data["cache"], Seen, interruption.Token).Of(parameter, s));

        Assert.Equal([(4L, 9L)], progress.Select(p => (p.Done, p.Total)));
        Assert.Equal(
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(new byte[9 << 20])), new FileContents(data["cache"], progress.Add).Of(parameter, s));
        Assert.Equal([4, 4, 8, 9], progress.Select(p => p.Done));

        void Seen(Progress now)
        {
            progress.Add(now);
            interruption.Cancel();
        }
    }

    [Fact]
    public void Files_of_CIFAR10_do_not_count_and_what_is_not_there_has_no_content()
    {
        var cifar = TrialSettings.From(TrialCatalogue.Parameters, ("data.source", "cifar10"), ("data.path", data["nowhere"]));
        Assert.Null(New().Of(cifar.Catalogue["data.path"], cifar));
        var missing = OwnData.Settings("npy", ("data.path", data["nowhere.npy"]), ("backbone.weights", data["nowhere.safetensors"]));
        Assert.Null(New().Of(missing.Catalogue["data.path"], missing));
        Assert.Null(New().Of(missing.Catalogue["backbone.weights"], missing));
    }

    [Fact]
    public void Training_on_other_content_than_was_planned_is_refused()
    {
        data.WriteLabels("labels.npy", 0, 1, 0, 1);
        var s = Npy();
        var planned = TrialSettings.FromJson(s.Catalogue, s.ToJson()
            .Replace("labels.npy\"", $"labels.npy\",\"data.labels.content\":\"{New().Of(s.Catalogue["data.labels"], s)}\"", StringComparison.Ordinal));
        Assert.Single(planned.Contents());
        New().RefuseOthers(planned);

        File.Move(data["labels.npy"], data["elsewhere.npy"]);
        Assert.Contains("which cannot be read any more.", Assert.Throws<SweepException>(() => New().RefuseOthers(planned)).Message, StringComparison.Ordinal);
        data.WriteLabels("labels.npy", 0, 1, 1, 1);
        Assert.Contains("whose content changed: these trials are of ", Assert.Throws<SweepException>(() => New().RefuseOthers(planned)).Message,
            StringComparison.Ordinal);
    }

    private FileContents New() => new(data["cache"]);

    private TrialSettings Npy() => OwnData.Settings(
        "npy", ("data.path", data.WriteImages("images.npy", 4, 32, 32, (image, _, _, _) => (byte)image)), ("data.labels", data["labels.npy"]),
        ("data.train_images", 2));

    private string? Of(string folder, string? held = null)
    {
        var s = held is null ? OwnData.Settings("folder", ("data.path", data[folder]))
            : OwnData.Settings("folder", ("data.path", data[folder]), ("data.test_path", data[held]));
        return FolderSource.ContentOf(data[held ?? folder], OwnFiles.PathOf(s, OwnFiles.PathParameter)!, data.Reading);
    }

    /// <summary>Files that hold the last letter of their place in the list: a checksum needs no image.</summary>
    private void Images(string folder, params string[] files)
    {
        foreach (var (i, file) in files.Index())
        {
            Directory.CreateDirectory(Path.GetDirectoryName(data[$"{folder}/{file}.png"])!);
            var digit = char.IsAsciiDigit(file[^1]) ? file[^1] : (char)('1' + Array.IndexOf(["x/one", "x/two", "y/three"], file));
            File.WriteAllText(data[$"{folder}/{file}.png"], $"content {(folder == "other order" ? (char)('1' + i) : digit)}");
        }
    }
}
