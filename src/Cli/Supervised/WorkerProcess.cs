using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using VicRegSweeps.Cli.Commands;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Cli.Supervised;

/// <summary>
/// This command again, as <c>worker</c>, in a process of its own. Its standard input is the pipe that it is held by: a line asks
/// it to stop, and the end of the pipe tells it that its supervisor is no more.
/// </summary>
internal sealed class WorkerProcess : IWorkerProcess
{
    private const int MostLines = 30;

    private readonly Process process;
    private readonly Queue<string> lines = new();
    private bool asked;

    private WorkerProcess(Process process, Action<string> print, Action<Progress> show)
    {
        this.process = process;
        Identity = WorkerIdentity.Supervised(process.Id, Environment.ProcessId);
        process.ErrorDataReceived += (_, line) => Keep(line.Data, print);
        process.OutputDataReceived += (_, line) => Show(line.Data, show);
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
    }

    public string Identity { get; }

    public int? ExitCode
    {
        get
        {
            if (!process.HasExited) return null;

            process.WaitForExit(TimeSpan.FromSeconds(1)); // What it printed last may still be in the pipe.
            return process.ExitCode;
        }
    }

    public string LastOutput
    {
        get
        {
            lock (lines) return string.Join('\n', lines);
        }
    }

    /// <param name="place">From 0; decides the GPU, where there are several.</param>
    /// <param name="cores">How many cores it is to use.</param>
    /// <param name="arguments">Of the verb <c>worker</c>.</param>
    /// <param name="print">Given every line that it prints for people.</param>
    /// <param name="show">Given what it says of how far it is.</param>
    public static WorkerProcess Start(int place, int cores, IEnumerable<string> arguments, Action<string> print, Action<Progress> show)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(Assembly.GetEntryAssembly()!.Location);
        }

        string[] verb = ["worker", WorkerCommand.SupervisedName, place.ToString(CultureInfo.InvariantCulture)];
        foreach (var argument in verb.Concat(arguments)) start.ArgumentList.Add(argument);
        var share = cores.ToString(CultureInfo.InvariantCulture);
        start.Environment["DOTNET_PROCESSOR_COUNT"] = share;
        start.Environment["OMP_NUM_THREADS"] = share;
        return new WorkerProcess(Process.Start(start)!, print, show);
    }

    public void AskToStop()
    {
        if (asked) return;

        asked = true;
        try
        {
            process.StandardInput.WriteLine("stop");
            process.StandardInput.Close();
        }
        catch (Exception error) when (error is IOException or InvalidOperationException)
        {
            // It has ended already.
        }
    }

    public void Kill()
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended already.
        }
    }

    public void Dispose() => process.Dispose();

    private static void Show(string? line, Action<Progress> show)
    {
        if (WorkerScreen.ProgressOf(line) is { } progress) show(progress);
    }

    private void Keep(string? line, Action<string> print)
    {
        if (line is null) return;

        lock (lines)
        {
            lines.Enqueue(line);
            if (lines.Count > MostLines) lines.Dequeue();
        }

        print(line);
    }
}
