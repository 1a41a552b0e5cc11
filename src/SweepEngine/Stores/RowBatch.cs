using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>What a runner has handed over since it was last recorded, in order.</summary>
public sealed class RowBatch
{
    private readonly List<(Trial Trial, LossRow Row)> losses = [];
    private readonly List<(Trial Trial, PanelRow Row)> panels = [];
    private readonly List<(string Name, PanelRow Row)> baselines = [];
    private readonly List<(Trial Trial, VectorRow Row)> vectors = [];
    private readonly List<(string Stage, TimeSpan Time)> stages = [];
    private readonly List<(Trial Trial, Outcome Outcome)> outcomes = [];
    private readonly List<Trial> setApart = [];
    private readonly List<(Trial Trial, StoredArtifact Artifact)> artifacts = [];

    public IReadOnlyList<(Trial Trial, LossRow Row)> Losses => losses;

    public IReadOnlyList<(Trial Trial, PanelRow Row)> Panels => panels;

    public IReadOnlyList<(string Name, PanelRow Row)> Baselines => baselines;

    public IReadOnlyList<(Trial Trial, VectorRow Row)> Vectors => vectors;

    /// <summary>Wall time of the stack by stage, to be added up.</summary>
    public IReadOnlyList<(string Stage, TimeSpan Time)> Stages => stages;

    /// <summary>Trials that have ended, each once.</summary>
    public IReadOnlyList<(Trial Trial, Outcome Outcome)> Outcomes => outcomes;

    /// <summary>What trials leave that end in this batch.</summary>
    internal IReadOnlyList<(Trial Trial, StoredArtifact Artifact)> Artifacts => artifacts;

    /// <summary>Trials that leave the stack and are tried again from their start, each in a stack of its own.</summary>
    public IReadOnlyList<Trial> TrialsSetApart => setApart;

    /// <summary>Whether the stack is halved: what is pending of it goes on from its last checkpoint in two stacks of their own.</summary>
    public bool IsHalved { get; set; }

    /// <summary>Set when the stack broke, whatever is done about it.</summary>
    public StackBreak? Break { get; set; }

    /// <summary>How far the stack's worker is; null where it has not come further.</summary>
    public Progress? Progress { get; set; }

    /// <summary>Whether it changes where a trial stands, and so must outlive a power failure.</summary>
    public bool HasEnds => IsHalved || Break is not null || outcomes.Count + setApart.Count > 0;

    internal void Add(Trial trial, StoredArtifact artifact) => artifacts.Add((trial, artifact));

    public void Add(Trial trial, LossRow row) => losses.Add((trial, row));

    public void Add(Trial trial, PanelRow row) => panels.Add((trial, row));

    public void Add(string baseline, PanelRow row) => baselines.Add((baseline, row));

    public void Add(Trial trial, VectorRow row) => vectors.Add((trial, row));

    public void Add(string stage, TimeSpan time) => stages.Add((stage, time));

    public void Add(Trial trial, Outcome outcome) => outcomes.Add((trial, outcome));

    public void SetApart(Trial trial) => setApart.Add(trial);

    public void Clear()
    {
        losses.Clear();
        panels.Clear();
        baselines.Clear();
        vectors.Clear();
        stages.Clear();
        outcomes.Clear();
        setApart.Clear();
        artifacts.Clear();
        IsHalved = false;
        Break = null;
        Progress = null;
    }
}

/// <summary>A stack that broke its runner, or ended its worker.</summary>
/// <param name="Trials">Ids of its trials that had not ended.</param>
/// <param name="Width">How many trials were trained together.</param>
/// <param name="FailureClass"><c>error</c> or <c>out_of_memory</c>.</param>
/// <param name="Reason">What broke it.</param>
public sealed record StackBreak(IReadOnlyList<string> Trials, int Width, string FailureClass, string Reason);
