namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>
/// What a transaction writes to. A room that can have several writers keeps only those apart that reach the same; one that cannot keeps all
/// apart.
/// </summary>
/// <param name="Whole">Whether it may write anything.</param>
/// <param name="Stack">The stack whose lease, rows and trials it writes, beside what trials share; 0 for none.</param>
internal readonly record struct Reach(bool Whole, long Stack)
{
    /// <summary>Whatever there is: nobody else writes meanwhile, except who makes a lease last longer.</summary>
    public static Reach Everything => new(true, 0);

    /// <summary>Stacks and trials that nobody holds: what others take at the same moment is passed over, and nobody waits.</summary>
    public static Reach Untaken => new(false, 0);

    /// <summary>One stack and its trials.</summary>
    public static Reach Of(long stack) => new(false, stack);
}

/// <summary>What transactions that reach different stacks may still have to do one after the other.</summary>
internal enum Matter
{
    /// <summary>Which trials come into a stack, where the seeds of a point must stay together.</summary>
    Formation,

    /// <summary>Which trial of a sweep is the best, and so keeps its files.</summary>
    BestArtifact,

    /// <summary>What the first trial was trained on.</summary>
    Input,
}
