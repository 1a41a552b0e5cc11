using static System.FormattableString;

namespace VicRegSweeps.Cli.Screens;

/// <summary>A line on standard error now and then while files are read before there is a screen. Quick reading is not worth a line.</summary>
internal static class ReadingNote
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    public static Action<Progress> Progress()
    {
        var since = TimeProvider.System.GetTimestamp();
        return progress =>
        {
            if (TimeProvider.System.GetElapsedTime(since) < Every) return;

            since = TimeProvider.System.GetTimestamp();
            Console.Error.WriteLine(Invariant($"{progress.Activity}: {progress.Done} of {progress.Total} {progress.Unit}"));
        };
    }
}
