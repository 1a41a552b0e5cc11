using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Images;
using VicRegSweeps.Trials.Sources;

namespace VicRegSweeps.Trials.Tests.Sources;

/// <summary>Images of NPY files are read as they lie there, and what does not fit is said in a sentence before anything is trained.</summary>
public sealed class NpySourceTests : IDisposable
{
    private readonly OwnData data = new();

    public void Dispose() => data.Dispose();

    [Fact]
    public void Pixels_and_labels_of_each_image_stay_together()
    {
        var s = Images(40, 32, 32, labels: true);

        var (train, test, _) = Read(s);

        using (train)
        using (test)
        {
            Assert.Equal((32, 8, 4, 32), (train.Count, test.Count, train.Classes, train.Side));
            foreach (var set in new[] { train, test })
            {
                for (var i = 0; i < set.Count; i++)
                {
                    int image = set.Images[i, 0, 0, 0].item<byte>() / 5; // Value() below.
                    Assert.Equal(image % 4, set.Labels[i].item<long>());
                    Assert.Equal(Value(image, 30, 7, 1), set.Images[i, 1, 30, 7].item<byte>());
                    Assert.Equal(Value(image, 2, 31, 2), set.Images[i, 2, 2, 31].item<byte>());
                }
            }
        }
    }

    [Fact]
    public void Without_labels_there_are_no_classes()
    {
        var (train, test, _) = Read(Images(12, 32, 32, labels: false));
        using (train)
        using (test)
        {
            Assert.Equal((0, 0), (train.Classes, test.Classes));
            Assert.All(train.Labels.data<long>().ToArray(), label => Assert.Equal(ImageSet.NoLabel, label));
        }
    }

    [Fact]
    public void Equal_content_has_an_equal_key_wherever_it_lies_and_another_has_another()
    {
        var s = Images(12, 32, 32, labels: true);
        File.Copy(data["images.npy"], data["copy.npy"]);

        var (key, copy) = (KeyOf(s), KeyOf(OwnData.Settings("npy", ("data.path", data["copy.npy"]), ("data.labels", data["labels.npy"]))));
        data.WriteLabels("labels.npy", [.. Enumerable.Range(0, 12).Select(i => (i + 1L) % 4)]);

        Assert.Equal(key, copy);
        Assert.NotEqual(key, KeyOf(s));
    }

    [Fact]
    public void Images_of_another_size_are_resized_and_cropped_in_the_middle()
    {
        data.WriteImages("wide.npy", 6, 64, 128, (image, _, column, _) => (byte)(column is < 32 or >= 96 ? 0 : 10 * image));

        var (train, test, _) = Read(OwnData.Settings("npy", ("data.path", data["wide.npy"]), ("data.side", 32)));

        using (train)
        using (test)
        {
            Assert.Equal([4, 3, 32, 32], train.Images.shape);
            Assert.All(Enumerable.Range(0, 4), i => Assert.Equal(1, train.Images[i, .., .., 1..31].unique().output.shape[0])); // The border alone is mixed.
        }
    }

    [Fact]
    public void Held_out_images_may_lie_in_a_file_of_their_own()
    {
        Images(12, 32, 32, labels: true);
        data.WriteImages("test.npy", 5, 32, 32, (image, _, _, _) => (byte)(200 + image));
        data.WriteLabels("test-labels.npy", 3, 2, 1, 0, 0);

        var (train, test, _) = Read(OwnData.Settings(
            "npy",
            ("data.path", data["images.npy"]), ("data.labels", data["labels.npy"]), ("data.test_path", data["test.npy"]),
            ("data.test_labels", data["test-labels.npy"])));

        using (train)
        using (test)
        {
            Assert.Equal((12, 5), (train.Count, test.Count));
            long[] expected = [3, 2, 1, 0, 0];
            for (var i = 0; i < 5; i++) Assert.Equal(expected[test.Images[i, 0, 0, 0].item<byte>() - 200], test.Labels[i].item<long>());
        }
    }

