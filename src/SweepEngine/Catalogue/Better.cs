namespace VicRegSweeps.SweepEngine.Catalogue;

/// <summary>Which end of a number is good.</summary>
public enum Better
{
    /// <summary>Neither end is: it depends on what one wants.</summary>
    Neither,

    More,
    Less,
}
