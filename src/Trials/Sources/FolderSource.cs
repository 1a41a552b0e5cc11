using System.Security.Cryptography;
using System.Text;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Files;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Images;
using VicRegSweeps.Trials.Stacks;

namespace VicRegSweeps.Trials.Sources;

/// <summary>A folder of PNG and JPEG files, which are decoded once and kept beside the feature banks.</summary>
internal sealed class FolderSource : IImageSource
{
    public const string Name = "folder";

    /// <summary>Images that are decoded and kept in one file: so many an interruption costs at most.</summary>
    public const int DecodedTogether = 2_000;

    /// <summary>Goes up when the same file gives other pixels than before.</summary>
    private const int Version = 1;

    private const string What = "a folder with PNG and JPEG files";
    private const int MostNamed = 5;

    // A label that stands for no image.
    private const long LeftOut = -2;

    public string Word => Name;

    /// <summary>They are the names of the user's folders, and come with the images.</summary>
    public IReadOnlyList<string>? ClassNames => null;

    public string Place(TrialSettings s) => OwnFiles.Place(s);

    public string? Complaint(TrialSettings s) => OwnFiles.Complaint(s, What, isFolder: true, () =>
    {
        var (train, test) = Folders(s);
        if (train.Files.Count == 0) return $"'{train.Root}' has no PNG or JPEG file in it.";
        if (test is { Files.Count: 0 }) return $"'{test.Root}' has no PNG or JPEG file in it.";

        return OwnFiles.TooFew(s, "images", train.Files.Count, test?.Files.Count) ?? (test is null ? null : OtherClasses(train, test));
    });

    public string? Missing(TrialSettings s) => null;

    public SourceShape Look(TrialSettings s)
    {
        var (folder, testFolder) = Folders(s);
        var (train, test) = OwnFiles.Counts(s, folder.Files.Count, testFolder?.Files.Count);
        return new SourceShape(train, test, folder.Classes.Count > 0, s.Integer("data.side"));
    }

    public ReadImages Read(TrialSettings s, int train, SourceReading reading)
    {
        var (folder, testFolder) = Folders(s);
        var (trainOrder, testOrder) = OwnFiles.Choose(s, train, folder.Files.Count, testFolder?.Files.Count);
        var (training, damaged) = ReadSet(folder, folder, trainOrder, s, reading);
        var (test, damagedTest) = ReadSet(testFolder ?? folder, folder, testOrder, s, reading);
        return new ReadImages(training, test, (damaged.Count + damagedTest.Count) is var count and > 0
            ? $"{OwnFiles.Counted(count, "files")} left out: {Named([.. damaged, .. damagedTest])}"
            : null)
        {
            ClassNames = folder.Classes.Count > 0 ? folder.Classes : null,
        };
    }

