using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stopping;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.SweepEngine.Tests.Stores.Memory;

/// <summary>Reads the rows of a store in memory, as plainly as can be.</summary>
internal class MemoryRows(MemoryTables tables, TimeProvider time) : IStoreRows
{
    public MemoryTables Tables { get; set; } = tables;

    public DateTimeOffset Now => time.GetUtcNow();

    public Vocabulary Vocabulary => Tables.Words;

    private IEnumerable<StoredTrial> Recorded => Tables.Trials.Values.Where(IsRecorded);

    public IReadOnlyList<RecordedParameter> Parameters() => Tables.Parameters;

    public IReadOnlyList<SweepRules> Rules() => [.. Tables.Sweeps.Values.Select(s => s.Rules)];

    public IReadOnlyList<StoredSweep> Sweeps() => [.. Tables.Sweeps.Values];

    public IReadOnlyCollection<long> TrialsOf(long sweep) => [.. Tables.Named.Keys.Where(n => n.Sweep == sweep).Select(n => n.Trial)];

    public IReadOnlyList<(long Trial, int Generation)> LaterTrialsOf(long sweep) =>
        [.. Tables.Named.Where(n => n.Key.Sweep == sweep && n.Value > 1).Select(n => (n.Key.Trial, n.Value))];

    public IReadOnlyList<SearchStanding> Searches() =>
    [
        .. from sweep in Tables.Sweeps.Values
           where sweep.Rules.Generations > 1
           let named = Tables.Named.Where(n => n.Key.Sweep == sweep.Number).ToList()
           where named.Count > 0
           select new SearchStanding(
               sweep.Name, named.Max(n => n.Value), sweep.Rules.Generations, named.Count(n => Trial(n.Key.Trial).State == TrialState.Pending)),
    ];

    public IEnumerable<Membership> Memberships() =>
        Tables.Named.OrderBy(n => n.Key.Trial).ThenBy(n => n.Key.Sweep)
            .Select(n => new Membership(Tables.Sweeps[n.Key.Sweep].Name, Tables.Trials[n.Key.Trial].Id, n.Value));

    public StoredTrial? Find(string id) => Tables.Ids.TryGetValue(id, out var number) ? Tables.Trials[number] : null;

    public IReadOnlyList<StoredTrial> FindBeginning(string id) =>
        [.. Tables.Ids.Where(i => i.Key.StartsWith(id, StringComparison.Ordinal)).Select(i => Tables.Trials[i.Value])];

    public StoredTrial? FindPoint(string beginning) => Tables.Trials.Values
        .Where(t => t.Point.StartsWith(beginning, StringComparison.Ordinal)).OrderBy(t => t.Point, StringComparer.Ordinal).ThenBy(t => t.Seed).FirstOrDefault();

    public bool HasIdsOf(int digits) => Tables.Ids.Keys.Any(id => id.Length == digits);

    public StoredTrial Trial(long number) => Tables.Trials[number];

    public IEnumerable<StoredTrial> StoredTrials() => Recorded;

    public (long Number, SweepRules Rules)? SweepOf(long trial) =>
        Tables.Sweeps.Values.FirstOrDefault(s => Tables.Named.ContainsKey((s.Number, trial))) is { } sweep ? (sweep.Number, sweep.Rules) : null;

    public IReadOnlyList<StoredTrial> BuiltOn(long stage) => [.. Tables.Trials.Values.Where(t => t.Stage == stage)];

    public IReadOnlyList<StoredArtifact> ArtifactsOf(long trial) =>
        [.. Tables.Artifacts.Where(a => a.Trial == trial).Select(a => a.Artifact).OrderBy(a => a.Name, StringComparer.Ordinal)];

    public IReadOnlyList<(long Trial, StoredArtifact Artifact)> ArtifactsNamed(string name) =>
        [.. Tables.Artifacts.Where(a => a.Artifact.Name == name).OrderBy(a => a.Trial)];

    public (IReadOnlySet<long> Open, IReadOnlySet<string> Artifacts) ArtifactsInUse() => (
        Tables.Stacks.Values.Where(s => s.Finished is null).Select(s => s.Row.Number).ToHashSet(), Tables.Artifacts.Select(a => a.Artifact.File).ToHashSet());

    public IEnumerable<PlannedBefore> PlannedBefore(string sweep)
    {
        var number = Tables.Sweeps.Values.FirstOrDefault(s => s.Name == sweep)?.Number;
        return Tables.Trials.Values.Select(t => new PlannedBefore(
            t.Id, t.Point, t.State != TrialState.Pending, number is not null && Tables.Named.ContainsKey((number.Value, t.Number))));
    }

