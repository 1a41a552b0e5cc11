namespace VicRegSweeps.SweepEngine.Searching;

/// <summary>Which points of a sweep's axes are run, where it does not run all.</summary>
/// <param name="Count">How many points; at least 1. A larger count keeps the points of the smaller.</param>
/// <param name="Seed">What they are drawn by, at least 0.</param>
public sealed record Search(SearchMethod Method, int Count, int Seed);

/// <summary>How a search chooses points.</summary>
public enum SearchMethod
{
    /// <summary>Evenly over all axes, by <see cref="SobolSequence"/>.</summary>
    Sobol,
}
