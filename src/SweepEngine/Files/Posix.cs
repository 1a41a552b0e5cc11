using System.Runtime.InteropServices;

namespace VicRegSweeps.SweepEngine.Files;

/// <summary>What .NET has no call for: which file a path leads to, a second name of a file, and a folder that is written to the disk.</summary>
internal static partial class Posix
{
    public const int NoSuchFile = 2, InputOutputError = 5, NotAFolder = 20, NoSuchCall = 38;

    private const int CurrentFolder = -100;
    private const uint BasicFields = 0x7ff;
    private const int ReadOnlyAndClosedOnExec = 0x80000;

    /// <summary>Looks at the file at the end of all links.</summary>
    /// <param name="status">256 bytes; the layout is the same on every processor.</param>
    /// <returns>0, or the number of the error.</returns>
    public static int Status(string path, Span<byte> status) => Error(Statx(CurrentFolder, path, 0, BasicFields, status));

    /// <summary>Writes to the disk which files a folder has.</summary>
    /// <returns>0, or the number of the error.</returns>
    public static int SyncFolder(string path)
    {
        var folder = Open(path, ReadOnlyAndClosedOnExec);
        if (folder < 0) return Marshal.GetLastPInvokeError();

        var error = Error(Fsync(folder));
        _ = Close(folder);
        return error;
    }

    /// <summary>Gives a file a second name.</summary>
    /// <returns>0, or the number of the error.</returns>
    public static int Link(string path, string second) => Error(HardLink(path, second));

    private static int Error(int result) => result == 0 ? 0 : Marshal.GetLastPInvokeError();

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Statx(int folder, string path, int flags, uint fields, Span<byte> status);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int HardLink(string path, string second);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Fsync(int file);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int file);
}
