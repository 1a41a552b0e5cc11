using System.Collections.Concurrent;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Files;

namespace VicRegSweeps.Trials.Sources;

/// <summary>The PNG and JPEG files below a folder: each sub-folder a class, or no sub-folder at all.</summary>
/// <param name="Root">As it was given.</param>
/// <param name="Classes">Names of the sub-folders in ordinal order; empty where the images have no classes.</param>
/// <param name="Files">Paths below the root in ordinal order, with forward slashes.</param>
/// <param name="Labels">The class of each file; empty where they have none.</param>
/// <remarks>
/// Links are followed, because the user named the folder and put them there; one that leads to nothing, or back to a folder that it
/// lies in, is refused. Files of other kinds, and what begins with a dot, are passed over.
/// </remarks>
internal sealed record ImageFolder(string Root, IReadOnlyList<string> Classes, IReadOnlyList<string> Files, IReadOnlyList<int> Labels)
{
    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg"];

    // A plan asks at every point. A folder's time changes when a file in it comes, goes or is renamed.
    private static readonly ConcurrentDictionary<string, (ImageFolder Found,
        IReadOnlyList<(string Folder, DateTime Time)> Times)> Remembered = new(StringComparer.Ordinal);

    /// <exception cref="SweepException">It cannot be read, or is not divided into classes as it must be.</exception>
    public static ImageFolder Read(string root)
    {
        var key = Path.GetFullPath(root);
        if (Remembered.TryGetValue(key, out var before)
            && before.Times.All(t => Directory.Exists(t.Folder) && Directory.GetLastWriteTimeUtc(t.Folder) == t.Time))
            return before.Found with { Root = root };

        var folders = new List<(string, DateTime)>();
        var found = OwnFiles.Try(root, () => Of(root, folders));
        Remembered[key] = (found, folders);
        return found;
    }

    public string PathOf(int file) => Path.Combine(Root, Files[file]);

    private static ImageFolder Of(string root, List<(string, DateTime)> folders)
    {
        var files = new List<string>();
        Walk(root, "", [], files, folders);
        files.Sort(StringComparer.Ordinal);
        var classes = Directory.EnumerateDirectories(root).Select(folder => Path.GetFileName(folder)).Where(IsVisible).Order(StringComparer.Ordinal).ToList();
        if (classes.Count == 0) return new ImageFolder(root, [], files, []);

        if (files.FirstOrDefault(file => !file.Contains('/')) is { } beside)
            throw new SweepException(
                $"'{root}' has the image '{beside}' beside the folder '{classes[0]}': put every image into the folder of its class, or all of them into one folder without classes.");
        var number = classes.Index().ToDictionary(c => c.Item, c => c.Index, StringComparer.Ordinal);
        int[] labels = [.. files.Select(file => number[file[..file.IndexOf('/', StringComparison.Ordinal)]])];
        if (classes.Index().FirstOrDefault(c => !labels.Contains(c.Index)) is { Item: { } empty })
            throw new SweepException($"The class folder '{Path.Combine(root, empty)}' has no PNG or JPEG file in it. Put images into it, or delete it.");
        return new ImageFolder(root, classes, files, labels);
    }

    /// <param name="below">The folder's path below the root, with a slash at its end; empty for the root.</param>
    /// <param name="above">The folders that it lies in, where links lead to.</param>
    private static void Walk(string folder, string below, IReadOnlyList<string> above, List<string> files, List<(string, DateTime)> folders)
    {
        var real = Real(new DirectoryInfo(folder));
        if (above.Contains(real, StringComparer.Ordinal))
            throw new SweepException($"'{folder}' is a link to '{real}', in which it lies itself. Delete the link.");

        folders.Add((folder, Directory.GetLastWriteTimeUtc(folder)));
        foreach (var path in Directory.EnumerateFileSystemEntries(folder))
        {
            var name = Path.GetFileName(path);
            if (!IsVisible(name)) continue;

            if (IsDangling(path)) throw new SweepException($"'{path}' is a link that leads to nothing. Repair it, or delete it.");
            if (Directory.Exists(path)) Walk(path, $"{below}{name}/", [.. above, real], files, folders);
            else if (Extensions.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase)) files.Add(OrdinaryFile.Is(path) ? below + name
                : throw new SweepException($"'{path}' is a pipe, a socket or a device, but must be an image. Delete it, or give it another name."));
        }
    }

    private static string Real(DirectoryInfo folder) =>
        (folder.LinkTarget is null ? folder : folder.ResolveLinkTarget(returnFinalTarget: true) ?? folder).FullName;

    private static bool IsDangling(string path) =>
        new FileInfo(path) is { LinkTarget: not null } link && !Path.Exists(link.ResolveLinkTarget(returnFinalTarget: true)?.FullName);

    private static bool IsVisible(string name) => !name.StartsWith('.');
}
