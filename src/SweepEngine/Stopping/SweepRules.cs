using VicRegSweeps.SweepEngine.SweepFiles;

namespace VicRegSweeps.SweepEngine.Stopping;

/// <summary>How the trials of a sweep are run. Kept in the store with the sweep, so that they hold without its file.</summary>
public sealed record SweepRules
{
    public static SweepRules Default { get; } = new();

    public StopRules Stop { get; init; } = StopRules.Default;

    /// <summary>How often a trial that failed with an error or for want of memory is tried again, alone and from its start.</summary>
    public int MostRetries { get; init; } = 1;

    /// <summary>The most trials in a stack; null leaves it to the runner.</summary>
    public int? StackWidth { get; init; }

    /// <summary>How many generations of points there are to be: 1 unless a search chooses points by results.</summary>
    public int Generations { get; init; } = 1;

    public static SweepRules Of(SweepFile file) =>
        new() { Stop = file.Stop, MostRetries = file.MostRetries, StackWidth = file.StackWidth, Generations = file.Search?.Generations ?? 1 };
}
