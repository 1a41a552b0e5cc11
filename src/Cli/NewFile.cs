using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Cli;

/// <summary>A file that must not be there yet: people change what is written for them.</summary>
internal static class NewFile
{
    /// <exception cref="SweepException">It is there, or it cannot be written.</exception>
    public static void Write(string file, string text)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.CreateNew);
            using var writer = new StreamWriter(stream);
            writer.Write(text);
        }
        catch (IOException) when (File.Exists(file))
        {
            throw new SweepException($"{file} is there already, and you may have changed it; name another file, or remove it.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new SweepException($"{file} cannot be written: {error.Message}", error);
        }
    }
}