    public IEnumerable<RecordedTrial> Trials(bool byPoint)
    {
        var firsts = Tables.Trials.Values.GroupBy(t => t.Point).ToDictionary(g => g.Key, g => g.Min(t => t.Number));
        var spaces = Vocabulary.TrialSpaces;
        return Recorded.OrderBy(t => byPoint ? firsts[t.Point] : 0).ThenBy(t => t.Number).Select(t => new RecordedTrial
        {
            Number = t.Number,
            Id = t.Id,
            Point = t.Point,
            Block = t.Block,
            Seed = t.Seed,
            Settings = SettingsText.Parse(t.Settings),
            State = t.State,
            FailureClass = t.FailureClass,
            Reason = t.Reason,
            Epochs = t.Epochs,
            Steps = t.Steps,
            Seconds = t.Seconds,
            Stack = t.Stack,
            Loss = LossesOf(t.Number) is [.., var last] ? last : null,
            Panels = [.. spaces.Select(space => Last(t.Number, space.Name) is { } row ? Final(space, row) : null)],
        });
    }

    public IEnumerable<IReadOnlyDictionary<string, ParameterValue>> Settings() => Recorded.Select(t => SettingsText.Parse(t.Settings));

    public IEnumerable<RecordedLoss> Losses() => Recorded.SelectMany(t => LossesOf(t.Number).Select(row => new RecordedLoss(t.Id, t.Seed, row)));

    public IReadOnlyList<LossRow> LossesOf(long trial) => Tables.Losses.TryGetValue(trial, out var rows)
        ? [.. rows.Values.Select(r => new LossRow(r.Epoch, r.Step, r.Batches, [.. Vocabulary.Terms.Select((_, i) => i < r.Terms.Count ? r.Terms[i] : null)]))]
        : [];

    public IEnumerable<RecordedMetric> MetricValues() =>
        from trial in Recorded
        from row in PanelsOf(trial.Number)
        from metric in row.Metrics
        select new RecordedMetric(trial.Id, row.Epoch, row.Step, row.Space, metric.Key, metric.Value);

    public IReadOnlyList<PanelRow> PanelsOf(long trial) => Tables.Panels.TryGetValue(trial, out var rows) ? [.. rows.Values.Select(Ordered)] : [];

    public IReadOnlyList<Judgement> JudgementsOf(long trial, long step) =>
        [.. PanelsOf(trial).Where(r => r.Step <= step).Select(r => new Judgement(r.Space, r.Epoch, r.Verdict, r.Evidence))];

    public double? ValueOf(long trial, long step, string space, string name) => space == Vocabulary.Loss
        ? TermOf(LossesOf(trial).LastOrDefault(r => r.Step <= step), name)
        : PanelsOf(trial).LastOrDefault(r => r.Space == space && r.Step <= step)?.Metrics.FirstOrDefault(m => m.Key == name).Value;

    public IReadOnlyList<RecordedPanel> Baselines() =>
        [.. Tables.Baselines.Select(b => new RecordedPanel(b.Key, Ordered(b.Value with { Epoch = 0, Step = 0 })))];

    public IReadOnlyList<VectorHead> VectorHeads() =>
    [
        .. from v in Tables.Vectors
           let t = Tables.Trials[v.Trial]
           orderby t.Number, new PanelKey(0, v.Vectors.Space), v.Vectors.Step
           select new VectorHead(
               v.Number, t.Id, IsRecorded(t), t.Seed, t.StackKey, v.Vectors.Epoch, v.Vectors.Step, v.Vectors.Space, v.Vectors.Dimension),
    ];

    public VectorSample Sample(long number)
    {
        var vectors = Tables.Vectors.First(v => v.Number == number).Vectors;
        var values = PackedVectors.Unpack(vectors.Packed.Centre, vectors.Packed.Scale, vectors.Packed.Samples);
        return new VectorSample(vectors.Dimension, values, [.. Tables.Images[vectors.Bank].Take(values.Length / vectors.Dimension)]);
    }

    public IEnumerable<(long Trial, StoredVectors Vectors)> StoredVectors() => Tables.Vectors.Select(v => (v.Trial, v.Vectors));

    public IReadOnlyList<(string Bank, IReadOnlyList<int> Labels)> Images() => [.. Tables.Images.Select(i => (i.Key, i.Value))];

    public IEnumerable<RecordedSpectrum> Spectra() =>
        from trial in Recorded
        from space in PanelsOf(trial.Number).Select(r => r.Space).Distinct().Order(StringComparer.Ordinal)
        select new RecordedSpectrum(trial.Id, space, Last(trial.Number, space)!.Spectrum);

    public IReadOnlyDictionary<string, TimeSpan> StageTimes() => Tables.Stacks.Values.SelectMany(s => s.Stages)
        .GroupBy(s => s.Key).OrderBy(g => g.Key, StringComparer.Ordinal).ToDictionary(g => g.Key, g => TimeSpan.FromSeconds(g.Sum(s => s.Value)));

