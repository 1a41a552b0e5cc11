namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>A panel of what trials share as input, which a store may hold.</summary>
/// <param name="Name">What the store calls it.</param>
/// <param name="FormerName">What stores of older versions call it, though it may be of other settings there.</param>
/// <param name="Computed">What its numbers were computed in, in words.</param>
public sealed record KnownPanel(string Name, string FormerName, string Computed);
