using System.Diagnostics.CodeAnalysis;
using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials.Images;

namespace VicRegSweeps.Trials.Tests.Images;

/// <summary>CIFAR arrives whole and verified, or not at all, and nothing is left behind.</summary>
public sealed class CifarDownloadTests : IDisposable
{
    private static readonly string[] Names =
    [
        "data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin", "test_batch.bin", "batches.meta.txt",
    ];

    private readonly ScratchFolder scratch = new();

    [Fact]
    public async Task A_download_ends_in_the_seven_files()
    {
        var archive = Archive(Names);
        using var network = new Answer(() => new HttpResponseMessage { Content = new ByteArrayContent(archive) });
        var last = new Progress("", 0, 0, "");

        await CifarDownload.Cifar10.FetchAsync(scratch["data/cifar"], network, p => last = p, TestContext.Current.CancellationToken, Md5(archive));

        Assert.Equal(Names.Order(), Directory.GetFiles(scratch["data/cifar"]).Select(Path.GetFileName).Order());
        Assert.Equal("contents of test_batch.bin", await File.ReadAllTextAsync(scratch["data/cifar/test_batch.bin"], TestContext.Current.CancellationToken));
        Assert.Equal(archive.Length, last.Done);
        AssertNothingElse("data", "cifar");
    }

    [Fact]
    public void CIFAR100_ends_in_its_four_files_and_another_archive_is_named()
    {
        string[] names = ["train.bin", "test.bin", "fine_label_names.txt", "coarse_label_names.txt"];
        var archive = Archive([.. names, "../escape.txt"]);

        CifarDownload.Cifar100.UnpackFrom(WriteArchive(archive), scratch["cifar100"], Md5(archive));

        Assert.Equal(names.Order(), Directory.GetFiles(scratch["cifar100"]).Select(Path.GetFileName).Order());
        Assert.Equal(new Uri("https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz"), CifarDownload.Cifar100.Source);
        Assert.Contains(
            $"but must be {CifarDownload.Cifar100.ArchiveMd5}.",
            Assert.Throws<SweepException>(() => CifarDownload.Cifar100.UnpackFrom(WriteArchive(archive), scratch["again"])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_checksum_unpacks_nothing()
    {
        var archive = Archive(Names);
        using var network = new Answer(() => new HttpResponseMessage { Content = new ByteArrayContent(archive) });

        var error = await Assert.ThrowsAsync<SweepException>(() =>
            CifarDownload.Cifar10.FetchAsync(scratch["cifar"], network, null, TestContext.Current.CancellationToken));

        Assert.Contains(Md5(archive), error.Message, StringComparison.Ordinal);
        Assert.Contains(CifarDownload.Cifar10.ArchiveMd5, error.Message, StringComparison.Ordinal);
        AssertNothingElse("");
    }

    [Fact]
    public async Task Without_a_network_it_says_so_and_names_the_other_way()
    {
        using var network = new Answer(() => throw new HttpRequestException("No such host is known."));

        var error = await Assert.ThrowsAsync<SweepException>(() =>
            CifarDownload.Cifar10.FetchAsync(scratch["cifar"], network, null, TestContext.Current.CancellationToken));

        Assert.Contains("No such host", error.Message, StringComparison.Ordinal);
        Assert.Contains("--from FILE", error.Message, StringComparison.Ordinal);
        AssertNothingElse("");
    }

    [Fact]
    public async Task A_server_that_refuses_is_quoted()
    {
        using var network = new Answer(() => new HttpResponseMessage(HttpStatusCode.NotFound));

        var error = await Assert.ThrowsAsync<SweepException>(() =>
            CifarDownload.Cifar10.FetchAsync(scratch["cifar"], network, null, TestContext.Current.CancellationToken));

        Assert.Contains("404", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_archive_from_the_disk_is_unpacked_and_kept()
    {
        var path = WriteArchive(Archive(Names));

        CifarDownload.Cifar10.UnpackFrom(path, scratch["cifar"], Md5(File.ReadAllBytes(path)));

        Assert.Equal(7, Directory.GetFiles(scratch["cifar"]).Length);
        Assert.True(File.Exists(path));
    }

    [Fact]
    public void Paths_in_the_archive_lead_nowhere()
    {
        var path = WriteArchive(Archive([.. Names, "../../evil.txt"]));

        CifarDownload.Cifar10.UnpackFrom(path, scratch["a/b/cifar"], Md5(File.ReadAllBytes(path)));

        Assert.Empty(Directory.GetFiles(scratch.Path, "evil.txt", SearchOption.AllDirectories));
        Assert.Equal(7, Directory.GetFiles(scratch["a/b/cifar"]).Length);
    }

    [Fact]
    public void An_archive_without_one_of_the_files_is_named()
    {
        var path = WriteArchive(Archive(Names[1..]));

        var error = Assert.Throws<SweepException>(() => CifarDownload.Cifar10.UnpackFrom(path, scratch["cifar"], Md5(File.ReadAllBytes(path))));

        Assert.Contains("data_batch_1.bin", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(scratch["cifar"]));
    }

    [Fact]
    public void What_is_no_archive_is_refused()
    {
        var path = WriteArchive([1, 2, 3]);

        Assert.Throws<SweepException>(() => CifarDownload.Cifar10.UnpackFrom(path, scratch["cifar"], Md5([1, 2, 3])));
        AssertNothingElse("", "archive.tar.gz");
    }

    [Fact]
    public void A_folder_that_is_there_is_left_alone()
    {
        Directory.CreateDirectory(scratch["cifar"]);
        var path = WriteArchive(Archive(Names));

        var error = Assert.Throws<SweepException>(() => CifarDownload.Cifar10.UnpackFrom(path, scratch["cifar"], Md5(File.ReadAllBytes(path))));

        Assert.Contains("there already", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_target_below_a_file_is_a_sentence()
    {
        var path = WriteArchive(Archive(Names));

        var error = Assert.Throws<SweepException>(() => CifarDownload.Cifar10.UnpackFrom(path, Path.Combine(path, "cifar"), Md5(File.ReadAllBytes(path))));

        Assert.Contains("cannot be made", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => scratch.Dispose();

    private static byte[] Archive(IEnumerable<string> names)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip))
        {
            foreach (var name in names)
            {
                using var data = new MemoryStream(System.Text.Encoding.UTF8.GetBytes($"contents of {name}"));
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, $"cifar-10-batches-bin/{name}") { DataStream = data });
            }
        }

        return bytes.ToArray();
    }

    [SuppressMessage("Security", "CA5351", Justification = "MD5 is what CIFAR-10's authors publish.")]
    private static string Md5(byte[] bytes) => Convert.ToHexStringLower(MD5.HashData(bytes));

    private string WriteArchive(byte[] bytes)
    {
        File.WriteAllBytes(scratch["archive.tar.gz"], bytes);
        return scratch["archive.tar.gz"];
    }

    private void AssertNothingElse(string folder, params string[] expected) =>
        Assert.Equal(expected, Directory.GetFileSystemEntries(scratch[folder]).Select(Path.GetFileName));

    private sealed class Answer(Func<HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Assert.Equal(CifarDownload.Cifar10.Source, request.RequestUri);
            return Task.FromResult(answer());
        }
    }
}
