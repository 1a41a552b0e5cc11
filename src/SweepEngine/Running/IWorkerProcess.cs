using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.SweepEngine.Running;

/// <summary>A worker in a process of its own, as its supervisor sees it.</summary>
public interface IWorkerProcess : IDisposable
{
    /// <summary>What it calls itself in the store, see <see cref="WorkerIdentity.Supervised"/>.</summary>
    string Identity { get; }

    /// <summary>Null while it runs; 128 + n when signal n ended it.</summary>
    int? ExitCode { get; }

    /// <summary>The last lines that it printed, for a death's record.</summary>
    string LastOutput { get; }

    /// <summary>Asks it to write a checkpoint and to end. Asking again changes nothing.</summary>
    void AskToStop();

    /// <summary>Ends it at once, and its children.</summary>
    void Kill();
}
