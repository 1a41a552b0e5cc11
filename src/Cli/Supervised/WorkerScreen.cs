using System.Text.Json;
using Spectre.Console;
using VicRegSweeps.Cli.Screens;

namespace VicRegSweeps.Cli.Supervised;

/// <summary>
/// What a supervised worker prints for its supervisor to pass on: what happens on standard error, in words, and how far it is on
/// standard output, a line of JSON now and then.
/// </summary>
internal sealed class WorkerScreen(IAnsiConsole console, TimeProvider time) : PlainScreen(console, time)
{
    /// <summary>Often enough for bars, and seldom enough to cost nothing.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    private readonly TimeProvider time = time;
    private (string Activity, long At)? told;

    /// <summary>Reads what a worker says on standard output.</summary>
    /// <returns>Null for anything else, such as what a library prints.</returns>
    public static Progress? ProgressOf(string? line)
    {
        try
        {
            var progress = line is ['{', ..] ? JsonSerializer.Deserialize<Progress>(line) : null;
            return progress is { Activity: not null, Unit: not null, Total: > 0 } ? progress : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public override void StackStarted(SweepEngine.Running.StackWork work)
    {
    }

    protected override void Progress(string row, string description, Progress progress)
    {
        var isNews = told?.Activity != progress.Activity || progress.Done == progress.Total;
        if (!isNews && time.GetElapsedTime(told!.Value.At) < Every) return;

        told = (progress.Activity, time.GetTimestamp());
        System.Console.Out.WriteLine(JsonSerializer.Serialize(progress));
    }
}
