using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores.Merging;

/// <summary>
/// Unites a store with another by the trials' ids, whatever databases hold them. Results are taken over where there is none yet; what has one
/// keeps it. The other store is only read. Doing it again changes nothing.
/// </summary>
/// <param name="address">Of the store that is written to, for messages.</param>
/// <param name="from">The other's address.</param>
/// <param name="hereFiles">Where the artifacts of the store lie that is written to.</param>
/// <param name="thereFiles">Where the other's lie.</param>
internal sealed class StoreMerge(
    IStoreTransaction here, string address, ArtifactFiles hereFiles, IStoreRows there, string from, ArtifactFiles thereFiles, ParameterCatalogue catalogue)
{
    private readonly TrialRecognition recognition = new(here, address, catalogue, areForeign: true);

    // Of trials, the numbers here by those there.
    private readonly Dictionary<long, long> numbers = [];
    private readonly List<Disagreement> disagreements = [];

    /// <exception cref="SweepException">A worker holds a stack of the store.</exception>
    public static bool RefuseWhereSomebodyWorks(IStoreRows here, string address) => StatusCount.LiveStacks(here) is [{ Worker: var worker }, ..]
        ? throw new SweepException(
            $"{address}: a worker ({worker.Split(':')[0]}, process {worker.Split(':').ElementAtOrDefault(1)}) is at work on it; merge when it has ended.")
        : true;

    /// <exception cref="SweepException">The stores cannot be united: nothing is to be kept of what was written.</exception>
    public MergeReport Run()
    {
        RefuseWhereSomebodyWorks(here, address);
        here.AddWords(there.Vocabulary, there.Parameters());
        TakeInputs();
        var (added, ended, agreed, taken) = (0, 0, 0, new List<StoredTrial>());
        foreach (var trial in there.StoredTrials())
        {
            var known = recognition.Find(trial.Id, trial.Seed, trial.Settings);
            numbers[trial.Number] = known?.Number ?? Add(trial);
            if (known is null) added++;
            if (trial.State == TrialState.Pending) continue;

            if (known is null || known.State == TrialState.Pending)
            {
                taken.Add(trial);
                ended++;
            }
            else if (StoreComparison.First(here, known, there, trial) is { } difference)
            {
                disagreements.Add(difference);
            }
            else
            {
                agreed++;
            }
        }

        TakeResults(taken);
        TakeStages();
        TakeArtifacts(taken);
        TakeVectors([.. taken.Select(t => t.Number)]);
        foreach (var baseline in there.Baselines()) here.AddBaseline(baseline.Of, baseline.Row);
        foreach (var broke in there.Breaks()) here.AddBreak(broke);
        TakeSweeps();
        return new MergeReport(added, ended, agreed, disagreements);
    }

    private long Add(StoredTrial trial) => here.AddTrial(new NewTrial(
        trial.Id, recognition.PointOf(trial.Point, trial.Settings), trial.Block, trial.Seed, trial.Settings, trial.StackKey, Planned: false, trial.Created));

    /// <summary>Trials of one store are compared with each other, so that what they were trained on must be the same.</summary>
    private void TakeInputs()
    {
        foreach (var (own, other) in InputNames.Shared(here, there).Where(pair => pair.Here.Input.Content != pair.There.Input.Content))
        {
            throw new SweepException(
                $"{from} cannot be merged into {address}: its {other.Input.Part} (in {other.Input.Place}) are others than those here (in {own.Input.Place}), "
                + "though the settings name them alike. Trials of one store must have been trained on the same.");
        }

        foreach (var other in there.Inputs()) here.AddInput(other);
    }

    private void TakeResults(List<StoredTrial> taken)
    {
        var stacks = TakeStacks(taken);
        foreach (var trial in taken)
        {
            var number = numbers[trial.Number];
            here.ForgetResults([number], after: -1);
            here.TakeEnd(number, trial, trial.Stack is { } stack ? stacks[stack] : null);
            var losses = LossesInOwnWords(trial.Number);
            foreach (var row in losses) here.Write(number, row);

            var panels = there.PanelsOf(trial.Number);
            foreach (var row in panels) here.Write(number, row);
            here.Seal(number, TrialDigest.Of(here.Trial(number), here.Vocabulary.Terms, losses, panels));
        }

        foreach (var stack in here.UnfinishedStacks().Open) StackRows.CloseIfDone(here, stack);
    }

    /// <summary>The loss rows of a trial, their terms in the order of this store.</summary>
    private IReadOnlyList<LossRow> LossesInOwnWords(long trial) =>
        [.. there.LossesOf(trial).Select(row => row.Reordered(there.Vocabulary.Terms, here.Vocabulary.Terms))];

    private void TakeStages()
    {
        foreach (var trial in there.StoredTrials())
        {
            if (trial.Stage is { } stage && numbers.TryGetValue(stage, out var below) && here.Trial(numbers[trial.Number]).Stage != below)
                here.SetStage(numbers[trial.Number], below);
        }
    }

    /// <summary>What the trials have left whose results were taken over. A file that is damaged stays where it is.</summary>
    private void TakeArtifacts(List<StoredTrial> taken)
    {
        foreach (var (trial, artifact) in taken.SelectMany(t => there.ArtifactsOf(t.Number).Select(a => (t, a))))
        {
            if (thereFiles.FaultOf(artifact) is not null) continue;

            var copy = hereFiles.Copy(artifact, thereFiles, here.Trial(numbers[trial.Number]).Stack ?? 0);
            KeptArtifacts.Write(here, here.Vocabulary, numbers[trial.Number], copy);
        }
    }

    /// <summary>The stacks that results come from say on what machine they came about.</summary>
    /// <returns>Their numbers here by those there.</returns>
    private Dictionary<long, long> TakeStacks(List<StoredTrial> taken)
    {
        var stacks = new Dictionary<long, long>();
        foreach (var trials in taken.Where(t => t.Stack is not null).GroupBy(t => t.Stack!.Value).OrderBy(g => g.Key))
        {
            var (record, own) = (there.StackRecord(trials.Key), trials.Select(t => t.Number).ToHashSet());
            stacks[trials.Key] = here.AddStack(record with
            {
                Finished = record.Finished ?? StoreTime.Text(here.Now),
                Members = [.. record.Members.Where(m => own.Contains(m.Trial)).Select(m => (m.Place, numbers[m.Trial]))],
            });
        }

        return stacks;
    }

    private void TakeVectors(HashSet<long> taken)
    {
        foreach (var (bank, labels) in there.Images())
        {
            if (here.LabelsOf(bank) is not { } known || known.Count < labels.Count) here.PutLabels(bank, labels);
        }

        foreach (var (trial, vectors) in there.StoredVectors())
        {
            if (numbers.TryGetValue(trial, out var number) && (vectors.Step == 0 || taken.Contains(trial))) here.PutVectors(number, vectors, replace: false);
        }
    }

    /// <summary>A sweep of a name that is here already keeps its file and rules, and has the other's trials too.</summary>
    private void TakeSweeps()
    {
        var known = here.Sweeps().ToDictionary(s => s.Name, s => s.Number, StringComparer.Ordinal);
        foreach (var sweep in there.Sweeps())
        {
            if (!known.TryGetValue(sweep.Name, out var number))
            {
                number = here.PutSweep(sweep.Name, sweep.Question, sweep.Rules, sweep.Created);
                foreach (var text in sweep.Texts) here.AddText(number, text);
            }

            var (named, generations) = (here.TrialsOf(number).ToHashSet(), there.LaterTrialsOf(sweep.Number).ToDictionary(t => t.Trial, t => t.Generation));
            foreach (var trial in there.TrialsOf(sweep.Number))
            {
                if (!numbers.TryGetValue(trial, out var own) || !named.Add(own)) continue;

                here.Name(number, own, generations.GetValueOrDefault(trial, 1));
                here.SetPlanned(own, true);
            }
        }
    }
}
