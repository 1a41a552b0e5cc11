namespace VicRegSweeps.SweepEngine.Catalogue;

/// <summary>What the reference of the sweep file, its schema and messages show as examples, in a runner's own parameters.</summary>
public sealed record SweepFileExamples
{
    /// <summary>A sweep file that uses every section, as YAML; null: the reference has none.</summary>
    public string? File { get; init; }

    /// <summary>A rule of <c>exclude</c>.</summary>
    public string Rule { get; init; } = "train.epochs > 100";

    /// <summary>A rule whose comparisons are chained.</summary>
    public string ChainedRule { get; init; } = "0 < train.epochs <= 100";

    /// <summary>A word that a parameter takes.</summary>
    public string Word { get; init; } = "auto";

    /// <summary>A parameter that does nothing under others, in a few words.</summary>
    public string? Inactive { get; init; }

    /// <summary>A rule over that parameter, and the points that neither it nor its opposite touches, in a few words.</summary>
    public (string Rule, string Points)? InactiveRule { get; init; }

    /// <summary>A space's metric that ranks points.</summary>
    public string? Metric { get; init; }

    /// <summary>A term that ranks points.</summary>
    public string? Term { get; init; }
}
