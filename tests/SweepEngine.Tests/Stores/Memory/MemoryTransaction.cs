using System.Collections.Immutable;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stopping;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.SweepEngine.Tests.Stores.Memory;

/// <summary>Writes the rows of a store in memory: to its own copy, which takes the place of the store's when the transaction is done.</summary>
internal sealed class MemoryTransaction(MemoryTables tables, TimeProvider time) : MemoryRows(tables, time), IStoreTransaction
{
    private string NowText => StoreTime.Text(Now);

    public void AddWords(Vocabulary words, IEnumerable<RecordedParameter> parameters) => Tables = Tables with
    {
        Words = MemoryWords.Union(Tables.Words, words),
        Parameters = [.. Tables.Parameters, .. parameters.Where(p => Tables.Parameters.All(own => own.Name != p.Name))],
    };

    public void PutHeadlines(IReadOnlyList<string> metrics) => Tables = Tables with { Words = Tables.Words with { Headlines = metrics } };

    public long PutSweep(string name, string question, SweepRules rules, string? created = null)
    {
        var before = Tables.Sweeps.Values.FirstOrDefault(s => s.Name == name);
        var sweep = before is null
            ? new StoredSweep(Next(Tables.Sweeps.Keys), name, question, created ?? NowText, rules, [])
            : before with { Question = question, Rules = rules };
        Tables = Tables with { Sweeps = Tables.Sweeps.SetItem(sweep.Number, sweep) };
        return sweep.Number;
    }

    public void AddText(long sweep, SweepText text) => Tables = Tables with
    {
        Sweeps = Tables.Sweeps.SetItem(sweep, Tables.Sweeps[sweep] with { Texts = [.. Tables.Sweeps[sweep].Texts, text] }),
    };

    public void Name(long sweep, long trial, int generation)
    {
        if (!Tables.Named.ContainsKey((sweep, trial))) Tables = Tables with { Named = Tables.Named.Add((sweep, trial), generation) };
    }

    public void Unname(long sweep, long trial) => Tables = Tables with { Named = Tables.Named.Remove((sweep, trial)) };

    public bool IsNamed(long trial) => Tables.Sweeps.Keys.Any(sweep => Tables.Named.ContainsKey((sweep, trial)));

    public void SetPlanned(long trial, bool planned) => Put(Trial(trial) with { Planned = planned });

    public long AddTrial(NewTrial trial)
    {
        var number = Next(Tables.Trials.Keys);
        Tables = Tables with { Ids = Tables.Ids.Add(trial.Id, number) };
        Put(new StoredTrial
        {
            Number = number,
            Id = trial.Id,
            Point = trial.Point,
            Block = trial.Block,
            Seed = trial.Seed,
            Settings = trial.Settings,
            StackKey = trial.StackKey,
            Planned = trial.Planned,
            Alone = false,
            Retries = 0,
            Stack = null,
            State = TrialState.Pending,
            Created = trial.Created ?? NowText,
            Stage = trial.Stage,
        });
        return number;
    }

    public void Refresh(long trial, string settings, string stackKey) => Put(Trial(trial) with { Settings = settings, StackKey = stackKey });

    public IReadOnlyList<long> Planned(IReadOnlyCollection<TrialState> states) =>
        [.. Tables.Trials.Values.Where(t => t.Planned && states.Contains(t.State)).Select(t => t.Number)];

    public StoredTrial? FirstWaiting() => Tables.Trials.Values.FirstOrDefault(IsWaiting);

    public IReadOnlyList<(long Number, string Point)> Waiting(string stackKey, bool alone, long? sweep, long most) =>
    [
        .. Tables.Trials.Values.Where(t => IsWaiting(t) && t.StackKey == stackKey && t.Alone == alone && SweepOf(t.Number)?.Number == sweep)
            .Take((int)Math.Min(most, int.MaxValue)).Select(t => (t.Number, t.Point)),
    ];

    public void ForgetResults(IReadOnlyCollection<long> trials, long after)
    {
        foreach (var trial in trials) ForgetResults(trial, after);
    }

    private void ForgetResults(long trial, long after) => Tables = Tables with
    {
        Losses = Tables.Losses.TryGetValue(trial, out var losses)
            ? Tables.Losses.SetItem(trial, losses.RemoveRange(losses.Keys.Where(step => step > after)))
            : Tables.Losses,
        Panels = Tables.Panels.TryGetValue(trial, out var panels)
            ? Tables.Panels.SetItem(trial, panels.RemoveRange(panels.Keys.Where(key => key.Step > after)))
            : Tables.Panels,
        Vectors = Tables.Vectors.RemoveAll(v => v.Trial == trial && v.Vectors.Step > Math.Max(after, 0)),
    };

    public void MakePending(long trial, bool alone, int retries) => Put(Trial(trial) with
    {
        Stack = null,
        Alone = alone,
        Retries = retries,
        State = TrialState.Pending,
        Digest = null,
        FailureClass = null,
        Reason = null,
        Epochs = null,
        Steps = null,
        Seconds = null,
        Started = null,
        Finished = null,
    });

