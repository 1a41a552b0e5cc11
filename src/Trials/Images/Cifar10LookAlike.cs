using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Trials.Images;

/// <summary>What people have in the place of the folder of CIFAR-10's binary version, and what is to be done with it.</summary>
/// <remarks>The names are those of the archives on https://www.cs.toronto.edu/~kriz/cifar.html.</remarks>
internal static class Cifar10LookAlike
{
    /// <summary>The command that gets the right one.</summary>
    public static readonly string Fetch = CommandName.Line("data", "fetch", "cifar10");

    private const string Archive = "cifar-10-binary.tar.gz";
    private const string Folder = "cifar-10-batches-bin";

    // Each by a file that no other has, the right one first.
    private static readonly (string File, string What)[] Versions =
    [
        ("data_batch_1.bin", ""),
        ("data_batch_1.mat", "the MATLAB version of CIFAR-10"),
        ("data_batch_1", "the Python version of CIFAR-10"),
        ("fine_label_names.txt", "CIFAR-100"),
        ("train.bin", "CIFAR-100"),
        ("train.mat", "CIFAR-100"),
        ("train", "CIFAR-100"),
    ];

    /// <summary>A sentence about what lies at a path; null where it is the right folder, or nothing known.</summary>
    public static string? Describe(string path)
    {
        if (File.Exists(path)) return DescribeFile(path);
        if (!Directory.Exists(path)) return null;

        if (Versions.FirstOrDefault(v => File.Exists(Path.Combine(path, v.File))) is { What: { } what })
            return what.Length == 0 ? null : $"'{path}' holds {what}, but the binary version of CIFAR-10 is needed. Download it with '{Fetch}'.";

        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } above && File.Exists(Path.Combine(above, Versions[0].File)))
            return $"'{path}' lies in the folder of CIFAR-10. Name that folder: '{above}'.";
        if (Directory.EnumerateDirectories(path).FirstOrDefault(below => File.Exists(Path.Combine(below, Versions[0].File))) is { } inner)
            return $"'{path}' is one folder too high. CIFAR-10 lies in '{inner}'.";
        if (Directory.EnumerateDirectories(path).FirstOrDefault(below => Describe(below) is not null) is { } other)
            return Describe(other);
        return File.Exists(Path.Combine(path, Archive))
            ? $"'{path}' holds the archive of CIFAR-10, which is not unpacked. Unpack it with '{Fetch} --from {Path.Combine(path, Archive)}'."
            : null;
    }

    private static string DescribeFile(string path)
    {
        var name = Path.GetFileName(path);
        if (!IsArchive(path)) return $"'{path}' is a file, but must be the folder with {Versions[0].File}, such as {Folder}.";

        return name.Contains("cifar-100", StringComparison.OrdinalIgnoreCase)
            ? $"'{path}' is an archive of CIFAR-100, but CIFAR-10 is needed. Download it with '{Fetch}'."
            : name.Contains("python", StringComparison.OrdinalIgnoreCase) || name.Contains("matlab", StringComparison.OrdinalIgnoreCase)
                ? $"'{path}' is an archive of another version of CIFAR-10, but the binary version is needed. Download it with '{Fetch}'."
                : $"'{path}' is an archive, but must be a folder. Unpack it with '{Fetch} --from {path}'.";
    }

    private static bool IsArchive(string path) =>
        new[] { ".gz", ".tgz", ".tar", ".zip", ".bz2", ".xz" }.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);
}
