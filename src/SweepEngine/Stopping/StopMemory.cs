using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.SweepEngine.Stopping;

/// <summary>
/// What the stop rules have seen of a stack's trials. It follows from the rows alone, so after an interruption it is had again
/// from those that were recorded up to the checkpoint.
/// </summary>
/// <param name="words">Of the runner whose rows are seen.</param>
internal sealed class StopMemory(StopRules rules, Vocabulary words)
{
    private readonly Space? watched = words.Spaces.FirstOrDefault(s => s.EndsTrials);
    private readonly Dictionary<string, Standing> standings = new(StringComparer.Ordinal);
    private int askedEpoch;
    private int evaluatedEpoch;

    /// <summary>The metric that has to be remembered, as <c>space</c> and name; null without halving.</summary>
    public (string Space, string Name)? Metric { get; } =
        rules.Halving?.Metric.Split('/', 2) is [var space, var name] ? (space, name) : null;

    public void See(string trial, LossRow row)
    {
        if (Metric is not (Vocabulary.Loss, var term)) return;

        See(trial, words.Terms.Zip(row.Terms).FirstOrDefault(t => t.First.Name == term).Second);
    }

    public void See(string trial, PanelRow row)
    {
        See(trial, row.Space, row.Epoch, row.Verdict, row.Evidence);
        if (Metric is { } metric && metric.Space == row.Space)
        {
            See(trial, row.Metrics.FirstOrDefault(m => m.Key == metric.Name).Value);
        }
    }

    /// <summary>A verdict over one space of a trial at one evaluation.</summary>
    public void See(string trial, string space, int epoch, string verdict, string evidence)
    {
        evaluatedEpoch = Math.Max(evaluatedEpoch, epoch);
        if (space != watched?.Name) return;

        var standing = StandingOf(trial);
        standings[trial] = standing with
        {
            Collapsed = CollapseStopping.Sustained(rules.Collapse, standing.Collapsed, epoch, watched.IsHealthy(verdict)),
            Evidence = $"{verdict}: {evidence}",
        };
    }

    /// <summary>The value of <see cref="Metric"/> for a trial.</summary>
    public void See(string trial, double? value) =>
        standings[trial] = StandingOf(trial) with { Value = value is { } number && double.IsFinite(number) ? number : null };

    /// <summary>Sees what was recorded before an interruption. After all of it the rules were obeyed.</summary>
    public void Recollect(IReadOnlyList<Recollection> recollections)
    {
        foreach (var (trial, judgements, value) in recollections)
        {
            foreach (var judgement in judgements) See(trial, judgement.Space, judgement.Epoch, judgement.Verdict, judgement.Evidence);
            if (Metric is not null) See(trial, value);
        }

        askedEpoch = evaluatedEpoch;
    }

    /// <summary>Which trials end now, and how.</summary>
    /// <param name="trials">Those that are in the stack, in its order.</param>
    /// <param name="epoch">Epochs done.</param>
    /// <param name="step">Steps done.</param>
    /// <param name="seconds">A trial's share of the wall time.</param>
    public IReadOnlyList<(Trial Trial, Outcome Outcome)> Decide(IReadOnlyList<Trial> trials, int epoch, long step, double seconds)
    {
        if (rules.Timeout is { } limit && seconds > limit.TotalSeconds)
        {
            var late = new Outcome(TrialState.Failed, FailureClasses.Timeout, StopReasons.Timeout(limit, seconds), epoch, step, seconds);
            return [.. trials.Select(trial => (trial, late))];
        }

        if (evaluatedEpoch <= askedEpoch) return [];

        var collapsed = trials.Select(StandingOf).Where(s => CollapseStopping.Ends(rules.Collapse, s.Collapsed)).ToList();
        var ended = collapsed.Select(s => (s.Trial, StopReasons.Collapse(watched!.Name, words.Defect, s.Collapsed, s.Evidence))).ToList();
        if (rules.Halving is { } halving && Halving.IsRung(halving, askedEpoch, evaluatedEpoch))
        {
            var rest = trials.Select(StandingOf).Except(collapsed).ToList();
            ended.AddRange(Halving.Losers(halving, rest).Select(loser =>
                (loser.Trial, StopReasons.Halving(halving, epoch, loser.Rank))));
        }

        askedEpoch = evaluatedEpoch;
        return [.. ended.Select(e => (e.Item1, new Outcome(TrialState.Stopped, null, e.Item2, epoch, step, seconds)))];
    }

    private Standing StandingOf(string trial) => standings.GetValueOrDefault(trial, new Standing(null!, 0, "", null));

    private Standing StandingOf(Trial trial) => StandingOf(trial.Id) with { Trial = trial };
}

/// <summary>What the stop rules know of one trial.</summary>
/// <param name="Collapsed">Evaluations in a row that have found it collapsed.</param>
/// <param name="Evidence">Of the last of them.</param>
/// <param name="Value">What halving ranks it by; null where it is undefined or has not come yet.</param>
internal sealed record Standing(Trial Trial, int Collapsed, string Evidence, double? Value);
