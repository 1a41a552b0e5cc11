namespace VicRegSweeps.SweepEngine.Running;

/// <summary>Finds the programs that are started from here.</summary>
public static class Programs
{
    private const UnixFileMode Runs = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>The first program of this name in the folders of PATH.</summary>
    /// <param name="folders">In the form of PATH, which is taken unless given.</param>
    /// <returns>An absolute path; null where there is no such program.</returns>
    /// <remarks>
    /// .NET looks for a bare name in the current folder first, and the shell does where an entry of PATH is empty or relative.
    /// The current folder may hold anything, such as what somebody else has shared; so entries that mean it are passed over.
    /// </remarks>
    public static string? Find(string name, string? folders = null) => (folders ?? Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Where(Path.IsPathFullyQualified)
        .Select(folder => Path.Combine(folder, name))
        .FirstOrDefault(CanBeRun);

    private static bool CanBeRun(string path)
    {
        try
        {
            return File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & Runs) != 0);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
