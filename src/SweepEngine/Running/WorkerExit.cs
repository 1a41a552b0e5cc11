using System.Globalization;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.SweepEngine.Running;

/// <summary>What a worker's exit code means.</summary>
public static class WorkerExit
{
    public const int Done = 0;

    /// <summary>The user can mend it; what was printed last says what.</summary>
    public const int UserError = 2;

    /// <summary>Done, but some trials failed.</summary>
    public const int SomeTrialsFailed = 3;

    /// <summary>It was asked to end.</summary>
    public const int Interrupted = 130;

    private const int SignalBase = 128;
    private const int MostOutput = 2000;

    private static readonly Dictionary<int, string> Names = new()
    {
        [1] = "SIGHUP",
        [2] = "SIGINT",
        [3] = "SIGQUIT",
        [4] = "SIGILL",
        [5] = "SIGTRAP",
        [6] = "SIGABRT",
        [7] = "SIGBUS",
        [8] = "SIGFPE",
        [9] = "SIGKILL",
        [11] = "SIGSEGV",
        [13] = "SIGPIPE",
        [15] = "SIGTERM",
    };

    /// <summary>
    /// Faults in what a process does raise the signals of faults. What comes from outside is not the trials' doing, but for
    /// the kernel's: it ends who takes the last memory with SIGKILL, as a user might.
    /// </summary>
    private static readonly HashSet<int> FromOutside = [1, 2, 3, 9, 13, 15];

    /// <summary>The death of a worker that ended with this code, for the store.</summary>
    /// <param name="outOfMemory">Whether the kernel has ended processes for want of memory while it ran.</param>
    /// <param name="output">The end of what it printed.</param>
    public static WorkerDeath Death(string worker, int code, bool outOfMemory, string output)
    {
        var signal = code > SignalBase ? code - SignalBase : 0;
        var failureClass = signal == 9 && outOfMemory ? FailureClasses.OutOfMemory
            : FromOutside.Contains(signal) ? null
            : FailureClasses.Error;
        return new WorkerDeath(worker, failureClass, $"the worker's process {How(code)}{End(output)}");
    }

    public static string How(int code) => code > SignalBase && code < SignalBase + 65
        ? $"was ended by {Names.GetValueOrDefault(code - SignalBase, string.Create(CultureInfo.InvariantCulture, $"signal {code - SignalBase}"))}"
        : string.Create(CultureInfo.InvariantCulture, $"ended with exit code {code}");

    private static string End(string output)
    {
        var text = FaultText.WithoutFrames(output);
        return text.Length == 0 ? "" : $": {(text.Length > MostOutput ? "…" + text[^MostOutput..] : text)}";
    }
}
