using TorchSharp;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.Trials.Images;

namespace VicRegSweeps.Trials.Tests.Images;

/// <summary>The binary format is read as published, and what is wrong with a folder is said in one sentence.</summary>
public sealed class Cifar10Tests : IDisposable
{
    private readonly ScratchFolder folder = new();

    [Fact]
    public void Labels_and_planes_are_where_the_format_puts_them()
    {
        WriteBatch("data_batch_1.bin", 5);
        WriteBatch("test_batch.bin", 3);

        var (train, test) = Cifar10.Read(folder.Path, 4, 3);
        using (train)
        using (test)
        {
            Assert.Equal([4, 3, 32, 32], train.Images.shape);
            Assert.Equal([3, 3, 32, 32], test.Images.shape);
            Assert.Equal([0L, 1, 2, 3], train.Labels.data<long>().ToArray());
            Assert.Equal(PixelOf(2, 1, 30, 7), train.Images[2, 1, 30, 7].item<byte>());
            Assert.Equal(PixelOf(3, 2, 31, 31), train.Images[3, 2, 31, 31].item<byte>());
            Assert.Equal(10, train.Classes);
        }
    }

    [Fact]
    public void Equal_images_have_equal_keys_and_others_do_not()
    {
        WriteBatch("data_batch_1.bin", 5);
        WriteBatch("test_batch.bin", 5);

        var (first, second) = Cifar10.Read(folder.Path, 5, 5);
        var (shorter, _) = Cifar10.Read(folder.Path, 4, 5);

        Assert.Equal(first.ContentKey, second.ContentKey);
        Assert.NotEqual(first.ContentKey, shorter.ContentKey);
    }

    [Fact]
    public void A_missing_folder_says_how_to_get_the_data()
    {
        var error = Assert.Throws<SweepException>(() => Cifar10.Read(folder["nowhere"], 1, 1));

        Assert.Contains(folder["nowhere"], error.Message, StringComparison.Ordinal);
        Assert.Contains("vicreg-sweep data fetch cifar10", error.Message, StringComparison.Ordinal);
        Assert.Contains("CIFAR10_DIR", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named_with_the_number_of_images_that_are_there()
    {
        WriteBatch("data_batch_1.bin", 10_000);

        var error = Assert.Throws<SweepException>(() => Cifar10.Read(folder.Path, 10_001, 1));

        Assert.Contains("data_batch_2.bin", error.Message, StringComparison.Ordinal);
        Assert.Contains("10000", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_no_image_comes_from_need_not_exist()
    {
        WriteBatch("data_batch_1.bin", 10_000);
        WriteBatch("test_batch.bin", 1);

        var (train, _) = Cifar10.Read(folder.Path, 10_000, 1);

        Assert.Equal(10_000, train.Count);
    }

    [Fact]
    public void A_cut_file_is_damaged()
    {
        File.WriteAllBytes(folder["data_batch_1.bin"], new byte[3073 + 100]);

        AssertComplaint("data_batch_1.bin", "3173");
    }

    [Fact]
    public void A_file_with_fewer_images_than_asked_says_how_many_it_has()
    {
        WriteBatch("data_batch_1.bin", 0);

        AssertComplaint("data_batch_1.bin", "has 0 images");
    }

    [Fact]
    public void A_label_beyond_the_ten_classes_names_its_record()
    {
        WriteBatch("data_batch_1.bin", 12);
        var bytes = File.ReadAllBytes(folder["data_batch_1.bin"]);
        bytes[7 * 3073] = 11;
        File.WriteAllBytes(folder["data_batch_1.bin"], bytes);

        AssertComplaint("record 7", "label 11");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(50_001)]
    public void A_number_of_images_that_it_does_not_have_is_refused(int images)
    {
        var error = Assert.Throws<SweepException>(() => Cifar10.Read(folder.Path, images, 1));

        Assert.Contains("data.train_images", error.Message, StringComparison.Ordinal);
        Assert.Contains("50000", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_real_data_set_has_its_first_image_a_frog()
    {
        var real = Environment.GetEnvironmentVariable("CIFAR10_DIR");
        Assert.SkipUnless(Directory.Exists(real), "CIFAR10_DIR does not name a folder.");

        var (train, test) = Cifar10.Read(real, 10, 10);

        Assert.Equal([6L, 9, 9, 4, 1, 1, 2, 7, 8, 3], train.Labels.data<long>().ToArray());
        Assert.Equal([3L, 8, 8, 0, 6, 6, 1, 6, 3, 1], test.Labels.data<long>().ToArray());
        Assert.Equal([59, 43, 50], train.Images[0, 0, 0, ..3].to_type(torch.ScalarType.Int32).data<int>().ToArray());
    }

    public void Dispose() => folder.Dispose();

    private static byte PixelOf(int record, int channel, int row, int column) =>
        (byte)(record * 31 + channel * 101 + row * 7 + column);

    private void WriteBatch(string name, int records)
    {
        using var stream = File.Create(folder[name]);
        for (var record = 0; record < records; record++)
        {
            stream.WriteByte((byte)(record % 10));
            for (var i = 0; i < 3072; i++)
                stream.WriteByte(PixelOf(record, i / 1024, i / 32 % 32, i % 32));
        }
    }

    private void AssertComplaint(params string[] parts)
    {
        var error = Assert.Throws<SweepException>(() => Cifar10.Read(folder.Path, 10, 1));
        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("data_batch_1", "", "holds the Python version of CIFAR-10, but the binary version of CIFAR-10 is needed.")]
    [InlineData("data_batch_1.mat", "", "holds the MATLAB version of CIFAR-10, but ")]
    [InlineData("fine_label_names.txt", "", "holds CIFAR-100, but ")]
    [InlineData("train", "", "holds CIFAR-100, but ")]
    [InlineData("cifar-10-batches-bin/data_batch_1.bin", "", "is one folder too high. CIFAR-10 lies in '")]
    [InlineData("my images/data_batch_1.bin", "", "is one folder too high. CIFAR-10 lies in '")]
    [InlineData("cifar-10-batches-py/data_batch_1", "", "cifar-10-batches-py' holds the Python version of CIFAR-10, but ")]
    [InlineData("cifar-10-binary.tar.gz", "", "holds the archive of CIFAR-10, which is not unpacked. Unpack it with 'vicreg-sweep data fetch cifar10 --from ")]
    [InlineData("cifar-10-binary.tar.gz", "cifar-10-binary.tar.gz",
        "is an archive, but must be a folder. Unpack it with 'vicreg-sweep data fetch cifar10 --from ")]
    [InlineData("cifar-10-python.tar.gz", "cifar-10-python.tar.gz", "is an archive of another version of CIFAR-10, but the binary version is needed.")]
    [InlineData("cifar-100-binary.tar.gz", "cifar-100-binary.tar.gz", "is an archive of CIFAR-100, but CIFAR-10 is needed.")]
    [InlineData("data_batch_1.bin", "data_batch_1.bin", "is a file, but must be the folder with data_batch_1.bin, such as cifar-10-batches-bin.")]
    [InlineData("nothing", "", "data_batch_1.bin' is missing. Download CIFAR-10 with 'vicreg-sweep data fetch cifar10'.")]
    public void What_lies_in_the_place_of_the_folder_is_recognized(string file, string asked, string sentence)
    {
        using var scratch = new ScratchFolder();
        Directory.CreateDirectory(Path.GetDirectoryName(scratch[file])!);
        File.WriteAllText(scratch[file], "");

        var error = Assert.Throws<SweepException>(() => Cifar10.Read(asked.Length == 0 ? scratch.Path : scratch[asked], 100, 100));

        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }
}