    [Theory]
    [InlineData("<f4", "(4, 32, 32, 3)", 4,
        "holds elements of type '<f4', but must hold uint8 pixels from 0 to 255. For floating-point pixels from 0 to 1: numpy.round(255 * x).astype(numpy.uint8).")]
    [InlineData("|O", "(4,)", 1,
        "holds pickled Python objects, as numpy.save writes arrays of unequal shapes. They are never loaded: it must hold uint8 pixels from 0 to 255, all of one shape.")]
    [InlineData("|u1", "(4, 3, 32, 32)", 1, "is 4 × 3 × 32 × 32, but images must be N × H × W × 3. Move the channels last: numpy.transpose(x, (0, 2, 3, 1)).")]
    [InlineData("|u1", "(4, 32, 32)", 1,
        "is 4 × 32 × 32, but images must be N × H × W × 3. Give grey images three channels: numpy.repeat(x[..., None], 3, axis=3).")]
    [InlineData("|u1", "(4, 32, 32, 4)", 1, "is 4 × 32 × 32 × 4, but images must be N × H × W × 3. Leave out the alpha channel: x[..., :3].")]
    [InlineData("|u1", "(1, 32, 32, 3)", 1, "has 1 image, but must have at least 4: 2 to train on, and 2 that are held out.")]
    [InlineData("|u1", "(0, 32, 32, 3)", 1, "has 0 images, but must have at least 4: 2 to train on, and 2 that are held out.")]
    public void A_file_that_does_not_fit_is_noticed_by_the_plan(string type, string shape, int bytes, string complaint)
    {
        var elements = shape.Trim('(', ')').Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Aggregate(1, (product, size) => product * int.Parse(size, System.Globalization.CultureInfo.InvariantCulture));
        data.Write("x.npy", type, shape, new byte[elements * bytes]);

        Assert.Equal($"'{data["x.npy"]}' {complaint}", OwnData.Complaint(OwnData.Settings("npy", ("data.path", data["x.npy"]))));
    }

