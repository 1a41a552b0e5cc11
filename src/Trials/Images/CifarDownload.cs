using System.Diagnostics.CodeAnalysis;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Files;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.Trials.Images;

/// <summary>Gets the binary version of a CIFAR data set from its authors or from an archive, and puts it in place whole or not at all.</summary>
public sealed class CifarDownload
{
    public static readonly CifarDownload Cifar10 = new(
        "CIFAR-10",
        "cifar10",
        "cifar-10-binary.tar.gz",
        "c32a1d4ab5d03f1284b67883e8d87530",
        ["batches.meta.txt", "data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin", "test_batch.bin"]);

    public static readonly CifarDownload Cifar100 = new(
        "CIFAR-100",
        "cifar100",
        "cifar-100-binary.tar.gz",
        "03b5dce01913d631647c71ecec9e9cb8",
        ["coarse_label_names.txt", "fine_label_names.txt", "train.bin", "test.bin"]);

    private const int BufferBytes = 1 << 16;

    // The MD5 of all archives, as the tables on https://www.cs.toronto.edu/~kriz/cifar.html give them.
    private static readonly Dictionary<string, string> Known = new()
    {
        ["c32a1d4ab5d03f1284b67883e8d87530"] = "the binary version of CIFAR-10",    // cifar-10-binary.tar.gz
        ["c58f30108f718f92721af3b95e74349a"] = "the Python version of CIFAR-10",    // cifar-10-python.tar.gz
        ["70270af85842c9e89bb428ec9976c926"] = "the MATLAB version of CIFAR-10",    // cifar-10-matlab.tar.gz
        ["eb9058c3a382ffc7106e4002c42a8d85"] = "the Python version of CIFAR-100",    // cifar-100-python.tar.gz
        ["6a4bfa1dcd5c9453dda6bb54194911f4"] = "the MATLAB version of CIFAR-100",    // cifar-100-matlab.tar.gz
        ["03b5dce01913d631647c71ecec9e9cb8"] = "the binary version of CIFAR-100",    // cifar-100-binary.tar.gz
    };

    private readonly string word;
    private readonly string[] fileNames;

    private CifarDownload(string name, string word, string archive, string md5, string[] fileNames)
    {
        (Name, this.word, ArchiveMd5, this.fileNames) = (name, word, md5, fileNames);
        Source = new Uri($"https://www.cs.toronto.edu/~kriz/{archive}");
    }

    /// <summary>For messages, such as <c>CIFAR-10</c>.</summary>
    public string Name { get; }

    /// <summary>Where the authors publish the archive, about 162 MiB.</summary>
    public Uri Source { get; }

    /// <summary>The archive's MD5, as its authors publish it.</summary>
    public string ArchiveMd5 { get; }

