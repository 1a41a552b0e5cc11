using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.Trials.Costs;

/// <summary>What a sweep takes: stacks, memory, feature banks and time. By arithmetic and by what was measured before; libtorch is not loaded.</summary>
public sealed class SweepEstimate
{
    /// <summary>Shapes that are described; who has more wants their number.</summary>
    public const int MostDescribed = 10;

    private readonly List<string> descriptions = [];
    private readonly OrderedDictionary<string, PlannedBank> banks = new(StringComparer.Ordinal);
    private readonly string cacheFolder;
    private readonly PaceFile paces;
    private readonly bool severalBanks;
    private readonly int atOnce;

    /// <param name="runner">What plans stacks.</param>
    /// <param name="device"><c>cpu</c> or <c>cuda:N</c>.</param>
    /// <param name="width">The most trials in a stack; null leaves it to the runner.</param>
    /// <param name="cacheFolder">Where banks and paces are kept.</param>
    /// <param name="finished">The ids of trials that have ended already, which take no time; null where there are none.</param>
    public SweepEstimate(
        SweepPlan plan, ITrialRunner runner, string device, int? width, string cacheFolder, IReadOnlySet<string>? finished = null)
    {
        this.cacheFolder = cacheFolder;
        paces = PaceFile.Read(cacheFolder);
        SplitBy = [.. plan.Varying.Where(name => runner.Catalogue[name].SameWithinStack)];
        severalBanks = plan.Varying.Any(name => runner.Catalogue[name].DecidesInputs);
        atOnce = device == "cpu" ? Environment.ProcessorCount : int.MaxValue;
        var trials = plan.Stages.Concat(plan.Trials());
        Stacks = StackPlanner.Outline(trials, runner, Survey, width, HalvingOutlook.SeedsTogether(plan));
        var left = finished is null ? Stacks : StackPlanner.Outline(
            trials.Where(t => !finished.Contains(t.Id)), runner, first => ShapeCost.Of(first.Settings), width, HalvingOutlook.SeedsTogether(plan));
        Unfinished = left.Stacks.Sum(s => (long)s.Trials);
        var time = new TimeEstimate(paces, PaceFile.Machine(device));
        var (seeds, precision) = (plan.File.Seeds.Count, banks.Values.First().Way);
        Training = Sum(left.Stacks.Select(s => time.Training(left.Shapes[s.Shape], s.Trials))
            .Concat(left.Stacks.Select(s => time.Images(left.Shapes[s.Shape].StreamedImages * Math.Min(seeds, s.Trials), precision))));
        TrainingSource = time.TrainingSource;
        (Building, BuildingSource) = Unfinished == 0 ? (TimeSpan.Zero, null)
            : (Sum(banks.Values.Where(b => !b.IsThere).Select(b => time.Building(b.Cost, b.Way))), time.BankSource);
    }

    public StackOutline<ShapeCost> Stacks { get; }

    /// <summary>The varying parameters that keep trials out of one stack.</summary>
    public IReadOnlyList<string> SplitBy { get; }

    /// <summary>The first <see cref="MostDescribed"/> shapes by the values of <see cref="SplitBy"/>.</summary>
    public IReadOnlyList<string> Descriptions => descriptions;

    public IReadOnlyList<PlannedBank> Banks => [.. banks.Values];

    /// <summary>Of the stack that needs most.</summary>
    public long StackBytes => Stacks.Stacks.Max(s => Stacks.Shapes[s.Shape].Bytes(s.Trials, atOnce));

    /// <summary>Of the largest bank.</summary>
    public long BankBytes => banks.Values.Max(b => b.Cost.Bytes);

    /// <summary>Trials that are still to be trained.</summary>
    public long Unfinished { get; }

    /// <summary>Of the stacks of <see cref="Unfinished"/> trials on this machine, one after the other; null when it is not known.</summary>
    public TimeSpan? Training { get; }

    /// <summary>Where <see cref="Training"/> comes from, in words.</summary>
    public string? TrainingSource { get; }

    /// <summary>Of all banks that are not there; null when it is not known.</summary>
    public TimeSpan? Building { get; }

    /// <summary>Where <see cref="Building"/> comes from, in words.</summary>
    public string? BuildingSource { get; }

    private ShapeCost Survey(Trial first)
    {
        var settings = first.Settings;
        if (descriptions.Count < MostDescribed)
            descriptions.Add(string.Join(", ", SplitBy.Where(name => settings[name] is not null).Select(name => $"{name} {settings[name]}")));
        if ((severalBanks || banks.Count == 0) && BankCost.KeyOf(settings) is var key && !banks.ContainsKey(key))
            banks.Add(key, BankOf(settings));
        return ShapeCost.Of(settings);
    }

    private PlannedBank BankOf(TrialSettings settings) => BankCost.WayOf(settings) is { } way
        ? new PlannedBank(BankCost.Of(settings), way, paces.HasBank(cacheFolder, settings))
        : new PlannedBank(BankCost.Of(settings), "", IsThere: true);

    private static TimeSpan? Sum(IEnumerable<TimeSpan?> times)
    {
        var seconds = 0.0;
        foreach (var time in times)
        {
            if (time is null)
                return null;
            seconds += time.Value.TotalSeconds;
        }

        return TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.MaxValue.TotalSeconds / 2));
    }
}

/// <summary>A feature bank that a sweep needs.</summary>
/// <param name="Way">See <see cref="BankCost.WayOf"/>; empty where there is no backbone.</param>
/// <param name="IsThere">Whether it is known to be complete in the cache, or is the user's own file.</param>
public sealed record PlannedBank(BankCost Cost, string Way, bool IsThere);
