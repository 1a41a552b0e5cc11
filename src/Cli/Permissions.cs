using System.Runtime.InteropServices;

namespace VicRegSweeps.Cli;

/// <summary>What others may do to the files that this process makes.</summary>
internal static partial class Permissions
{
    private const uint WritableByOthers = 0b010;

    /// <summary>The user's own mask holds, but nothing is ever writable by everybody.</summary>
    public static void Restrict()
    {
        if (OperatingSystem.IsLinux()) _ = Umask(Umask(WritableByOthers) | WritableByOthers);
    }

    [LibraryImport("libc", EntryPoint = "umask")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint Umask(uint mask);
}