    public void Begin(long stack)
    {
        foreach (var trial in PendingOf(stack)) Put(trial with { Started = trial.Started ?? NowText });
    }

    public void SetCancelled(long trial, string? by) =>
        Tables = Tables with { Cancelled = by is null ? Tables.Cancelled.Remove(trial) : Tables.Cancelled.SetItem(trial, by) };

    public void End(long trial, Outcome outcome)
    {
        SetCancelled(trial, null);
        Put(Trial(trial) with
        {
            State = outcome.State,
            FailureClass = outcome.FailureClass,
            Reason = outcome.Reason,
            Epochs = outcome.Epochs,
            Steps = outcome.Steps,
            Seconds = Finite(outcome.Seconds),
            Finished = NowText,
        });
    }

    public void TakeEnd(long trial, StoredTrial end, long? stack) => Put(Trial(trial) with
    {
        Stack = stack,
        State = end.State,
        FailureClass = end.FailureClass,
        Reason = end.Reason,
        Epochs = end.Epochs,
        Steps = end.Steps,
        Seconds = end.Seconds,
        Retries = end.Retries,
        Started = end.Started,
        Finished = end.Finished,
    });

    public void SetStage(long trial, long stage) => Put(Trial(trial) with { Stage = stage });

    public void PutArtifact(long trial, StoredArtifact artifact)
    {
        ForgetArtifact(trial, artifact.Name);
        Tables = Tables with { Artifacts = Tables.Artifacts.Add((trial, artifact)) };
    }

    public void ForgetArtifact(long trial, string name) =>
        Tables = Tables with { Artifacts = Tables.Artifacts.RemoveAll(a => a.Trial == trial && a.Artifact.Name == name) };

    public void Seal(long trial, string digest) => Put(Trial(trial) with { Digest = digest });

    private IEnumerable<StackRow> OpenStacks => Tables.Stacks.Values
        .Where(s => s.Finished is null && s.Members.Any(m => Trial(m.Trial) is var t && t.Planned && t.IsPendingIn(s.Row.Number))).Select(s => s.Row);

    public void TakeTurns(Matter matter)
    {
    }

    public IReadOnlyList<string> Holders(string beginning) =>
        [.. Tables.Stacks.Values.Where(s => s.Finished is null).Select(s => s.Row.Worker).OfType<string>()
            .Where(w => w.StartsWith(beginning, StringComparison.Ordinal)).Distinct()];

    public StackRow? FirstFree(DateTimeOffset now, IReadOnlyCollection<string> gone) =>
        OpenStacks.FirstOrDefault(s => s.Worker is not { } worker || s.Until <= now || gone.Contains(worker));

    public bool HasTaken() => OpenStacks.Any();

    public StackRow? StackHeldBy(string worker) => Tables.Stacks.Values.FirstOrDefault(s => s.Finished is null && s.Row.Worker == worker)?.Row;

    public IReadOnlyList<StoredTrial> PendingOf(long stack) => [.. Members(stack).Select(m => m.Trial).Where(t => t.IsPendingIn(stack))];

    public bool HasPending(long stack) => PendingOf(stack).Count > 0;

    public IReadOnlyList<StackMember> Members(long stack) =>
        [.. Tables.Stacks[stack].Members.OrderBy(m => m.Place).Select(m => new StackMember(Trial(m.Trial), m.Left))];

    public long AddStack(IReadOnlyList<long> trials)
    {
        var number = Next(Tables.Stacks.Keys);
        Put(new MemoryStack(new StackRow(number, 0, null, null, 0, null), NowText, null)
        {
            Members = [.. trials.Index().Select(t => ((long)t.Index, t.Item, (long?)null))],
        });
        foreach (var trial in trials) Put(Trial(trial) with { Stack = number });
        return number;
    }

    public long AddStack(StackRecord stack)
    {
        var number = Next(Tables.Stacks.Keys);
        Put(new MemoryStack(new StackRow(number, stack.Token, null, null, 0, stack.Environment), stack.Created, stack.Finished)
        {
            Members = [.. stack.Members.Select(m => (m.Place, m.Trial, (long?)null))],
            Stages = ImmutableSortedDictionary.Create<string, double>(StringComparer.Ordinal)
                .AddRange(stack.Stages.Select(s => KeyValuePair.Create(s.Stage, s.Seconds))),
        });
        return number;
    }

    public void PutLease(StackRow stack) => Put(Tables.Stacks[stack.Number] with { Row = stack });

    public void SetProgress(long stack, Progress? progress) => Put(Tables.Stacks[stack] with { Progress = progress });

    public void SetLeft(long stack, long trial, long? step)
    {
        var there = Tables.Stacks[stack];
        Put(there with { Members = [.. there.Members.Select(m => m.Trial == trial ? m with { Left = step } : m)] });
    }

    public void SetCheckpoints(long stack, IReadOnlyList<StoredCheckpoint> newestFirst) => Put(Tables.Stacks[stack] with { Checkpoints = [.. newestFirst] });

    public void Finish(long stack) => Put(Tables.Stacks[stack] with { Finished = NowText });

