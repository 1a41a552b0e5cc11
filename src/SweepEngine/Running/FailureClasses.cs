namespace VicRegSweeps.SweepEngine.Running;

/// <summary>The classes that failures fall into.</summary>
public static class FailureClasses
{
    public const string Diverged = "diverged";
    public const string OutOfMemory = "out_of_memory";
    public const string Timeout = "timeout";
    public const string Error = "error";

    public static IReadOnlyList<string?> All { get; } = [Diverged, OutOfMemory, Timeout, Error];

    /// <summary>The class of an exception: out of memory, as far as it says so, or error.</summary>
    public static string Of(Exception error) =>
        error is OutOfMemoryException or InsufficientMemoryException
        || error.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
        || error.Message.Contains("can't allocate memory", StringComparison.OrdinalIgnoreCase)    // libtorch on the CPU
        || (error.InnerException is { } inner && Of(inner) == OutOfMemory)
            ? OutOfMemory
            : Error;

    /// <summary>Whether another try may end otherwise: the rest follows from the settings.</summary>
    public static bool MayPass(string? failureClass) => failureClass is Error or OutOfMemory;
}
