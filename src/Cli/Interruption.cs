using System.Runtime.InteropServices;
using VicRegSweeps.SweepEngine.Clusters;

namespace VicRegSweeps.Cli;

/// <summary>
/// Turns the first Ctrl-C, SIGTERM or SIGHUP into a request to stop, and the second into an immediate end. SIGUSR1 and SIGUSR2, which schedulers
/// send ahead of a time limit, are requests too, and never an immediate end.
/// </summary>
/// <remarks>
/// A scheduler that ends a job sends SIGTERM to every process of it, and the job's script passes it on: within a job the second one says nothing
/// new. What does not end in time is killed by the scheduler.
/// </remarks>
internal sealed class Interruption : IDisposable
{
    /// <summary>SIGUSR1 and SIGUSR2, by their numbers on Linux; none elsewhere.</summary>
    internal static readonly PosixSignal[] AheadOfLimits = OperatingSystem.IsLinux() ? [(PosixSignal)10, (PosixSignal)12] : [];

    private readonly CancellationTokenSource source = new();
    private readonly List<PosixSignalRegistration> registrations = [];

    /// <param name="onFirst">Says that it was understood.</param>
    /// <param name="onSecond">Ends what would be left behind.</param>
    public Interruption(Action onFirst, Action? onSecond = null)
    {
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Concat(AheadOfLimits))
        {
            registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                if (source.IsCancellationRequested)
                {
                    if (ClusterJob.IsManaged || AheadOfLimits.Contains(context.Signal)) return;

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