    /// <summary>Downloads the archive and unpacks it.</summary>
    /// <param name="folder">Made by this; must not be there yet.</param>
    /// <param name="network">How to reach <see cref="Source"/>; the caller's to dispose.</param>
    /// <param name="progress">Told bytes now and then; may be null.</param>
    /// <param name="md5">What the archive must have; what its authors publish unless given.</param>
    public async Task FetchAsync(
        string folder, HttpMessageHandler network, Action<Progress>? progress, CancellationToken cancel, string? md5 = null)
    {
        using var workplace = new Workplace(folder, Name);
        var archive = Path.Combine(workplace.Path, "archive.tar.gz");
        try
        {
            using var http = new HttpClient(network, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
            using var response = await http.GetAsync(Source, HttpCompletionOption.ResponseHeadersRead, cancel).ConfigureAwait(false);
            response.EnsureSuccessStatusCode();
            var body = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
            await using (body.ConfigureAwait(false))
                await SaveAsync(body, archive, response.Content.Headers.ContentLength ?? 0, progress, cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (error is HttpRequestException or HttpIOException)
        {
            throw new SweepException(
                $"{Source} cannot be fetched: {error.Message} Download it elsewhere and name it with '{CommandName.Line("data", "fetch", word)} --from FILE'.",
                error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SweepException($"'{archive}' cannot be written: {error.Message}", error);
        }

        Unpack(archive, Source.ToString(), md5 ?? ArchiveMd5, workplace);
    }

    /// <summary>Unpacks an archive that is there already, and leaves it there.</summary>
    /// <inheritdoc cref="FetchAsync" path="/param"/>
    public void UnpackFrom(string archive, string folder, string? md5 = null)
    {
        if (Directory.Exists(archive))
            throw new SweepException(
                $"'{archive}' is a folder, but must be the archive. A folder that is unpacked already is named by data.path or {word.ToUpperInvariant()}_DIR.");
        if (!File.Exists(archive))
            throw new SweepException($"There is no archive '{archive}'.");
        using var workplace = new Workplace(folder, Name);
        Unpack(archive, $"'{archive}'", md5 ?? ArchiveMd5, workplace);
    }

    private async Task SaveAsync(Stream body, string path, long total, Action<Progress>? progress, CancellationToken cancel)
    {
        var file = File.Create(path);
        await using (file.ConfigureAwait(false))
        {
            var buffer = new byte[BufferBytes];
            for (var done = 0L; ;)
            {
                var read = await body.ReadAsync(buffer, cancel).ConfigureAwait(false);
                if (read == 0)
                    return;
                await file.WriteAsync(buffer.AsMemory(0, read), cancel).ConfigureAwait(false);
                done += read;
                progress?.Invoke(new Progress(Name, done, Math.Max(done, total), "bytes"));
            }
        }
    }

    private void Unpack(string archive, string origin, string md5, Workplace workplace)
    {
        try
        {
            var found = Md5Of(archive);
            if (found != md5)
                throw new SweepException(Known.TryGetValue(found, out var other)
                    ? $"{origin} is {other}, but the binary version of {Name} is needed ({Source}). Nothing was unpacked."
                    : $"{origin} is not the binary version of {Name}, or is damaged: its MD5 is {found}, but must be {md5}. Nothing was unpacked.");

            var unpacked = Directory.CreateDirectory(Path.Combine(workplace.Path, "unpacked")).FullName;
            ExtractKnownFiles(archive, unpacked);
            var missing = fileNames.FirstOrDefault(name => !File.Exists(Path.Combine(unpacked, name)));
            if (missing is not null)
                throw new SweepException($"{origin} has no '{missing}' in it. Nothing was unpacked.");
            LastingFiles.RenameFolder(unpacked, workplace.Target);
        }
        catch (InvalidDataException error)
        {
            throw new SweepException($"{origin} is no tar.gz archive: {error.Message}", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SweepException($"{origin} cannot be unpacked to '{workplace.Target}': {error.Message}", error);
        }
    }

    /// <summary>Takes the files that the data set consists of, by their last name. No path from the archive reaches the disk.</summary>
    private void ExtractKnownFiles(string archive, string folder)
    {
        using var tar = new TarReader(new GZipStream(OrdinaryFile.Open(archive), CompressionMode.Decompress));
        while (tar.GetNextEntry() is { } entry)
        {
            var name = fileNames.FirstOrDefault(name => name == entry.Name.Split('/')[^1]);
            if (name is not null && entry.EntryType is (TarEntryType.RegularFile or TarEntryType.V7RegularFile) && entry.DataStream is { } data)
            {
                using var file = File.Create(Path.Combine(folder, name));
                data.CopyTo(file);
            }
        }
    }

    [SuppressMessage("Security", "CA5351", Justification = "MD5 is what CIFAR's authors publish; it guards against accidents.")]
    private static string Md5Of(string path)
    {
        using var file = OrdinaryFile.Open(path);
        return Convert.ToHexStringLower(MD5.HashData(file));
    }

    /// <summary>A folder beside the target, so that moving from it is a rename, which goes away in any case.</summary>
    private sealed class Workplace : IDisposable
    {
        public Workplace(string target, string name)
        {
            Target = System.IO.Path.GetFullPath(target);
            if (Directory.Exists(Target) || File.Exists(Target))
                throw new SweepException($"'{target}' is there already. Delete it to fetch {name} anew, or point data.path at it.");

            Path = $"{Target}.fetching-{Guid.NewGuid():N}";
            try
            {
                Directory.CreateDirectory(Path);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new SweepException($"'{Path}' cannot be made: {error.Message}", error);
            }
        }

        public string Target { get; }

        public string Path { get; }

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