    /// <summary>A checksum of all images in their order, with their classes: names of files and folders count as far as they decide these.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="named">The folder whose classes are numbered: of held-out images that of the others.</param>
    /// <exception cref="SweepException">The folder cannot be read, or is not divided into classes as it must be.</exception>
    public static string ContentOf(string root, string named, SourceReading reading)
    {
        var (folder, classes) = (ImageFolder.Read(root), ImageFolder.Read(named).Classes.Index()
            .ToDictionary(c => c.Item, c => c.Index, StringComparer.Ordinal));
        var checksums = Checksums(folder, [.. Enumerable.Range(0, folder.Files.Count)], reading);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (i, checksum) in checksums.Index())
        {
            var label = folder.Classes.Count == 0 ? "" : classes.TryGetValue(folder.Classes[folder.Labels[i]], out var known) ? $"{known}"
                : folder.Classes[folder.Labels[i]];
            hash.AppendData(Encoding.UTF8.GetBytes($"{label}/{checksum}\n"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static (ImageFolder Train, ImageFolder? Test) Folders(TrialSettings s) => (
        ImageFolder.Read(OwnFiles.PathOf(s, OwnFiles.PathParameter)!),
        OwnFiles.PathOf(s, OwnFiles.TestPathParameter) is { } test ? ImageFolder.Read(test) : null);

    private static string? OtherClasses(ImageFolder train, ImageFolder test)
    {
        if (train.Classes.Count == 0 != (test.Classes.Count == 0))
        {
            var (with, without) = train.Classes.Count == 0 ? (test, train) : (train, test);
            return $"'{with.Root}' has class folders, but '{without.Root}' has none. Give both the same classes, or neither any.";
        }

        return test.Classes.Except(train.Classes, StringComparer.Ordinal).FirstOrDefault() is { } unknown
            ? $"'{test.Root}' has the class folder '{unknown}', which '{train.Root}' does not have."
            : null;
    }

    /// <param name="named">The folder whose classes are numbered.</param>
    /// <param name="order">Which files, in their order.</param>
    /// <returns>The images, and the files that were left out with what is wrong with them.</returns>
    private static (ImageSet Images, IReadOnlyList<string> Damaged) ReadSet(ImageFolder folder, ImageFolder named, int[] order, TrialSettings s,
        SourceReading reading)
    {
        var side = s.Integer("data.side");
        var number = named.Classes.Index().ToDictionary(c => c.Item, c => (long)c.Index, StringComparer.Ordinal);
        long[] labels = [.. order.Select(file => folder.Classes.Count == 0 ? ImageSet.NoLabel : number[folder.Classes[folder.Labels[file]]])];
        var checksums = Checksums(folder, order, reading);
        var pixels = new byte[(long)order.Length * 3 * side * side];
        var complaints = Decoded(folder, order, side, pixels, checksums, reading);
        IReadOnlyList<string> damaged = [.. order.Index().Where(f => complaints[f.Index] is not null)
            .Select(f => $"'{folder.Files[f.Item]}' ({complaints[f.Index]})")];
        if (damaged.Count > 0 && !s.Truth("data.skip_damaged"))
        {
            throw new SweepException(
                $"{damaged.Count} of {OwnFiles.Counted(order.Length, "images")} of '{folder.Root}' cannot be read: {Named(damaged)}. "
                + "Repair or remove them, or set data.skip_damaged to true to leave such files out.");
        }

        for (var i = 0; i < complaints.Length; i++)
        {
            if (complaints[i] is not null) labels[i] = LeftOut;
        }

        return (Whole(folder, pixels, labels, named.Classes.Count, side), damaged);
    }

    /// <summary>The images that could be read.</summary>
    private static ImageSet Whole(ImageFolder folder, byte[] pixels, long[] labels, int classes, int side)
    {
        int[] kept = [.. Enumerable.Range(0, labels.Length).Where(i => labels[i] != LeftOut)];
        if (kept.Length == labels.Length) return ImageSet.Create(pixels, labels, classes, side);
        if (kept.Length < 2)
            throw new SweepException(
                $"Of the {labels.Length} images of '{folder.Root}' that were chosen, {kept.Length} can be read, but at least 2 are needed.");

        var bytes = 3 * side * side;
        var whole = new byte[(long)kept.Length * bytes];
        foreach (var (i, from) in kept.Index()) pixels.AsSpan(from * bytes, bytes).CopyTo(whole.AsSpan(i * bytes, bytes));
        return ImageSet.Create(whole, [.. kept.Select(i => labels[i])], classes, side);
    }

    /// <summary>Of each file. A file is read for it when it is seen for the first time; later its size and time stand for it.</summary>
    private static string[] Checksums(ImageFolder folder, int[] order, SourceReading reading)
    {
        var memory = new ContentMemory(reading.CacheFolder, folder.Root);
        FileStamp[] stamps = [.. order.Select(file => FileStamp.Of(folder.PathOf(file)))];
        string?[] sums = [.. order.Select((file, i) => memory[folder.Files[file], stamps[i]])];
        int[] unknown = [.. Enumerable.Range(0, order.Length).Where(i => sums[i] is null)];
        var done = 0;
        try
        {
            // Not as work is shared elsewhere: a plan asks for checksums, and loads no libtorch.
            Parallel.For(0, unknown.Length, new ParallelOptions { CancellationToken = reading.Cancel, MaxDegreeOfParallelism = Environment.ProcessorCount },
                piece =>
            {
                var i = unknown[piece];
                sums[i] = TryBytes(folder.PathOf(order[i])) is { } bytes ? Convert.ToHexStringLower(SHA256.HashData(bytes)) : "";
                lock (unknown) reading.Progress?.Invoke(new Progress("reading image files", ++done, unknown.Length, "files"));
            });
        }
        finally
        {
            // What is interrupted goes on from here.
            foreach (var i in unknown.Where(i => sums[i] is { Length: > 0 })) memory.Add(folder.Files[order[i]], stamps[i], sums[i]!);
            memory.Save();
        }

        return sums!;
    }

    /// <summary>Fills the pixels, from the cache where it has them: it keeps them part by part, so that what is interrupted goes on.</summary>
    /// <param name="pixels">Of all images, [N][3][S][S].</param>
    /// <returns>For each image what is wrong with its file; null where nothing is.</returns>
    private static string?[] Decoded(ImageFolder folder, int[] order, int side, byte[] pixels, string[] checksums, SourceReading reading)
    {
        var bytes = 3 * side * side;
        var complaints = new string?[order.Length];
        var missing = new List<(int First, int[] Files, string[] Checksums, string Path)>();
        for (var first = 0; first < order.Length; first += DecodedTogether)
        {
            var part = first..Math.Min(order.Length, first + DecodedTogether);
            var path = DecodedImages.PathOf(reading.CacheFolder, KeyOf(checksums[part], side));
            if (DecodedImages.TryRead(path, PixelsOf(first, order[part].Length).Span) is { } known) known.CopyTo(complaints, first);
            else missing.Add((first, order[part], checksums[part], path));
        }

        if (missing.Count == 0) return complaints;

        var done = order.Length - missing.Sum(part => part.Files.Length);
        Report();
        foreach (var (first, files, sums, path) in missing)
        {
            var some = PixelsOf(first, files.Length);
            var wrong = Decode(folder, files, sums, side, some, Advance, reading.Cancel);
            if (!sums.Contains("")) DecodedImages.Write(path, some.Span, wrong);
            wrong.CopyTo(complaints, first);
        }

        return complaints;

        Memory<byte> PixelsOf(int first, int count) => pixels.AsMemory(first * bytes, count * bytes);

        void Advance()
        {
            done++;
            Report();
        }

        // What the cache had is no work of this run, and must not look like any.
        void Report() => reading.Progress?.Invoke(new Progress("decoding images", done, order.Length, "images"));
    }

    /// <param name="files">Which of the folder.</param>
    /// <param name="pixels">Filled, an image for each of the files.</param>
    /// <param name="advance">Told after each image, by one thread at a time.</param>
    /// <returns>For each file what is wrong with it; null where nothing is.</returns>
    private static string?[] Decode(
        ImageFolder folder, int[] files, string[] checksums, int side, Memory<byte> pixels, Action advance, CancellationToken cancel)
    {
        var (bytes, complaints) = (3 * side * side, new string?[files.Length]);
        Cores.Share(files.Length, Environment.ProcessorCount, (_, i) =>
        {
            cancel.ThrowIfCancellationRequested();
            var path = folder.PathOf(files[i]);
            if (TryBytes(path) is not { } file)
            {
                complaints[i] = "it cannot be opened";
            }
            else if (Convert.ToHexStringLower(SHA256.HashData(file)) != checksums[i])
            {
                throw new SweepException(
                    $"'{path}' changed while it was in use: its content is not what it was. Run again when nothing writes to it any more.");
            }
            else
            {
                complaints[i] = ImageFile.Decode(file, side, pixels.Span.Slice(i * bytes, bytes));
            }

            lock (complaints) advance();
        });
        return complaints;
    }

    private static byte[]? TryBytes(string path)
    {
        try
        {
            return OrdinaryFile.Bytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string KeyOf(string[] checksums, int side)
    {
        var text = string.Join('\n', checksums.Prepend($"{Version}/{side}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }

    private static string Named(IReadOnlyList<string> files) =>
        string.Join(", ", files.Take(MostNamed)) + (files.Count > MostNamed ? $", and {files.Count - MostNamed} more" : "");
}
