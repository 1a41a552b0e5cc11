namespace VicRegSweeps.SweepEngine.Files;

/// <summary>
/// Files that a user names. A pipe or a device that stands in the place of one would keep a reader waiting for ever, or has no end, so it
/// is not opened.
/// </summary>
public static class OrdinaryFile
{
    private const string Refusal = "it is a pipe, a socket or a device, but must be a file";

    /// <summary>Whether a path leads to a file with content, and not to a pipe, a socket or a device. True where the system does not say.</summary>
    public static bool Is(string path) => !FileIdentity.TryFind(path, out var found) || found is null or { IsOrdinary: true };

    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="IOException">It is none, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, or is a folder.</exception>
    public static FileStream Open(string path) => Is(path) || Directory.Exists(path) ? File.OpenRead(path) : throw new IOException(Refusal);

    /// <summary>All bytes of a file.</summary>
    /// <inheritdoc cref="Open"/>
    public static byte[] Bytes(string path) => Is(path) || Directory.Exists(path) ? File.ReadAllBytes(path) : throw new IOException(Refusal);
}
