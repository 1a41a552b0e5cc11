using VicRegSweeps.SweepEngine;
using VicRegSweeps.Trials.Images;

namespace VicRegSweeps.Trials.Tests.Images;

/// <summary>A record of CIFAR-100 has the coarse label first; the fine one is what counts.</summary>
public sealed class Cifar100Tests : IDisposable
{
    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Fine_labels_and_planes_are_where_the_format_puts_them()
    {
        Write("train.bin", 5);
        Write("test.bin", 3);

        var (train, test) = Cifar100.Read(folder.Path, 5, 2);

        using (train)
        using (test)
        {
            Assert.Equal((5, 2, 100), (train.Count, test.Count, train.Classes));
            Assert.Equal([99L, 98, 97, 96, 95], train.Labels.data<long>().ToArray());
            Assert.Equal(PixelOf(4, 1, 30, 7), train.Images[4, 1, 30, 7].item<byte>());
            Assert.Equal(PixelOf(1, 2, 31, 31), test.Images[1, 2, 31, 31].item<byte>());
        }
    }

    [Fact]
    public void There_are_a_hundred_names_in_the_order_of_the_alphabet()
    {
        var names = Cifar100.Format.ClassNames;

        Assert.Equal(100, names.Distinct().Count());
        Assert.Equal(names.Select(name => name.Replace(' ', '_')).Order(StringComparer.Ordinal), names.Select(name => name.Replace(' ', '_')));
    }

    [Theory]
    [InlineData("data_batch_1.bin", "holds CIFAR-10, but CIFAR-100 is needed. Download it with 'vicreg-sweep data fetch cifar100'.")]
    [InlineData("train.mat", "holds another version of CIFAR-100, but the binary version is needed.")]
    [InlineData("cifar-100-binary/train.bin", "is one folder too high. CIFAR-100 lies in '")]
    [InlineData("nothing", "train.bin' is missing. Download CIFAR-100 with 'vicreg-sweep data fetch cifar100'.")]
    public void What_people_have_in_its_place_is_told_from_it(string file, string message)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder[file])!);
        File.WriteAllText(folder[file], "");

        Assert.Contains(message, Assert.Throws<SweepException>(() => Cifar100.Read(folder.Path, 2, 2)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_folder_a_wrong_label_and_a_file_of_CIFAR10s_records_are_refused()
    {
        Assert.Contains("There is no CIFAR-100 folder", Assert.Throws<SweepException>(() => Cifar100.Read(folder["nowhere"], 2, 2)).Message,
            StringComparison.Ordinal);

        Write("test.bin", 2);
        Write("train.bin", 2, label: 100);
        Assert.Contains("record 0 has label 100, but CIFAR-100 has labels 0 to 99.",
            Assert.Throws<SweepException>(() => Cifar100.Read(folder.Path, 2, 2)).Message, StringComparison.Ordinal);

        File.WriteAllBytes(folder["train.bin"], new byte[3073 * 2]);
        Assert.Contains("6146 bytes are not a multiple of the 3074 bytes of a record of CIFAR-100's",
            Assert.Throws<SweepException>(() => Cifar100.Read(folder.Path, 2, 2)).Message, StringComparison.Ordinal);
    }

    private void Write(string name, int images, int? label = null) => File.WriteAllBytes(
        folder[name],
        [
            .. Enumerable.Range(0, images).SelectMany(image => (byte[])
            [
                (byte)(image % 20), (byte)(label ?? 99 - image),
                .. from channel in Enumerable.Range(0, 3)
                   from row in Enumerable.Range(0, 32)
                   from column in Enumerable.Range(0, 32)
                   select PixelOf(image, channel, row, column),
            ]),
        ]);

    private static byte PixelOf(int image, int channel, int row, int column) => (byte)((image * 31) + (channel * 7) + (row * 5) + column);
}
