using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stopping;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>Writes the trials of a sweep, all of them before the first one runs, so that nothing is derived again later. Call within a transaction.</summary>
/// <param name="stackKey">See <see cref="ITrialRunner.StackKey"/>.</param>
internal sealed class TrialRegister(IStoreTransaction rows, string address, ParameterCatalogue catalogue, Func<Trial, string> stackKey)
{
    private readonly TrialRecognition recognition = new(rows, address, catalogue);
    private readonly List<Space> unheard = [.. catalogue.Vocabulary.Spaces.Where(s => s.When is not null && rows.Vocabulary.SpaceOf(s.Name) is null)];
    private Evaluation named = Evaluation.None;
    private int added;
    private int kept;

    /// <exception cref="SweepException">Two different trials have the same id.</exception>
    public Registration Register(string sweep, string question, string fileText, IEnumerable<Trial> trials, SweepRules rules)
    {
        var number = rows.PutSweep(sweep, question, rules);
        KeepFileText(rows.Sweeps().First(s => s.Number == number), fileText);
        var plan = new Dictionary<long, int>();
        var later = new LaterTrials(rows, address, catalogue, number, fileText, rules);
        foreach (var trial in trials) Put(later.Knowing(trial), 1, plan);
        foreach (var (trial, generation) in later.All()) Put(trial, generation, plan);
        return new Registration(added, kept, Replan(number, plan));
    }

    /// <summary>Adds a generation to a search. Where no further points were found, the search has had its last.</summary>
    /// <param name="points">In the order in which they are to run.</param>
    public AddedGeneration Add(SearchResults results, IReadOnlyList<TrialSettings> points)
    {
        var (file, plan) = (results.File, new Dictionary<long, int>());
        var generation = results.Generation + 1;
        if (points.Count == 0)
        {
            rows.PutSweep(file.Name, file.Question ?? "", SweepRules.Of(file) with { Generations = results.Generation });
            return new AddedGeneration(file.Name, generation, results.Generation, 0, 0);
        }

        foreach (var point in points)
        {
            foreach (var seed in file.Seeds) Put(Trial.Of(point.EvaluatedWith(file.Evaluation), seed), generation, plan);
        }

        foreach (var trial in plan.Keys) rows.Name(results.Sweep, trial, generation);
        return new AddedGeneration(file.Name, generation, file.Search!.Generations, points.Count, added);
    }

    /// <summary>What a trial is built on comes before it.</summary>
    private long Put(Trial trial, int generation, Dictionary<long, int> plan)
    {
        var stage = trial.Stage is { } below ? Put(below, generation, plan) : default(long?);
        foreach (var space in unheard.Where(s => s.When!(trial.Settings)).ToList())
        {
            rows.AddWords(catalogue.Vocabulary.Having(space.Name), []);
            rows.PutHeadlines(catalogue.Vocabulary.Having([.. rows.Vocabulary.Spaces.Select(s => s.Name)]).Headlines);
            unheard.Remove(space);
        }

        if (!trial.Settings.Evaluation.Equals(named)) Name(trial.Settings.Evaluation);
        var (settings, key) = (trial.Settings.ToJson(), stackKey(trial));
        var known = recognition.Find(trial.Id, trial.Seed, settings);
        var place = known?.Number ?? rows.AddTrial(new NewTrial(
            trial.Id, recognition.PointOf(trial.Point, settings), trial.Block, trial.Seed, settings, key, Planned: true, Stage: stage));
        if (known is not null) Refresh(known, trial, stage);
        if (!plan.TryAdd(place, generation)) return place;

        (added, kept) = known is null ? (added + 1, kept) : (added, kept + 1);
        return place;
    }

    /// <summary>Says what the further metrics of an evaluation are, before there is a value of them.</summary>
    private void Name(Evaluation evaluation)
    {
        rows.AddWords(catalogue.Vocabulary.Having([.. rows.Vocabulary.Spaces.Select(s => s.Name)]).With(evaluation, catalogue), []);
        named = evaluation;
    }

    private void KeepFileText(StoredSweep sweep, string text)
    {
        var latest = sweep.Texts is [.., var last] ? last : null;
        if (latest?.Text != text) rows.AddText(sweep.Number, new SweepText((latest?.Revision ?? 0) + 1, text, StoreTime.Text(rows.Now)));
    }

    /// <summary>Settings are frozen, except what is not part of a trial's identity: where data lie, and what this version stacks.</summary>
    private void Refresh(StoredTrial known, Trial trial, long? stage)
    {
        if (stage is { } below && known.Stage != below) rows.SetStage(known.Number, below);
        if (!known.Planned) rows.SetPlanned(known.Number, true);

        // A trial that is told by its path stays so: nobody knows what lay there.
        var isByPath = trial.Id != known.Id && !TrialRecognition.HasContents(known.Settings);
        var now = isByPath ? trial with { Settings = trial.Settings.WithoutContents() } : trial;
        var (settings, key) = (now.Settings.ToJson(), stackKey(now));
        if (known.State != TrialState.Pending)
            Move(known, now.Settings);
        else if (known.Settings != settings || known.StackKey != key)
            rows.Refresh(known.Number, settings, key);
    }

    /// <summary>What has ended is found where its files lie now: it may be run again, or its weights may be taken away.</summary>
    private void Move(StoredTrial known, TrialSettings now)
    {
        if (!TrialRecognition.HasContents(known.Settings)) return;

        var before = TrialSettings.FromJson(catalogue, known.Settings);
        var moved = before.Moved(now).ToJson();
        if (moved == before.ToJson() || known.Digest != TrialDigest.Of(rows, known)) return;

        rows.Refresh(known.Number, moved, known.StackKey);
        rows.Seal(known.Number, TrialDigest.Of(rows, rows.Trial(known.Number)));
    }

    /// <summary>Makes these trials those of the sweep. One that no sweep names any more is an orphan: it keeps its results and loses its turn.</summary>
    /// <returns>How many trials the sweep no longer names.</returns>
    private int Replan(long sweep, Dictionary<long, int> plan)
    {
        var before = rows.TrialsOf(sweep).ToHashSet();
        foreach (var (trial, generation) in plan.Where(p => !before.Contains(p.Key))) rows.Name(sweep, trial, generation);

        var orphans = before.Where(trial => !plan.ContainsKey(trial)).ToList();
        foreach (var trial in orphans)
        {
            rows.Unname(sweep, trial);
            if (!rows.IsNamed(trial)) rows.SetPlanned(trial, false);
        }

        return orphans.Count;
    }
}
