using System.Diagnostics;
using SkiaSharp;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Images;
using VicRegSweeps.Trials.Sources;
using VicRegSweeps.Trials.Tests.Images;

namespace VicRegSweeps.Trials.Tests.Sources;

/// <summary>Folders of image files as people have them: with odd names, links, and files that are none.</summary>
public sealed class FolderSourceTests : IDisposable
{
    private readonly OwnData data = new();

    public void Dispose() => data.Dispose();

    [Fact]
    public void Sub_folders_are_classes_in_the_order_of_their_names()
    {
        var s = Classes(("zebra", 9), ("été à la mer", 5), ("ant hill", 6));

        var (train, test, note) = Read(s);

        using (train)
        using (test)
        {
            Assert.Equal((16, 4, 3), (train.Count, test.Count, train.Classes));
            Assert.Null(note);
            // A class's pictures have one colour: see Classes.
            foreach (var set in new[] { train, test })
                Assert.All(Enumerable.Range(0, set.Count), i =>
                    Assert.Equal(set.Labels[i].item<long>(), "azé".IndexOf((char)set.Images[i, 0, 0, 0].item<byte>(), StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void Without_sub_folders_there_are_no_classes()
    {
        for (var i = 0; i < 6; i++) Write($"all/{i}.png", (byte)i);

        var (train, test, _) = Read(Settings("all"));

        using (train)
        using (test) Assert.Equal((4, 2, 0, ImageSet.NoLabel), (train.Count, test.Count, train.Classes, train.Labels[0].item<long>()));
    }

    [Fact]
    public void Folders_within_classes_are_part_of_them_and_other_files_are_passed_over()
    {
        Classes(("a", 3), ("b", 3));
        Write("own/a/2024/deep.JPG", (byte)'a', SKEncodedImageFormat.Jpeg);
        File.WriteAllText(data["own/a/notes.txt"], "no image");
        File.WriteAllText(data["own/a/.hidden.png"], "no image");
        Directory.CreateDirectory(data["own/.thumbnails"]);

        var folder = ImageFolder.Read(data["own"]);

        Assert.Equal(["a", "b"], folder.Classes);
        Assert.Equal(7, folder.Files.Count);
        Assert.Contains("a/2024/deep.JPG", folder.Files);
    }

    [Fact]
    public void Damaged_files_are_counted_and_named_and_nothing_is_trained()
    {
        var s = WithDamage();

        var error = Assert.Throws<SweepException>(() => Read(s));

        Assert.Matches(
            $"^2 of 8 images of '{data["own"]}' cannot be read: 'a/(cut|text).png' \\(.*\\), 'a/(cut|text).png' \\(.*\\)\\. Repair or remove them, or set data.skip_damaged to true to leave such files out\\.$",
            error.Message);
        Assert.Contains("'a/cut.png' (it ends early)", error.Message, StringComparison.Ordinal);
        Assert.Contains("'a/text.png' (it is no PNG or JPEG)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_files_are_left_out_and_named_where_that_is_asked_for()
    {
        var s = WithDamage(("data.skip_damaged", true));
        for (var time = 0; time < 2; time++) // The second time from the cache.
        {
            var (train, test, note) = Read(s);
            using (train)
            using (test)
            {
                Assert.Equal((6, 4, 2), (train.Count, test.Count, train.Classes));
                Assert.StartsWith("2 files left out: 'a/", note, StringComparison.Ordinal);
                Assert.All(Enumerable.Range(0, 6), i => Assert.Equal("ab"[(int)train.Labels[i].item<long>()], (char)train.Images[i, 0, 0, 0].item<byte>()));
            }
        }
    }

    [Fact]
    public void What_was_decoded_once_is_read_from_the_cache_until_a_file_changes()
    {
        var s = Classes(("a", 4), ("b", 4));
        var before = KeyOf(s);
        Assert.NotEmpty(Directory.GetFiles(data["cache/images"]));

        // Whoever spoils the cache's checksums is not believed, and the images are decoded anew.
        foreach (var file in Directory.GetFiles(data["cache/images"])) File.WriteAllBytes(file, [.. File.ReadAllBytes(file)[..^1], 77]);
        Assert.Equal(before, KeyOf(s));

        Write("own/a/0.png", (byte)'x');
        File.SetLastWriteTimeUtc(data["own/a/0.png"], DateTime.UtcNow.AddSeconds(5));
        Assert.NotEqual(before, KeyOf(s));
    }

    [Fact]
    public void What_is_interrupted_while_files_are_read_reads_none_of_them_again()
    {
        Classes(("a", 40), ("b", 40));
        var (progress, interrupted) = Interrupted(after: 30, reading => FolderSource.ContentOf(data["own"], data["own"], reading));
        Assert.True(interrupted);
        Assert.Equal(80, progress[0].Total);

        (progress, interrupted) = Interrupted(after: int.MaxValue, reading => FolderSource.ContentOf(data["own"], data["own"], reading));

        Assert.False(interrupted);
        Assert.InRange(progress[0].Total, 1, 50); // Both cores may have read one more each before they heard of it.
    }

    [Fact]
    public void What_is_interrupted_while_images_are_decoded_goes_on_with_the_part_that_was_not_kept_yet()
    {
        const int Images = FolderSource.DecodedTogether + 100;
        for (var i = 0; i < Images; i++) Write($"own/{i}.png", (byte)(i % 100));
        for (var i = 0; i < 4; i++) Write($"test/{i}.png", (byte)i);
        var s = Settings("own", ("data.test_path", data["test"]));
        var (_, interrupted) = Interrupted(after: FolderSource.DecodedTogether + 10, Decode, "decoding images");
        Assert.True(interrupted);

        (var progress, interrupted) = Interrupted(after: int.MaxValue, Decode, "decoding images");

        Assert.False(interrupted);
        Assert.Equal((FolderSource.DecodedTogether, Images), (progress[0].Done, progress[0].Total));
        Assert.Equal(100 + 1 + 4 + 1, progress.Count); // What was left of both folders, and where each began.
        Assert.Empty(Interrupted(after: int.MaxValue, Decode, "decoding images").Progress);

        void Decode(SourceReading reading)
        {
            var (train, test, _) = new FolderSource().Read(s, int.MaxValue, reading);
            using (train)
            using (test) Assert.All(Enumerable.Range(0, 20).Select(i => i * (Images / 20)), i => Assert.Equal(Colour(i), train.Images[i, 0, 0, 0].item<byte>()));
        }

        // The order is drawn: which file an image is of, its name says.
        byte Colour(int image) => (byte)(int.Parse(
            Path.GetFileNameWithoutExtension(ImageFolder.Read(data["own"]).Files[OwnFiles.Choose(s, int.MaxValue, Images, 4).Train[image]]),
            System.Globalization.CultureInfo.InvariantCulture) % 100);
    }

    [Fact]
    public void The_same_files_in_another_folder_are_the_same_data()
    {
        var key = KeyOf(Classes(("a", 4), ("b", 4)));
        Directory.Move(data["own"], data["else where"]);

        Assert.Equal(key, KeyOf(Settings("else where")));
    }

    [Fact]
    public void Links_are_followed()
    {
        Classes(("a", 4));
        Directory.CreateDirectory(data["store"]);
        for (var i = 0; i < 4; i++) Write($"store/{i}.png", (byte)'b');
        Directory.CreateSymbolicLink(data["own/b"], data["store"]);
        File.CreateSymbolicLink(data["own/a/linked.png"], data["store/0.png"]);

        var folder = ImageFolder.Read(data["own"]);

        Assert.Equal(["a", "b"], folder.Classes);
        Assert.Equal(9, folder.Files.Count);
    }

    [Fact]
    public void A_link_in_a_circle_and_one_to_nothing_are_refused_by_the_plan()
    {
        var s = Classes(("a", 4), ("b", 4));
        Directory.CreateSymbolicLink(data["own/a/round"], data["own"]);
        Assert.Equal($"'{data["own/a/round"]}' is a link to '{data["own"]}', in which it lies itself. Delete the link.", OwnData.Complaint(s));

        Directory.Delete(data["own/a/round"]);
        File.CreateSymbolicLink(data["own/b/gone.png"], data["nothing.png"]);
        Assert.Equal($"'{data["own/b/gone.png"]}' is a link that leads to nothing. Repair it, or delete it.", OwnData.Complaint(s));
    }

    [Fact]
    public void A_pipe_in_the_place_of_a_file_is_refused_by_the_plan_and_not_waited_for()
    {
        var s = Classes(("a", 4), ("b", 4));
        MakePipe("own/a/pipe.png");
        Assert.Equal(
            $"'{data["own/a/pipe.png"]}' is a pipe, a socket or a device, but must be an image. Delete it, or give it another name.", OwnData.Complaint(s));

        MakePipe("labels.npy");
        var npy = OwnData.Settings("npy", ("data.path", data.WriteImages("images.npy", 8, 4, 4, (i, _, _, _) => (byte)i)), ("data.labels", data["labels.npy"]));
        Assert.Equal($"'data.labels' is '{data["labels.npy"]}', which is a pipe, a socket or a device, but must be a file.", OwnData.Complaint(npy));
        Assert.Throws<SweepException>(() => Safetensors.Look(data["labels.npy"]));
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_named_and_left_out_where_that_is_asked_for()
    {
        // Whoever may read all files cannot read this one either.
        const string unreadable = "/proc/self/mem";
        if (!File.Exists(unreadable)) Assert.Skip("There is no /proc here.");
        Classes(("a", 4), ("b", 4));
        File.CreateSymbolicLink(data["own/a/locked.png"], unreadable);

        var error = Assert.Throws<SweepException>(() => Read(Settings("own")));
        Assert.StartsWith("1 of ", error.Message, StringComparison.Ordinal);
        Assert.Contains("'a/locked.png' (it cannot be opened)", error.Message, StringComparison.Ordinal);

        var (train, test, note) = Read(Settings("own", ("data.skip_damaged", true)));
        using (train)
        using (test) Assert.Equal(8, train.Count + test.Count);
        Assert.Equal("1 file left out: 'a/locked.png' (it cannot be opened)", note?.TrimEnd('.'));
    }

    [Fact]
    public void What_is_no_folder_of_classes_is_refused_by_the_plan()
    {
        var s = Classes(("a", 4), ("b", 4));
        Assert.Null(OwnData.Complaint(s));

        Directory.CreateDirectory(data["own/empty"]);
        Assert.Equal($"The class folder '{data["own/empty"]}' has no PNG or JPEG file in it. Put images into it, or delete it.", OwnData.Complaint(s));

        Directory.Delete(data["own/empty"]);
        Write("own/beside.png", 1);
        Assert.Equal(
            $"'{data["own"]}' has the image 'beside.png' beside the folder 'a': put every image into the folder of its class, or all of them into one folder without classes.", OwnData.Complaint(s));

        Directory.CreateDirectory(data["nothing"]);
        Assert.Equal($"'{data["nothing"]}' has no PNG or JPEG file in it.", OwnData.Complaint(Settings("nothing")));
        Write("one/a/only.png", 1);
        Assert.Equal($"'{data["one"]}' has 1 image, but must have at least 4: 2 to train on, and 2 that are held out.", OwnData.Complaint(Settings("one")));
        Assert.StartsWith($"'data.path' is '{data["gone"]}', but there is no such folder.", OwnData.Complaint(Settings("gone")), StringComparison.Ordinal);
        Assert.Equal($"'data.path' is '{data["one/a/only.png"]}', which is a file, but must be a folder.", OwnData.Complaint(Settings("one/a/only.png")));
    }

    [Fact]
    public void Held_out_images_have_the_classes_of_the_others()
    {
        Classes(("a", 4), ("b", 4));
        for (var i = 0; i < 3; i++) Write($"test/b/{i}.png", (byte)'b');
        var s = Settings("own", ("data.test_path", data["test"]));

        var (train, test, _) = Read(s);
        using (train)
        using (test)
        {
            Assert.Equal((8, 3), (train.Count, test.Count));
            Assert.Equal([1L, 1, 1], test.Labels.data<long>().ToArray());
        }

        Write("test/c/0.png", 1);
        Assert.Equal($"'{data["test"]}' has the class folder 'c', which '{data["own"]}' does not have.", OwnData.Complaint(s));
        Write("plain/0.png", 1);
        Write("plain/1.png", 1);
        Assert.Equal(
            $"'{data["own"]}' has class folders, but '{data["plain"]}' has none. Give both the same classes, or neither any.",
            OwnData.Complaint(Settings("own", ("data.test_path", data["plain"]))));
    }

    private void MakePipe(string name)
    {
        using var made = Process.Start("/usr/bin/mkfifo", [data[name]]);
        made.WaitForExit();
        Assert.Equal(0, made.ExitCode);
    }

    private TrialSettings WithDamage(params (string, ParameterValue)[] more)
    {
        Classes(("a", 3), ("b", 3));
        var whole = ImageBytes.Of(64, 64, (x, y) => new SKColor((byte)(x * y), (byte)x, (byte)y));
        File.WriteAllBytes(data["own/a/cut.png"], whole[..(whole.Length / 2)]);
        File.WriteAllText(data["own/a/text.png"], "<html>");
        for (var i = 0; i < 4; i++) Write($"test/{"ab"[i % 2]}/{i}.png", (byte)"ab"[i % 2]);
        return Settings("own", [("data.test_path", data["test"]), .. more]);
    }

    /// <summary>Every picture of a class is of one colour, the first letter of its name.</summary>
    private TrialSettings Classes(params (string Name, int Images)[] classes)
    {
        foreach (var (name, images) in classes)
        {
            for (var i = 0; i < images; i++) Write($"own/{name}/{i}.png", (byte)name[0]);
        }

        return Settings("own");
    }

    private void Write(string name, byte colour, SKEncodedImageFormat format = SKEncodedImageFormat.Png)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(data[name])!);
        File.WriteAllBytes(data[name], ImageBytes.Of(40, 36, (_, _) => new SKColor(colour, colour, colour), format));
    }

    /// <summary>Does something with files that is interrupted after so many of them.</summary>
    /// <returns>The progress of it, and whether it was interrupted.</returns>
    private (List<Progress> Progress, bool WasInterrupted) Interrupted(int after, Action<SourceReading> work, string activity = "reading image files")
    {
        using var interruption = new CancellationTokenSource();
        var progress = new List<Progress>();
        try
        {
            work(data.Reading with { Progress = Seen, Cancel = interruption.Token });
            return (progress, false);
        }
        catch (OperationCanceledException)
        {
            return (progress, true);
        }

        void Seen(Progress now)
        {
            if (now.Activity != activity) return;

            progress.Add(now);
            if (progress.Count >= after) interruption.Cancel();
        }
    }

    private TrialSettings Settings(string folder, params (string, ParameterValue)[] more) => OwnData.Settings("folder", [("data.path", data[folder]), .. more]);

    private ReadImages Read(TrialSettings s) => new FolderSource().Read(s, int.MaxValue, data.Reading);

    private string KeyOf(TrialSettings s)
    {
        var (train, test, _) = Read(s);
        using (train)
        using (test) return train.ContentKey + test.ContentKey;
    }
}
