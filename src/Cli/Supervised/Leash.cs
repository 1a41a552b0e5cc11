using System.Diagnostics;
using System.Runtime.InteropServices;

namespace VicRegSweeps.Cli.Supervised;

/// <summary>
/// How a supervised worker is told to stop: by a line on its standard input, by its end, which is the supervisor's, or by
/// SIGTERM. What a terminal sends to all its processes is the supervisor's to answer.
/// </summary>
internal sealed class Leash : IDisposable
{
    /// <summary>How long the worker has for its checkpoint. After it, it ends as it is: nobody is left who would end it.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(25);

    private readonly CancellationTokenSource source = new();
    private readonly List<PosixSignalRegistration> registrations = [];

    public Leash()
    {
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGHUP })
        {
            registrations.Add(PosixSignalRegistration.Create(signal, context => context.Cancel = true));
        }

        // A scheduler may send to all processes of a job what it sends ahead of its end.
        foreach (var signal in Interruption.AheadOfLimits.Append(PosixSignal.SIGTERM))
        {
            registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                Stop();
            }));
        }

        new Thread(Watch) { IsBackground = true, Name = "leash" }.Start();
    }

    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        foreach (var registration in registrations) registration.Dispose();
    }

    private void Watch()
    {
        try
        {
            _ = Console.In.ReadLine();
        }
        catch (IOException)
        {
            // As good as its end.
        }

        Stop();
        Thread.Sleep(Grace);
        Process.GetCurrentProcess().Kill();
    }

    private void Stop() => source.Cancel();
}
