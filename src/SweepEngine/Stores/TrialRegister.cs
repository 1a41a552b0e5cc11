using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stopping;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>Writes the trials of a sweep, all of them before the first one runs, so that nothing is derived again later. Call within a transaction.</summary>
internal sealed class TrialRegister(IStoreTransaction rows, string address, ParameterCatalogue catalogue)
{
    private readonly TrialRecognition recognition = new(rows, address, catalogue);

    /// <exception cref="SweepException">Two different trials have the same id.</exception>
    public Registration Register(
        string sweep, string question, string fileText, IEnumerable<Trial> trials, Func<Trial, string> stackKey, SweepRules rules)
    {
        var number = rows.PutSweep(sweep, question, rules);
        KeepFileText(rows.Sweeps().First(s => s.Number == number), fileText);
        var (plan, added, kept) = (new HashSet<long>(), 0, 0);
        foreach (var trial in trials)
        {
            var (settings, key) = (trial.Settings.ToJson(), stackKey(trial));
            if (recognition.Find(trial.Id, trial.Seed, settings) is { } known)
            {
                Refresh(known, settings, key);
                plan.Add(known.Number);
                kept++;
            }
            else
            {
                plan.Add(rows.AddTrial(new NewTrial(
                    trial.Id, recognition.PointOf(trial.Point, settings), trial.Block, trial.Seed, settings, key, Planned: true)));
                added++;
            }
        }

        return new Registration(added, kept, Replan(number, plan));
    }

    private void KeepFileText(StoredSweep sweep, string text)
    {
        var latest = sweep.Texts is [.., var last] ? last : null;
        if (latest?.Text != text) rows.AddText(sweep.Number, new SweepText((latest?.Revision ?? 0) + 1, text, StoreTime.Text(rows.Now)));
    }

    /// <summary>Settings are frozen, except what is not part of a trial's identity: where data lie, and what this version stacks.</summary>
    private void Refresh(StoredTrial known, string settings, string stackKey)
    {
        if (known.State == TrialState.Pending && (known.Settings != settings || known.StackKey != stackKey)) rows.Refresh(known.Number, settings, stackKey);
        if (!known.Planned) rows.SetPlanned(known.Number, true);
    }

    /// <summary>Makes these trials those of the sweep. One that no sweep names any more is an orphan: it keeps its results and loses its turn.</summary>
    /// <returns>How many trials the sweep no longer names.</returns>
    private int Replan(long sweep, HashSet<long> plan)
    {
        var before = rows.TrialsOf(sweep).ToHashSet();
        foreach (var trial in plan.Where(trial => !before.Contains(trial))) rows.Name(sweep, trial);

        var orphans = before.Where(trial => !plan.Contains(trial)).ToList();
        foreach (var trial in orphans)
        {
            rows.Unname(sweep, trial);
            if (!rows.IsNamed(trial)) rows.SetPlanned(trial, false);
        }

        return orphans.Count;
    }
}