    [Fact]
    public void A_file_that_ends_early_is_noticed_by_the_plan()
    {
        data.Write("x.npy", "|u1", "(8, 32, 32, 3)", new byte[7 * 32 * 32 * 3]);

        Assert.Contains("is damaged: its header announces 8 × 32 × 32 × 3 elements of 1 bytes, but 21504 bytes follow it.",
            OwnData.Complaint(OwnData.Settings("npy", ("data.path", data["x.npy"]))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_that_is_not_given_or_leads_nowhere_or_to_a_folder_is_noticed_by_the_plan()
    {
        Assert.Equal("'data.path' is not given, but data.source npy needs it: an NPY file of images, N × H × W × 3 of uint8.",
            OwnData.Complaint(OwnData.Settings("npy")));
        Assert.Equal(
            $"'data.path' is '{data["no ü.npy"]}', but there is no such file. A relative path begins at the current folder, '{Environment.CurrentDirectory}'.",
            OwnData.Complaint(OwnData.Settings("npy", ("data.path", data["no ü.npy"]))));
        Directory.CreateDirectory(data["folder"]);
        Assert.Equal($"'data.path' is '{data["folder"]}', which is a folder, but must be a file.",
            OwnData.Complaint(OwnData.Settings("npy", ("data.path", data["folder"]))));
        Images(12, 32, 32, labels: false);
        Assert.StartsWith($"'data.test_path' is '{data["gone"]}', but there is no such file.",
            OwnData.Complaint(OwnData.Settings("npy", ("data.path", data["images.npy"]), ("data.test_path", data["gone"]))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_that_is_larger_than_the_data_is_noticed_by_the_plan()
    {
        Images(40, 32, 32, labels: false);

        Assert.Equal(
            $"'train.batch_size' is 256, but '{data["images.npy"]}' has 32 samples to train on. Make batches of at most so many.",
            OwnData.Complaint(OwnData.Settings("npy", ("data.path", data["images.npy"]), ("train.batch_size", 256))));
    }

    [Theory]
    [InlineData(48, "'data.side' is 48, but must be a multiple of 32, since the backbone halves its maps five times.")]
    [InlineData(64, null)]
    public void A_side_that_the_backbone_cannot_halve_is_noticed_by_the_plan(int side, string? complaint)
    {
        Images(12, 32, 32, labels: false);

        Assert.Equal(complaint, OwnData.Complaint(OwnData.Settings("npy", ("data.path", data["images.npy"]), ("data.side", side))));
    }

    [Theory]
    [InlineData("holds -1 at position 1 (counted from 0), but a label must be a whole number from 0 to 9999.", 0, -1, 1, 1)]
    [InlineData("holds 10000 at position 3 (counted from 0), but a label must be a whole number from 0 to 9999.", 0, 1, 2, 10_000)]
    [InlineData("has 3 labels, but must have one for each of the 4 samples of '{images}'.", 0, 1, 2)]
    [InlineData(
        "has no sample of class 1, but its labels must be the numbers from 0 to 2, each of them at least once: numpy.unique(labels, return_inverse=True)[1] numbers classes so.", 0, 2, 2, 0)]
    public void Labels_that_do_not_fit_are_noticed_by_the_plan(string complaint, params int[] labels)
    {
        var s = Images(4, 32, 32, labels: true);
        data.WriteLabels("labels.npy", [.. labels.Select(label => (long)label)]);

        Assert.Equal($"'{data["labels.npy"]}' {complaint.Replace("{images}", data["images.npy"], StringComparison.Ordinal)}", OwnData.Complaint(s));
    }

    [Fact]
    public void A_class_that_is_held_out_alone_is_noticed_by_the_plan()
    {
        Images(12, 32, 32, labels: true);
        data.WriteImages("test.npy", 3, 32, 32, (_, _, _, _) => 1);
        data.WriteLabels("test-labels.npy", 0, 4, 1);
        var s = OwnData.Settings(
            "npy", ("data.path", data["images.npy"]), ("data.labels", data["labels.npy"]), ("data.test_path", data["test.npy"]),
            ("data.test_labels", data["test-labels.npy"]));

        Assert.Equal(
            $"'{data["test-labels.npy"]}' holds class 4 at position 1 (counted from 0), of which '{data["labels.npy"]}' has no sample: its classes are 0 to 3.", OwnData.Complaint(s));
    }

    [Fact]
    public void A_file_that_changes_while_it_is_read_is_refused()
    {
        Images(12, 32, 32, labels: false);
        using var rows = VicRegSweeps.Trials.Arrays.NpyRows.Open(data["images.npy"], _ => true, "", "");
        rows.CheckUnchanged();

        File.SetLastWriteTimeUtc(data["images.npy"], DateTime.UnixEpoch);

        Assert.Equal(
            $"'{data["images.npy"]}' changed while it was in use: its size or time is not what it was. Run again when nothing writes to it any more.",
            Assert.Throws<SweepException>(rows.CheckUnchanged).Message);
        File.WriteAllBytes(data["images.npy"], File.ReadAllBytes(data["images.npy"])[..2000]);
        Assert.Contains("has become shorter while it was in use", Assert.Throws<SweepException>(() => rows.Read(3000, new byte[10])).Message,
            StringComparison.Ordinal);
    }

    private static ReadImages Read(TrialSettings s, OwnData data) => new NpySource().Read(s, int.MaxValue, data.Reading);

    private ReadImages Read(TrialSettings s) => Read(s, data);

    private string KeyOf(TrialSettings s)
    {
        var (train, test, _) = Read(s);
        using (train)
        using (test) return train.ContentKey + test.ContentKey;
    }

    private TrialSettings Images(int count, int height, int width, bool labels)
    {
        data.WriteImages("images.npy", count, height, width, Value);
        data.WriteLabels("labels.npy", [.. Enumerable.Range(0, count).Select(i => i % 4L)]);
        return labels ? OwnData.Settings("npy", ("data.path", data["images.npy"]), ("data.labels", data["labels.npy"]))
            : OwnData.Settings("npy", ("data.path", data["images.npy"]));
    }

    private static byte Value(int image, int row, int column, int channel) =>
        (byte)((5 * image) + (row == 0 && column == 0 ? 0 : (row * 3) + column + channel));
}