    public IReadOnlyList<RecordedEnvironment> Environments()
    {
        var used = Recorded.Select(t => t.Stack).ToHashSet();
        return
        [
            .. Tables.Stacks.Values.Where(s => used.Contains(s.Row.Number)).GroupBy(s => s.Row.Environment)
                .OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).Select(g => new RecordedEnvironment(g.Key, g.Count())),
        ];
    }

    public IReadOnlyList<RecordedBreak> Breaks() => [.. Tables.Breaks.OrderBy(b => b.At, StringComparer.Ordinal)];

    public IReadOnlyList<RecordedInput> Inputs() =>
        [.. Tables.Inputs.OrderBy(i => i.Input.Part, StringComparer.Ordinal).ThenBy(i => i.Input.Settings, StringComparer.Ordinal)];

    public IReadOnlyDictionary<TrialState, int> CountsByState() => Recorded.GroupBy(t => t.State).ToDictionary(g => g.Key, g => g.Count());

    public IReadOnlyList<(long Trial, string By)> CancelRequests() =>
        [.. Tables.Cancelled.Where(c => Trial(c.Key).State == TrialState.Pending).Select(c => (c.Key, c.Value))];

    public IReadOnlyList<HeldStack> HeldStacks() =>
    [
        .. Tables.Stacks.Values.Where(s => s is { Finished: null, Row.Worker: not null }).Select(s => new HeldStack(
            s.Row.Number, s.Row.Worker!, s.Row.Until!.Value, Recorded.Count(t => t.IsPendingIn(s.Row.Number)), s.Progress)),
    ];

    public int FinishedSince(DateTimeOffset time) => Tables.Trials.Values.Count(t => string.CompareOrdinal(t.Finished, StoreTime.Text(time)) > 0);

    public IReadOnlyList<double> LatestSeconds(int most) =>
    [
        .. Tables.Trials.Values.Where(t => t.Finished is not null).OrderByDescending(t => t.Finished, StringComparer.Ordinal).Take(most)
            .Where(t => t.Seconds is not null).Select(t => t.Seconds!.Value),
    ];

    public IEnumerable<FinalValue> FinalValues(string space, string name) =>
        from trial in Recorded
        let value = ValueOf(trial.Number, long.MaxValue, space, name)
        where value is not null
        select new FinalValue(trial.Number, trial.Id, trial.State, value.Value);

    public IReadOnlyList<(TrialState State, string Space, string Verdict, int Count)> FinalVerdicts() =>
    [
        .. from trial in Recorded
           from space in PanelsOf(trial.Number).Select(r => r.Space).Distinct()
           group trial by (trial.State, Space: space, Last(trial.Number, space)!.Verdict) into same
           select (same.Key.State, same.Key.Space, same.Key.Verdict, same.Count()),
    ];

    public StackRow? Stack(long number) => Tables.Stacks.GetValueOrDefault(number)?.Row;

    public StackRecord StackRecord(long number)
    {
        var stack = Tables.Stacks[number];
        return new StackRecord(
            stack.Row.Token,
            stack.Row.Environment,
            stack.Created,
            stack.Finished,
            [.. stack.Members.Select(m => (m.Place, m.Trial))],
            [.. stack.Stages.Select(s => (s.Key, s.Value))]);
    }

    public IReadOnlyList<StoredCheckpoint> CheckpointsOf(long stack) => Tables.Stacks[stack].Checkpoints;

    public (IReadOnlySet<long> Open, IReadOnlySet<string> Checkpoints) UnfinishedStacks()
    {
        var open = Tables.Stacks.Values.Where(s => s.Finished is null).ToList();
        return (open.Select(s => s.Row.Number).ToHashSet(), open.SelectMany(s => s.Checkpoints).Select(c => c.File).ToHashSet());
    }

    public void RefuseCorruption()
    {
    }

    private static bool IsRecorded(StoredTrial trial) => trial.Planned || trial.State != TrialState.Pending;

    private PanelRow? Last(long trial, string space) => PanelsOf(trial).LastOrDefault(r => r.Space == space);

    private double? TermOf(LossRow? row, string name) =>
        row is null ? null : Vocabulary.Terms.Zip(row.Terms).FirstOrDefault(t => t.First.Name == name).Second;

    private FinalPanel Final(Space space, PanelRow row) => new(
        row.Epoch, row.Step, row.Verdict, row.Evidence,
        [.. Vocabulary.MetricsOf(space).Select(metric => row.Metrics.FirstOrDefault(m => m.Key == metric.Name).Value)]);

    /// <summary>The metrics in the order of export.</summary>
    private PanelRow Ordered(PanelRow row)
    {
        var places = Vocabulary.Metrics.Index().ToDictionary(m => m.Item.Name, m => m.Index);
        return row with { Metrics = [.. row.Metrics.OrderBy(m => places.GetValueOrDefault(m.Key, int.MaxValue))] };
    }
}
