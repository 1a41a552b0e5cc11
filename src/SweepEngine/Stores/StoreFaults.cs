namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>Other processes have kept the store to themselves for long: a matter of time. Trying again may succeed.</summary>
public sealed class StoreBusyException(string message, Exception? inner = null) : SweepException(message, inner);

/// <summary>
/// The server of the store does not answer, or the connection to it broke while it was written to: whether that was recorded is not known.
/// Trying again may succeed once it is back.
/// </summary>
public sealed class StoreAwayException(string message, Exception? inner = null) : SweepException(message, inner);

/// <summary>There is no room to write. Trying again may succeed once there is some.</summary>
public sealed class StoreFullException(string message, Exception? inner = null) : SweepException(message, inner);

/// <summary>The store was removed, moved or replaced while it was open. It does not come back.</summary>
public sealed class StoreGoneException(string message) : SweepException(message);

/// <summary>The lease has run out or has gone to another worker: nothing more may be written under it.</summary>
public sealed class LeaseLostException(long stack) : Exception($"The lease of stack {stack} is lost.")
{
    /// <summary>The number of the stack.</summary>
    public long Stack { get; } = stack;
}

/// <summary>Tells a full disk by its exception, whoever met it: a store, or a runner that writes files of its own.</summary>
internal static class FullDisk
{
    private const int NoSpaceOnLinux = 28, NoSpaceOnWindows = 112;

    /// <summary>Whether there was no room to write.</summary>
    public static bool IsMetBy(Exception error) =>
        error is StoreFullException
        || (error is IOException && (error.HResult & 0xFFFF) is NoSpaceOnLinux or NoSpaceOnWindows)
        || (error.InnerException is { } inner && IsMetBy(inner));
}
