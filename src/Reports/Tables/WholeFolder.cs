using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Reports;

/// <summary>Files that belong together: old ones are replaced once all the new ones are whole.</summary>
internal static class WholeFolder
{
    /// <param name="folder">Made where it is missing.</param>
    /// <param name="what">For messages, such as <c>the csv files</c>.</param>
    /// <param name="write">Writes into the folder it is given, and names the files it wrote, relative to it.</param>
    /// <returns>The paths of the files.</returns>
    /// <exception cref="SweepException">The folder cannot be written; the files in it are as they were.</exception>
    public static IReadOnlyList<string> Write(string folder, string what, Func<string, IReadOnlyList<string>> write)
    {
        var temporary = Path.Combine(folder, $".new-{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(temporary);
            var names = write(temporary);
            foreach (var name in names) LastingFiles.MakeFolder(Path.GetDirectoryName(Path.Combine(folder, name))!);
            LastingFiles.Rename([.. names.Select(name => (Path.Combine(temporary, name), Path.Combine(folder, name)))]);

            return [.. names.Select(name => Path.Combine(folder, name))];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SweepException($"{folder}: {what} cannot be written ({error.Message})", error);
        }
        finally
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        }
    }
}
