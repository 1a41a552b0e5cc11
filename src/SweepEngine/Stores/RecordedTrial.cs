using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>What the store holds of one trial, curves apart.</summary>
public sealed record RecordedTrial
{
    /// <summary>The store's number: the order in which trials run and are exported.</summary>
    public required long Number { get; init; }

    public required string Id { get; init; }

    /// <summary>Equal for trials that differ in the seed alone.</summary>
    public required string Point { get; init; }

    public required string Block { get; init; }

    public required long Seed { get; init; }

    /// <summary>The active parameters by name.</summary>
    public required IReadOnlyDictionary<string, ParameterValue> Settings { get; init; }

    public required TrialState State { get; init; }

    /// <summary>Null unless failed.</summary>
    public required string? FailureClass { get; init; }

    /// <summary>Why it stopped or failed.</summary>
    public required string? Reason { get; init; }

    /// <summary>Null until it has ended, as are <see cref="Steps"/> and <see cref="Seconds"/>.</summary>
    public required int? Epochs { get; init; }

    public required long? Steps { get; init; }

    public required double? Seconds { get; init; }

    /// <summary>The stack it is or was trained in last; null while it waits.</summary>
    public required long? Stack { get; init; }

    /// <summary>The latest loss row; null before the first.</summary>
    public required LossRow? Loss { get; init; }

    /// <summary>The latest panel of each space, in the order of <see cref="IStoreReader.Spaces"/>; null before the first.</summary>
    public required IReadOnlyList<FinalPanel?> Panels { get; init; }
}

/// <summary>The latest panel of one space of one trial.</summary>
/// <param name="Verdict">One of the space's.</param>
/// <param name="Evidence">What decided it.</param>
/// <param name="Values">In the order of the space's metrics; null where undefined.</param>
public sealed record FinalPanel(int Epoch, long Step, string Verdict, string Evidence, IReadOnlyList<double?> Values);

/// <summary>One row of a trial's loss curve.</summary>
public sealed record RecordedLoss(string Trial, long Seed, LossRow Row);

/// <summary>One metric of one space of a trial at one evaluation.</summary>
public sealed record RecordedMetric(string Trial, int Epoch, long Step, string Space, string Metric, double? Value);

/// <summary>A panel as it was recorded for a trial, or for a baseline by its name.</summary>
public sealed record RecordedPanel(string Of, PanelRow Row);

/// <summary>A parameter that trials may have.</summary>
/// <param name="Default">As text; null where there is none.</param>
/// <param name="IsIncidental">Whether a value of it, as it reads, is no part of a trial's identity.</param>
/// <param name="Kind">A word of <see cref="ParameterKind"/>, or another where a later version has one.</param>
public sealed record RecordedParameter(string Name, string Doc, string? Default, bool IsIncidental, string Kind)
{
    /// <summary>What a value counts as when trials are compared: of a path, the content where it counts. Null where the value says nothing.</summary>
    public string? Counted(ParameterValue? value) => IsIncidental ? value?.Content : value?.Identity;
}

/// <summary>A trial of a sweep.</summary>
/// <param name="Sweep">The sweep's name.</param>
/// <param name="Trial">The trial's id.</param>
/// <param name="Generation">The generation of the sweep that chose it, from 1; 1 where the sweep has no others.</param>
public readonly record struct Membership(string Sweep, string Trial, int Generation);

/// <summary>A sweep that the store holds.</summary>
/// <param name="FileText">Its file as last registered.</param>
public sealed record RecordedSweep(string Name, string Question, string FileText)
{
    /// <summary>How many generations of points it is to have: 1 unless a search chooses points by results.</summary>
    public int Generations { get; init; } = 1;
}
