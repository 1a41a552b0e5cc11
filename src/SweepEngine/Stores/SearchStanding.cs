namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>Where a sweep stands whose points are chosen in generations.</summary>
/// <param name="Sweep">Its name.</param>
/// <param name="Generation">The newest that the store has, from 1.</param>
/// <param name="Generations">How many there are to be.</param>
/// <param name="Pending">How many of its trials have not ended.</param>
public sealed record SearchStanding(string Sweep, int Generation, int Generations, int Pending)
{
    /// <summary>Whether further points are still to be chosen.</summary>
    public bool GoesOn => Generation < Generations;

    /// <summary>Whether they are to be chosen now: all results are there that they are chosen by.</summary>
    public bool IsDue => GoesOn && Pending == 0;
}

/// <summary>What a search has added to a store.</summary>
/// <param name="Sweep">Its name.</param>
/// <param name="Generation">From 2.</param>
/// <param name="Generations">How many there are to be; no more than this one where no further points could be found.</param>
/// <param name="Points">How many points; 0 where no further ones could be found.</param>
/// <param name="Trials">How many trials that were not there.</param>
public sealed record AddedGeneration(string Sweep, int Generation, int Generations, int Points, int Trials);
