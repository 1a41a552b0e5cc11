using System.Security.Cryptography;

namespace VicRegSweeps.SweepEngine.Files;

/// <summary>
/// Gives files their names so that a power failure cannot take them back. A file's content lasts once the file is synced, and
/// its name once its folder is: a file system may keep a rename to itself until then.
/// </summary>
public static class LastingFiles
{
    /// <summary>What a file that is not complete ends with.</summary>
    public const string Ending = ".tmp";

    /// <summary>Random hexadecimal digits before <see cref="Ending"/>.</summary>
    public const int RandomDigits = 16;

    /// <summary>
    /// The name that a file has until it is complete. Nobody can guess it: in a folder that others may write to, a link that waited
    /// under it would have its target overwritten.
    /// </summary>
    public static string Unfinished(string path) => $"{path}.{RandomNumberGenerator.GetHexString(RandomDigits, lowercase: true)}{Ending}";

    /// <summary>Syncs a file that is complete, gives it its name, and syncs the folder. What had that name before is replaced.</summary>
    public static void Rename(string unfinished, string path) => Rename([(unfinished, path)]);

    /// <summary>The same for files that belong together: none is renamed before all of them are on the disk.</summary>
    public static void Rename(IReadOnlyList<(string Unfinished, string Path)> files)
    {
        foreach (var (unfinished, _) in files) Sync(unfinished);
        foreach (var (unfinished, path) in files) File.Move(unfinished, path, overwrite: true);
        foreach (var folder in files.Select(file => FolderOf(file.Path)).Distinct(StringComparer.Ordinal)) SyncFolder(folder);
    }

    /// <summary>Gives a folder of complete files its name, where nothing has that name yet.</summary>
    public static void RenameFolder(string unfinished, string path)
    {
        foreach (var file in Directory.EnumerateFiles(unfinished, "*", SearchOption.AllDirectories)) Sync(file);
        SyncFolder(unfinished);
        Directory.Move(unfinished, path);
        SyncFolder(FolderOf(path));
    }

    /// <summary>
    /// Refuses a link in the place of a file or folder that the program makes itself. Nobody has reason to make a link there, and one
    /// that somebody planted would lead what is written to a place that it was never meant for.
    /// </summary>
    /// <param name="path">Need not be there.</param>
    /// <param name="where">For the message, such as <c>in the cache</c>.</param>
    /// <exception cref="SweepException">There is a link.</exception>
    public static void RefuseLink(string path, string where)
    {
        if (new FileInfo(path).LinkTarget is { } target)
            throw new SweepException($"'{path}' is a link to '{target}', and nothing is written through links {where}. Delete the link.");
    }

    /// <summary>Makes a folder, and those above it that are missing.</summary>
    public static void MakeFolder(string path)
    {
        if (Directory.Exists(path)) return;

        var parent = FolderOf(path);
        MakeFolder(parent);
        Directory.CreateDirectory(path);
        SyncFolder(parent);
    }

    /// <summary>Gives a file a second name on the same disk, under which it stays when the first is deleted; a copy where the disk has no such names.</summary>
    /// <returns>Whether the file was there.</returns>
    public static bool TryLink(string path, string second)
    {
        if (OperatingSystem.IsLinux() && Posix.Link(path, second) is var error and (0 or Posix.NoSuchFile)) return error == 0;

        try
        {
            File.Copy(path, second);
            return true;
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    private static void Sync(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(file);
    }

    /// <summary>Some file systems cannot sync a folder, and some need not: only a disk that fails is an error.</summary>
    private static void SyncFolder(string path)
    {
        if (OperatingSystem.IsLinux() && Posix.SyncFolder(path) == Posix.InputOutputError)
            throw new IOException($"the disk reports an error for the folder '{path}'", Posix.InputOutputError);
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) ?? path;
}
