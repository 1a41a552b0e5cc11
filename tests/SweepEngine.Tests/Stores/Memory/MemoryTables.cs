using System.Collections.Immutable;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.SweepEngine.Tests.Stores.Memory;

/// <summary>All rows of a store in memory. A transaction works on a copy, which costs nothing, since no collection ever changes.</summary>
internal sealed record MemoryTables
{
    public Vocabulary Words { get; init; } = Vocabulary.None;

    public ImmutableList<RecordedParameter> Parameters { get; init; } = [];

    public ImmutableSortedDictionary<long, StoredSweep> Sweeps { get; init; } = ImmutableSortedDictionary<long, StoredSweep>.Empty;

    /// <summary>Their generations by sweep and trial.</summary>
    public ImmutableSortedDictionary<(long Sweep, long Trial), int> Named { get; init; } = ImmutableSortedDictionary<(long Sweep, long Trial), int>.Empty;

    public ImmutableSortedDictionary<long, StoredTrial> Trials { get; init; } = ImmutableSortedDictionary<long, StoredTrial>.Empty;

    /// <summary>Numbers of trials by their ids, in the order of these.</summary>
    public ImmutableSortedDictionary<string, long> Ids { get; init; } = ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);

    public ImmutableSortedDictionary<long, MemoryStack> Stacks { get; init; } = ImmutableSortedDictionary<long, MemoryStack>.Empty;

    /// <summary>By trial, then by step.</summary>
    public ImmutableSortedDictionary<long, ImmutableSortedDictionary<long, LossRow>> Losses { get; init; } =
        ImmutableSortedDictionary<long, ImmutableSortedDictionary<long, LossRow>>.Empty;

    /// <summary>By trial, then by step and space.</summary>
    public ImmutableSortedDictionary<long, ImmutableSortedDictionary<PanelKey, PanelRow>> Panels { get; init; } =
        ImmutableSortedDictionary<long, ImmutableSortedDictionary<PanelKey, PanelRow>>.Empty;

    public ImmutableSortedDictionary<string, PanelRow> Baselines { get; init; } = ImmutableSortedDictionary.Create<string, PanelRow>(StringComparer.Ordinal);

    public ImmutableList<(long Number, long Trial, StoredVectors Vectors)> Vectors { get; init; } = [];

    public ImmutableSortedDictionary<string, IReadOnlyList<int>> Images { get; init; } =
        ImmutableSortedDictionary.Create<string, IReadOnlyList<int>>(StringComparer.Ordinal);

    public ImmutableList<(long Trial, StoredArtifact Artifact)> Artifacts { get; init; } = [];

    public ImmutableList<RecordedBreak> Breaks { get; init; } = [];

    public ImmutableList<RecordedInput> Inputs { get; init; } = [];

    /// <summary>Who has asked for the end of a trial.</summary>
    public ImmutableSortedDictionary<long, string> Cancelled { get; init; } = ImmutableSortedDictionary<long, string>.Empty;

    /// <summary>The number that vectors were given last.</summary>
    public long LastVectors { get; init; }
}

/// <summary>A stack with all that belongs to it.</summary>
internal sealed record MemoryStack(StackRow Row, string Created, string? Finished)
{
    public ImmutableList<(long Place, long Trial, long? Left)> Members { get; init; } = [];

    public ImmutableSortedDictionary<string, double> Stages { get; init; } = ImmutableSortedDictionary.Create<string, double>(StringComparer.Ordinal);

    public ImmutableList<StoredCheckpoint> Checkpoints { get; init; } = [];

    public Progress? Progress { get; init; }
}

/// <summary>What orders the panels of a trial.</summary>
internal readonly record struct PanelKey(long Step, string Space) : IComparable<PanelKey>
{
    public int CompareTo(PanelKey other) => Step != other.Step ? Step.CompareTo(other.Step) : string.CompareOrdinal(Space, other.Space);
}
