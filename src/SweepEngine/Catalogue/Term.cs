namespace VicRegSweeps.SweepEngine.Catalogue;

/// <summary>A number that a step yields, averaged over batches; <c>loss/NAME</c> in exports and sweep files.</summary>
/// <param name="Name">Such as <c>total</c>: lower-case letters, digits and underscores.</param>
/// <param name="Doc">What it is, in one sentence.</param>
public sealed record Term(string Name, string Doc)
{
    /// <summary>Which end of it is good.</summary>
    public Better Better { get; init; } = Better.Less;

    /// <summary>Whether it is the weighted sum of the other terms, which training makes small.</summary>
    public bool IsTotal { get; init; }

    /// <summary>The space that only trials with this term have: a store has the term once it has the space. Null where all trials may have it.</summary>
    public string? Space { get; init; }
}
