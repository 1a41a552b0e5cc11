using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Trials.Arrays;

/// <summary>A file's size and time of last writing: while they stay, its content is taken to be what it was.</summary>
/// <param name="Ticks">Of the time in UTC.</param>
internal readonly record struct FileStamp(long Bytes, long Ticks)
{
    /// <summary>Of the file that a path or link leads to.</summary>
    /// <exception cref="SweepException">There is no file.</exception>
    public static FileStamp Of(string path)
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is not null && file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target) file = target;
        return file.Exists ? new FileStamp(file.Length, file.LastWriteTimeUtc.Ticks) : throw new SweepException($"There is no file '{path}'.");
    }

    /// <summary>Refuses a file that is not what it was when this stamp was taken.</summary>
    public void CheckUnchanged(string path)
    {
        if (!File.Exists(path) || Of(path) != this)
            throw new SweepException(
                $"'{path}' changed while it was in use: its size or time is not what it was. Run again when nothing writes to it any more.");
    }
}
