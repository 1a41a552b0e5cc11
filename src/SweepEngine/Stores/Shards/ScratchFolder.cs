namespace VicRegSweeps.SweepEngine.Stores.Shards;

/// <summary>A folder of this process on a disk of this machine, which goes with it.</summary>
/// <param name="parent">Where it is made; the folder for temporary files (<c>TMPDIR</c>) unless given.</param>
internal sealed class ScratchFolder(string? parent = null) : IDisposable
{
    public string Path { get; } = Make(parent);

    /// <summary>A file or folder in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It costs room until somebody clears the folder of temporary files.
        }
    }

    private static string Make(string? parent)
    {
        try
        {
            if (parent is null) return Directory.CreateTempSubdirectory("vicreg-sweep-").FullName;

            Directory.CreateDirectory(parent);
            var path = System.IO.Path.Combine(System.IO.Path.GetFullPath(parent), $"vicreg-sweep-{Guid.NewGuid():N}");
            Directory.CreateDirectory(path);
            return path;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SweepException($"{parent ?? System.IO.Path.GetTempPath()}: no folder can be made there ({error.Message})", error);
        }
    }
}
