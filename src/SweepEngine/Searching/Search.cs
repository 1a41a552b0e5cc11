using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.Searching;

/// <summary>Which points of a sweep's axes are run, where it does not run all.</summary>
/// <param name="Count">How many points, or how many a generation has; at least 1. A larger count keeps the points of the smaller.</param>
/// <param name="Seed">What they are drawn by, at least 0.</param>
public sealed record Search(SearchMethod Method, int Count, int Seed)
{
    /// <summary>
    /// The most combinations of values that keep trials out of one stack in a generation of a search that learns: a stack for every point would
    /// take as long as all of them one after the other.
    /// </summary>
    public const int MostShapes = 8;

    /// <summary>The most points in all generations together: what is believed of them is a matrix of them all.</summary>
    public const int MostPoints = 4096;

    /// <summary>How many times points are chosen, each time by the results of all before; 1 where nothing is learnt from results.</summary>
    public int Generations { get; init; } = 1;

    /// <summary>What the best is looked for of, as in <see cref="Vocabulary.RankingNames"/>; null where nothing is learnt from results.</summary>
    public string? Metric { get; init; }

    /// <summary>Which end of the metric is good; <see cref="Better.Neither"/> where nothing is learnt from results.</summary>
    public Better Goal { get; init; }

    /// <summary>Whether later points are chosen by the results of earlier ones.</summary>
    public bool Learns => Method == SearchMethod.Bayes;
}

/// <summary>How a search chooses points.</summary>
public enum SearchMethod
{
    /// <summary>Evenly over all axes, by <see cref="SobolSequence"/>.</summary>
    Sobol,

    /// <summary>In generations: the first evenly, each later one where the best may be, given the results of those before.</summary>
    Bayes,
}
