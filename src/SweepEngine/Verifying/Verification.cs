using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.SweepEngine.Verifying;

/// <summary>Runs finished trials again and compares what comes out with what was recorded.</summary>
public static class Verification
{
    /// <param name="store">Nothing is written to it.</param>
    /// <param name="count">How many trials, drawn from those that have a result.</param>
    /// <param name="width">The most trials trained together; null leaves it to the runner.</param>
    public static IReadOnlyList<VerifiedTrial> Run(
        IStoreReader store, ITrialRunner runner, int count, int? width, IRunObserver observer, CancellationToken cancel)
    {
        var verified = new List<VerifiedTrial>();
        var chosen = new List<(RecordedTrial Recorded, Trial Trial)>();
        foreach (var recorded in Draw(store, count))
        {
            if (AsRunNow(recorded, runner.Catalogue) is not { } trial)
                verified.Add(new VerifiedTrial(recorded.Id, 0, null, "to this version its settings are those of another trial"));
            else if (trial.Stage is { } stage && FilesOf(stage, store).Count == 0)
                verified.Add(new VerifiedTrial(recorded.Id, 0, null, $"the store does not keep what the trial {stage.Id} left, which it is built on"));
            else
                chosen.Add((recorded, trial));
        }

        foreach (var stack in chosen.GroupBy(c => runner.StackKey(c.Trial)).SelectMany(g => g.Chunk(Math.Max(1, width ?? runner.StackWidth(g.First().Trial)))))
        {
            var work = new StackWork([.. stack.Select(c => c.Trial)], null)
            {
                Stages = stack.Where(c => c.Trial.Stage is not null)
                    .ToDictionary(c => c.Trial.Id, IReadOnlyDictionary<string, string> (c) => FilesOf(c.Trial.Stage!, store)),
            };
            var sink = new RehearsalSink(work, stack.ToDictionary(c => c.Trial.Id, c => c.Recorded.Steps ?? 0), store.Inputs(), observer);
            observer.StackStarted(work);
            try
            {
                runner.Run(work, sink, cancel);
            }
            catch (SweepException error) when (error.Message == sink.Obstacle)
            {
                verified.AddRange(stack.Select(c => new VerifiedTrial(c.Trial.Id, 0, null, error.Message)));
                continue;
            }

            verified.AddRange(stack.Select(c => Comparison.Of(
                c.Recorded, store, runner.Catalogue.Vocabulary.Terms, sink.Losses[c.Trial.Id], sink.Panels[c.Trial.Id],
                name => sink.Artifacts.GetValueOrDefault((c.Trial.Id, name)))));
        }

        return verified;
    }

    /// <summary>The paths of what a trial has left, by the artifact's name.</summary>
    private static Dictionary<string, string> FilesOf(Trial trial, IStoreReader store) =>
        store.Artifacts(trial.Id).Where(a => a.Fault is null).ToDictionary(a => a.Name, a => a.Path!, StringComparer.Ordinal);

    /// <summary>
    /// A draw by chance, and always the same: ids are hashes. Those that failed for another reason than their numbers have
    /// nothing to compare.
    /// </summary>
    private static IEnumerable<RecordedTrial> Draw(IStoreReader store, int count) => store.Trials()
        .Where(t => t.State is TrialState.Completed or TrialState.Stopped || t.FailureClass == FailureClasses.Diverged)
        .OrderBy(t => t.Id, StringComparer.Ordinal).Take(count).OrderBy(t => t.Number);

    private static Trial? AsRunNow(RecordedTrial recorded, ParameterCatalogue catalogue)
    {
        try
        {
            var trial = Trial.Of(TrialSettings.Recorded(catalogue, recorded.Settings.Select(s => (s.Key, s.Value))), recorded.Seed, recorded.Block);

            // A store of an older version has the beginning of the id alone.
            var isSame = trial.Id == recorded.Id
                || (recorded.Id.Length == TrialSettings.ShortIdDigits && trial.Id.StartsWith(recorded.Id, StringComparison.Ordinal));
            return isSame ? trial with { Id = recorded.Id, Point = recorded.Point } : null;
        }
        catch (SweepException)
        {
            // A parameter that this version does not have, or a value that it does not allow.
            return null;
        }
    }
}

/// <summary>What came of running a trial again.</summary>
/// <param name="Trial">Its id.</param>
/// <param name="Values">How many numbers were compared.</param>
/// <param name="Largest">The largest difference; null when all numbers are the same to the last bit.</param>
/// <param name="Obstacle">Why it could not be run again; null when it was.</param>
public sealed record VerifiedTrial(string Trial, int Values, Difference? Largest, string? Obstacle = null);

/// <summary>A number that was recorded and came out differently.</summary>
/// <param name="What">Such as <c>loss/total at step 200</c>.</param>
/// <param name="Recorded">Null where nothing was recorded.</param>
/// <param name="Again">Null where nothing came out.</param>
/// <param name="Relative">To the largest absolute value that was recorded of this quantity; infinite where one is missing.</param>
public sealed record Difference(string What, double? Recorded, double? Again, double Relative);