    public void Write(long trial, LossRow row)
    {
        var rows = Tables.Losses.GetValueOrDefault(trial) ?? ImmutableSortedDictionary<long, LossRow>.Empty;
        var finite = new LossRow(row.Epoch, row.Step, row.Batches, [.. row.Terms.Select(Finite)]);
        Tables = Tables with { Losses = Tables.Losses.SetItem(trial, rows.SetItem(row.Step, finite)) };
    }

    public void Write(long trial, PanelRow row)
    {
        var rows = Tables.Panels.GetValueOrDefault(trial) ?? ImmutableSortedDictionary<PanelKey, PanelRow>.Empty;
        AddMetrics(row);
        Tables = Tables with { Panels = Tables.Panels.SetItem(trial, rows.SetItem(new PanelKey(row.Step, row.Space), AsStored(row))) };
    }

    public void AddBaseline(string name, PanelRow row)
    {
        if (Tables.Baselines.ContainsKey(name)) return;

        AddMetrics(row);
        Tables = Tables with { Baselines = Tables.Baselines.Add(name, AsStored(row)) };
    }

    public long? SmallestPlannedSeed(string point) =>
        Tables.Trials.Values.Where(t => t.Planned && t.Point == point).Select(t => (long?)t.Seed).Min();

    public bool HasVectorsBefore(string space, long seed, string stackKey) => Tables.Vectors.Any(v =>
        v.Vectors.Step == 0 && v.Vectors.Space == space && Trial(v.Trial) is var t && t.Seed == seed && t.StackKey == stackKey);

    public IReadOnlyList<int>? LabelsOf(string bank) => Tables.Images.GetValueOrDefault(bank);

    public void PutLabels(string bank, IReadOnlyList<int> labels) => Tables = Tables with { Images = Tables.Images.SetItem(bank, labels) };

    public void PutVectors(long trial, StoredVectors vectors, bool replace)
    {
        var same = Tables.Vectors.FindIndex(v => v.Trial == trial && v.Vectors.Step == vectors.Step && v.Vectors.Space == vectors.Space);
        if (same >= 0 && !replace) return;

        var others = same < 0 ? Tables.Vectors : Tables.Vectors.RemoveAt(same);
        var number = Tables.LastVectors + 1;
        Tables = Tables with { LastVectors = number, Vectors = others.Add((number, trial, vectors)) };
    }

    public void ForgetVectorsBefore(long trial, string space, long step) => Tables = Tables with
    {
        Vectors = Tables.Vectors.RemoveAll(v => v.Trial == trial && v.Vectors.Space == space && v.Vectors.Step > 0 && v.Vectors.Step < step),
    };

    public void AddTime(long stack, string stage, double seconds)
    {
        var there = Tables.Stacks[stack];
        Put(there with { Stages = there.Stages.SetItem(stage, there.Stages.GetValueOrDefault(stage) + seconds) });
    }

    public void AddBreak(RecordedBreak broke)
    {
        var isThere = Tables.Breaks.Any(b => b.At == broke.At && b.Stack.Trials.SequenceEqual(broke.Stack.Trials));
        if (!isThere) Tables = Tables with { Breaks = Tables.Breaks.Add(broke) };
    }

    public void AddInput(RecordedInput input)
    {
        var isThere = Tables.Inputs.Any(i => (i.Input.Settings, i.Input.Part) == (input.Input.Settings, input.Input.Part));
        if (!isThere) Tables = Tables with { Inputs = Tables.Inputs.Add(input) };
    }

    private bool IsWaiting(StoredTrial trial) => trial is { State: TrialState.Pending, Stack: null, Planned: true }
        && (trial.Stage is not { } stage || Trial(stage).State == TrialState.Completed);

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;

    private static PanelRow AsStored(PanelRow row) => row with
    {
        Metrics = [.. row.Metrics.Select(m => KeyValuePair.Create(m.Key, Finite(m.Value)))],
        Spectrum = [.. row.Spectrum.Select(v => double.IsFinite(v) ? v : double.NaN)],
    };

    private static long Next(IEnumerable<long> numbers) => numbers.DefaultIfEmpty().Last() + 1;

    private void Put(StoredTrial trial) => Tables = Tables with { Trials = Tables.Trials.SetItem(trial.Number, trial) };

    private void Put(MemoryStack stack) => Tables = Tables with { Stacks = Tables.Stacks.SetItem(stack.Row.Number, stack) };

    /// <summary>Declares the metrics of a row that nobody has declared.</summary>
    private void AddMetrics(PanelRow row)
    {
        var added = row.Metrics.Where(m => Tables.Words.Metrics.All(own => own.Name != m.Key)).Select(m => new Metric(m.Key, "")).ToList();
        if (added.Count == 0) return;

        Tables = Tables with
        {
            Words = Tables.Words with
            {
                Metrics = [.. Tables.Words.Metrics, .. added],
                Spaces =
                [
                    .. Tables.Words.Spaces.Select(s => s.Name == row.Space
                        ? s with { Metrics = [.. Tables.Words.MetricsOf(s).Select(m => m.Name), .. added.Select(m => m.Name)] }
                        : s),
                ],
            },
        };
    }
}
