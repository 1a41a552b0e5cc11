using System.Security.Cryptography;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Files;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials.Arrays;

namespace VicRegSweeps.Trials.Sources;

/// <summary>
/// What lies in the files and folders that settings name, as checksums. Each is read once and taken to stay as it is as long as this object
/// lives; the cache remembers checksums by size and time beyond that. Not for two threads.
/// </summary>
/// <param name="cacheFolder">Where checksums are remembered.</param>
/// <param name="progress">Told how far reading is; null where nobody looks.</param>
/// <param name="cancel">Ends reading.</param>
public sealed class FileContents(string cacheFolder, Action<Progress>? progress = null, CancellationToken cancel = default)
{
    private const string WholeFile = "file";
    private const int BytesOfMebibyte = 1 << 20;
    private const int BlockBytes = 4 * BytesOfMebibyte;

    private readonly Dictionary<(string Parameter, string Source, string Path, string Samples), string?> known = [];
    private readonly SourceReading reading = new(cacheFolder, progress, cancel);

    /// <summary>The content of what lies at the path of a parameter.</summary>
    /// <param name="parameter">One that counts by its content, and is a path here.</param>
    /// <returns>In lower-case hex; null where it does not count, as of CIFAR-10, and where what is there is none that can be trained on.</returns>
    /// <exception cref="SweepException">A file of features holds numbers that are not finite.</exception>
    public string? Of(Parameter parameter, TrialSettings s)
    {
        var isData = parameter.Name.StartsWith("data.", StringComparison.Ordinal);
        if (isData && !DataSources.AreOwn(s)) return null;

        var (path, source) = (s.Text(parameter.Name), isData ? s.Text(DataSources.Parameter) : "");
        var key = (parameter.Name, source, path, isData ? OwnFiles.PathOf(s, OwnFiles.PathParameter) ?? "" : "");
        if (known.TryGetValue(key, out var content)) return content;

        // What is wrong with data is said when the settings are checked, and not here.
        content = isData && DataSources.Of(s).Complaint(s) is not null ? null : Read(parameter.Name, path, source, s);
        known.Add(key, content);
        return content;
    }

    /// <summary>Refuses to train on something else than what trials are told by.</summary>
    /// <param name="only">The one parameter that is asked about; null for all.</param>
    /// <exception cref="SweepException">A file is not there any more, or is another.</exception>
    public void RefuseOthers(TrialSettings s, string? only = null)
    {
        foreach (var (name, value) in s.Contents().Where(c => only is null || c.Parameter == only))
        {
            var now = Of(s.Catalogue[name], s);
            if (now == value.Content) continue;

            throw new SweepException(
                $"'{name}' is '{value.Text}', "
                + (now is null ? "which cannot be read any more. "
                    : $"whose content changed: these trials are of {Short(value.Content!)}, and now it is {Short(now)}. ")
                + "Put back what was there. Or run the sweep file again: trials of what is there now are new ones, and the results of these stay.");
        }
    }

    private string? Read(string parameter, string path, string source, TrialSettings s) => (source, parameter) switch
    {
        (FolderSource.Name, OwnFiles.PathParameter or OwnFiles.TestPathParameter) =>
            FolderSource.ContentOf(path, OwnFiles.PathOf(s, OwnFiles.PathParameter)!, reading),
        (FeaturesSource.Name, OwnFiles.PathParameter or OwnFiles.TestPathParameter) => FeaturesSource.ContentOf(path, reading),
        _ => OfFile(path),
    };

    private string? OfFile(string path)
    {
        try
        {
            if (!File.Exists(path)) return null;

            var (memory, stamp) = (new ContentMemory(reading.CacheFolder, path), FileStamp.Of(path));
            if (memory[WholeFile, stamp] is { } before) return before;

            using var file = OrdinaryFile.Open(path);
            var sum = SumOf(file);
            stamp.CheckUnchanged(path);
            memory.Add(WholeFile, stamp, sum);
            memory.Save();
            return sum;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private string SumOf(FileStream file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (block, done, total) = (new byte[BlockBytes], 0L, file.Length);
        for (var read = file.Read(block); read > 0; read = file.Read(block))
        {
            reading.Cancel.ThrowIfCancellationRequested();
            hash.AppendData(block.AsSpan(0, read));
            done += read;
            reading.Progress?.Invoke(new Progress("reading a file", done / BytesOfMebibyte, Math.Max(1, total / BytesOfMebibyte), "MiB"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string Short(string content) => content[..12];
}
