using System.Runtime.InteropServices;

namespace VicRegSweeps.Cli;

/// <summary>Turns the first Ctrl-C, SIGTERM or SIGHUP into a request to stop, and the second into an immediate end.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly List<PosixSignalRegistration> registrations = [];

    /// <param name="onFirst">Says that it was understood.</param>
    /// <param name="onSecond">Ends what would be left behind.</param>
    public Interruption(Action onFirst, Action? onSecond = null)
    {
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP })
        {
            registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                if (source.IsCancellationRequested)
                {
                    onSecond?.Invoke();
                    Environment.Exit(ExitCodes.Interrupted);
                }

                onFirst();
                source.Cancel();
            }));
        }
    }

    /// <summary>Ends the process at the first signal.</summary>
    /// <param name="before">Clears away what would be left behind.</param>
    public static Interruption AtOnce(Action before) => new(() =>
    {
        before();
        Environment.Exit(ExitCodes.Interrupted);
    });

    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        foreach (var registration in registrations)
        {
            registration.Dispose();
        }

        source.Dispose();
    }
}
