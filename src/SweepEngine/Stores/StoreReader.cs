using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>Reads a store in whatever room, and says what follows from its rows.</summary>
internal sealed class StoreReader : IStoreReader
{
    /// <param name="room">Is closed with the reader.</param>
    public StoreReader(IReadingRoom room)
    {
        Room = room;
        try
        {
            Vocabulary = room.Read(rows => rows.Vocabulary);
            Parameters = room.Read(rows => rows.Parameters());
        }
        catch
        {
            room.Dispose();
            throw;
        }

        Spaces = Vocabulary.TrialSpaces;
        Metrics = [.. Spaces.Select(Vocabulary.MetricsOf)];
    }

    public string Address => Room.Address;

    public Vocabulary Vocabulary { get; }

    public IReadOnlyList<Space> Spaces { get; }

    public IReadOnlyList<IReadOnlyList<Metric>> Metrics { get; }

    public IReadOnlyList<RecordedParameter> Parameters { get; }

    /// <summary>The rows that are read.</summary>
    internal IReadingRoom Room { get; }

    public IReadOnlyList<RecordedSweep> Sweeps() => Room.Read(rows => rows.Sweeps()
        .Select(s => new RecordedSweep(s.Name, s.Question, s.Texts.Count == 0 ? "" : s.Texts[^1].Text) { Generations = s.Rules.Generations }).ToList());

    public IEnumerable<Membership> Memberships() => Room.Stream(rows => rows.Memberships());

    public StoreStatus Status() => Room.Status();

    public SweepChange ChangeBy(SweepPlan plan) => Room.Read(rows => SweepChange.Of(rows, Address, plan));

    public IReadOnlySet<string> Finished() => Room.Read(rows =>
        rows.StoredTrials().Where(t => t.State != TrialState.Pending).Select(t => t.Id).ToHashSet(StringComparer.Ordinal));

    public IReadOnlySet<string> Stages() => Room.Read(rows =>
        rows.StoredTrials().Select(t => t.Stage).OfType<long>().Distinct().Select(stage => rows.Trial(stage).Id).ToHashSet(StringComparer.Ordinal));

    public IEnumerable<RecordedTrial> Trials() => Room.Stream(rows => Standing(rows, rows.Trials(byPoint: false)));

    public IEnumerable<RecordedTrial> TrialsByPoint() => Room.Stream(rows => Standing(rows, rows.Trials(byPoint: true)));

    public IEnumerable<IReadOnlyDictionary<string, ParameterValue>> Settings() => Room.Stream(rows => rows.Settings());

    public IEnumerable<RecordedLoss> Losses() => Room.Stream(rows => rows.Losses());

    public IReadOnlyList<LossRow> Losses(string trial) => Room.Read(rows => rows.Find(trial) is { } found ? rows.LossesOf(found.Number) : []);

    public IReadOnlyList<RecordedArtifact> Artifacts(string trial) => Room.Read(rows => rows.Find(trial) is { } found
        ? rows.ArtifactsOf(found.Number).Select(a => Recorded(trial, a)).ToList()
        : []);

    public IReadOnlyList<RecordedArtifact> ArtifactsNamed(string name) => Room.Read(rows =>
        rows.ArtifactsNamed(name).Select(a => Recorded(rows.Trial(a.Trial).Id, a.Artifact)).ToList());

    public StoreStanding Standing(string? metric) => Room.Read(rows => SweepStanding.Of(rows, Vocabulary, metric));

    public bool CanRankBy(string metric) => Room.Read(rows => SweepStanding.Values(rows, metric).Any());

    public IEnumerable<RecordedMetric> MetricValues() => Room.Stream(rows => rows.MetricValues());

    public IReadOnlyList<RecordedPanel> Panels(string trial) => Room.Read(rows => rows.Find(trial) is { } found
        ? rows.PanelsOf(found.Number).Select(panel => new RecordedPanel(trial, panel)).ToList()
        : []);

    public void RefuseDamage() => Room.Read(rows =>
    {
        rows.RefuseCorruption();
        foreach (var trial in rows.StoredTrials().Where(t => t.Digest is not null))
        {
            if (TrialDigest.Of(rows, trial) != trial.Digest)
            {
                throw new SweepException(
                    $"{Address}: what is recorded of trial {trial.Id} is damaged: it does not have the checksum that it was recorded with. Restore a copy of the store.");
            }
        }

        return true;
    });

    public IReadOnlyList<RecordedPanel> Baselines() => Room.Read(rows => rows.Baselines());

    public IReadOnlyList<RecordedVectors> Vectors() => Room.Read(rows => KeptVectors.AfterTraining(rows.VectorHeads()));

    public VectorSample Sample(long number) => Room.Read(rows => rows.Sample(number));

    public IEnumerable<RecordedSpectrum> Spectra() => Room.Stream(rows => rows.Spectra());

    public IReadOnlyDictionary<string, TimeSpan> StageTimes() => Room.Read(rows => rows.StageTimes());

    public IReadOnlyList<RecordedEnvironment> Environments() => Room.Read(rows => rows.Environments());

    public IReadOnlyList<RecordedBreak> Breaks() => Room.Read(rows => rows.Breaks());

    public IReadOnlyList<RecordedInput> Inputs() => Room.Read(rows => rows.Inputs());

    public void Dispose() => Room.Dispose();

    /// <summary>A pending trial runs while the lease of its stack holds.</summary>
    private static IEnumerable<RecordedTrial> Standing(IStoreRows rows, IEnumerable<RecordedTrial> trials)
    {
        var live = StatusCount.LiveStacks(rows).Select(s => s.Number).ToHashSet();
        foreach (var trial in trials)
        {
            var isRunning = trial is { State: TrialState.Pending, Stack: { } stack } && live.Contains(stack);
            yield return isRunning ? trial with { State = TrialState.Running } : trial;
        }
    }

    private RecordedArtifact Recorded(string trial, StoredArtifact artifact) =>
        new(trial, artifact.Name, artifact.Checksum, artifact.Bytes, artifact.BestBy, artifact.Value, () => Look(artifact));

    private (string? Path, string? Fault) Look(StoredArtifact artifact)
    {
        var fault = Room.Read(_ => Room.Artifacts.FaultOf(artifact));
        return (Room.Artifacts.PathOf(artifact), fault);
    }
}
