using VicRegSweeps.Reports.Analysis;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.Stores.Shards;
using VicRegSweeps.SweepEngine.SweepFiles;

namespace VicRegSweeps.Reports.Refining;

/// <summary>A sweep file around the best points of a store, for a person to read and to run on the same store.</summary>
/// <param name="Name">The sweep's, which no sweep of the store has.</param>
/// <param name="Text">The file, with its reasons as comments.</param>
/// <param name="Around">How many points it goes around.</param>
/// <param name="Change">What it would add to the store, and what of it the store has.</param>
public sealed record Refinement(string Name, string Text, int Around, SweepChange Change)
{
    /// <param name="command">How the store is refined, for the file's first lines.</param>
    /// <exception cref="SweepException">No point has a score, there is nothing between or beyond the points, or the catalogue is of another runner.</exception>
    public static Refinement Of(IStoreReader store, RefineOptions options, string command)
    {
        var data = ReportData.Of(store, options.Report);
        var findings = Findings.Of(data, baseline: null);
        if (findings.Ranking.Count == 0) throw new SweepException($"{store.Address} has no point with a value of {data.Objective.Name} yet; there is nothing to refine.");
        if (data.Axes.Count == 0) throw new SweepException($"{store.Address} has one point, and no axis along which it could be refined.");

        var leaders = Leaders.Of(findings, options.Most);
        var text = new RefinedFile(data, options, SettingsOf(store, leaders)).Write(leaders, findings, FreeName(store, data), command);
        var (file, change) = Checked(store, text, options.Catalogue);
        return change.Added > 0
            ? new Refinement(file.Name, text, leaders.Around.Count, change)
            : throw new SweepException(
                $"There is nothing to refine in {store.Address}: it has all that lies around its best points, or their axes are of words alone.");
    }

    /// <summary>The commands that run the file, one after the other. A folder of shards takes no further sweep, so its shards are united first.</summary>
    /// <param name="store">That was refined.</param>
    public static IReadOnlyList<string> CommandsToRun(string store, string file)
    {
        if (!ShardFolder.IsOne(store)) return [CommandName.Line("run", file, "--store", store)];

        var united = $"{store.TrimEnd(Path.DirectorySeparatorChar)}.db";
        return [CommandName.Line("merge", united, store), CommandName.Line("run", file, "--store", united)];
    }

    /// <summary>What the file comes to. Values that are allowed one by one may contradict each other.</summary>
    private static (SweepFile File, SweepChange Change) Checked(IStoreReader store, string text, ParameterCatalogue catalogue)
    {
        try
        {
            var file = SweepFileReader.Parse(text, "line", catalogue);
            return (file, store.ChangeBy(SweepPlan.Of(file, catalogue)));
        }
        catch (SweepException error)
        {
            var lines = text.Split('\n');
            throw new SweepException(
            [
                $"{store.Address} cannot be refined as it stands, since values around its best points contradict each other; no file was written. "
                    + "--top 1 goes around fewer points. What would be wrong with the file:",
                .. error.Message.Split('\n'),
                "The file would have been:",
                .. lines.Select((line, i) => $"{i + 1,4}  {line}"),
            ]);
        }
    }

    /// <summary>The settings of each leader.</summary>
    private static List<IReadOnlyDictionary<string, ParameterValue>> SettingsOf(IStoreReader store, Leaders leaders)
    {
        var wanted = leaders.Around.Index().ToDictionary(p => p.Item.Trials[0].Id, p => p.Index, StringComparer.Ordinal);
        var settings = new IReadOnlyDictionary<string, ParameterValue>[leaders.Around.Count];
        foreach (var trial in store.Trials())
        {
            if (wanted.TryGetValue(trial.Id, out var place)) settings[place] = trial.Settings;
        }

        return [.. settings];
    }

    /// <summary>The sweep's name with <c>-refined</c>, or with a number behind it where that is taken.</summary>
    private static string FreeName(IStoreReader store, ReportData data)
    {
        const string mark = "-refined";
        const int longest = 64;
        var name = data.Sweeps.Count == 1 ? data.Sweeps[0].Name : "sweeps";
        if (name.IndexOf(mark, StringComparison.Ordinal) is > 0 and var end) name = name[..end];
        name = name[..Math.Min(name.Length, longest - mark.Length - 4)].TrimEnd('-') + mark;
        var taken = store.Sweeps().Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        return Enumerable.Range(1, taken.Count + 1).Select(number => number == 1 ? name : $"{name}-{number}").First(free => !taken.Contains(free));
    }
}

/// <summary>The points that a refinement goes around.</summary>
/// <param name="Around">The best point, and those that the seeds do not tell apart from it; the best first.</param>
/// <param name="Alike">How many more points they do not tell apart from it.</param>
internal sealed record Leaders(IReadOnlyList<ReportPoint> Around, int Alike)
{
    public static Leaders Of(Findings findings, int most)
    {
        var best = findings.Ranking[0];
        var scores = best.Scores();
        var alike = findings.Ranking.Skip(1).Where(p => !findings.Comparisons.OfAnyTwo(scores, p.Scores()).IsTold).ToList();
        return new Leaders([best, .. alike.Take(most - 1)], Math.Max(0, alike.Count - (most - 1)));
    }
}
