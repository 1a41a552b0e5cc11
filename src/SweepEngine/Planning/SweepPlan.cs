using System.Collections;
using System.Numerics;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.SweepFiles;

namespace VicRegSweeps.SweepEngine.Planning;

/// <summary>What a sweep file comes to: which trials there are, in which order.</summary>
/// <remarks>
/// The first axis of the file varies slowest, seeds vary fastest. Points that are equal once inactive parameters are
/// dropped are one point, which keeps its first place. Trials are computed when they are asked for, never kept.
/// </remarks>
public sealed class SweepPlan
{
    public const int DefaultMostTrials = 10_000_000;

    /// <summary>The most points that are looked at, one by one, to draw a sample from.</summary>
    public const int MostPoints = 10_000_000;

    private readonly BlockPoints[] blocks;
    private readonly BitArray[] dropped;
    private readonly IReadOnlyList<Lot>? order;

    private SweepPlan(SweepFile file, ParameterCatalogue catalogue, BlockPoints[] blocks, PointSurvey survey)
    {
        File = file;
        Catalogue = catalogue;
        this.blocks = blocks;
        dropped = survey.Dropped;
        order = survey.Order;
        Points = survey.Points;
        Population = survey.Population;
        Blocks = survey.Outlines;
        Exclusions = survey.Exclusions;
        Varying = survey.Varying;
    }

    public SweepFile File { get; }

    /// <summary>Every parameter that its trials have.</summary>
    internal ParameterCatalogue Catalogue { get; }

    /// <summary>How many different points there are.</summary>
    public long Points { get; }

    /// <summary>How many different points there would be without <see cref="SweepFile.Sample"/>.</summary>
    public long Population { get; }

    /// <summary>What became of each block's points.</summary>
    public IReadOnlyList<BlockOutline> Blocks { get; }

    /// <summary>What each exclusion removed, in the order of the file.</summary>
    public IReadOnlyList<ExclusionCount> Exclusions { get; }

    /// <summary>How many points were left out because an equal one came before.</summary>
    public long Merged => Blocks.Sum(b => b.Merged);

    /// <summary>The trials that those of the plan are built on and that it does not name itself: every one once, after the one that it is built on.</summary>
    public IReadOnlyList<Trial> Stages => field ??= StagesOf(Trials());

    /// <summary>How many trials it names; <see cref="Stages"/> come on top.</summary>
    public long TrialCount => Points * File.Seeds.Count;

    /// <summary>The swept parameters that take more than one value over all points, in the order of the file. Being absent counts as a value.</summary>
    public IReadOnlyList<string> Varying { get; }

    /// <param name="mostTrials">Larger sweeps are refused before anything is expanded.</param>
    /// <param name="contentOf">
    /// What lies at the path of a parameter that <see cref="Parameter.CountsByContent"/>, as a checksum in lower-case hex; null where it does not
    /// count in trials of these settings, or where nothing is there. It is asked at every point, so it remembers. Without it, paths count as they read.
    /// </param>
    /// <exception cref="SweepException">There are too many trials, or trials whose settings contradict each other.</exception>
    public static SweepPlan Of(SweepFile file, ParameterCatalogue catalogue, int mostTrials = DefaultMostTrials,
        Func<Parameter, TrialSettings, string?>? contentOf = null)
    {
        var contents = contentOf is null ? null : new PointContents(catalogue, contentOf);
        var blocks = file.Blocks.Select(b => new BlockPoints(catalogue, b, contents)).ToArray();
        var complaints = new Complaints(file.Path);
        RefuseTooMany(file, blocks, mostTrials, complaints);
        var survey = PointSurvey.Of(file, blocks, catalogue, complaints);
        complaints.ThrowIfAny();
        return new SweepPlan(file, catalogue, blocks, survey);
    }

    /// <summary>Every trial in order, computed as it is asked for.</summary>
    public IEnumerable<Trial> Trials() =>
        from point in order ?? InFileOrder()
        let settings = blocks[point.Block][point.Number].EvaluatedWith(File.Evaluation)
        from seed in File.Seeds
        select Trial.Of(settings, seed, blocks[point.Block].Block.Name);

    private static List<Trial> StagesOf(IEnumerable<Trial> trials)
    {
        var stages = new OrderedDictionary<string, Trial>(StringComparer.Ordinal);
        foreach (var stage in trials.Select(t => t.Stage)) Add(stage);
        if (stages.Count == 0) return [];

        // Ids cost more than all else, so they are asked for only where there are stages.
        var named = trials.Select(t => t.Id).ToHashSet(StringComparer.Ordinal);
        return [.. stages.Values.Where(s => !named.Contains(s.Id))];

        void Add(Trial? stage)
        {
            if (stage is null || stages.ContainsKey(stage.Id)) return;

            Add(stage.Stage);
            stages.Add(stage.Id, stage);
        }
    }

    private IEnumerable<Lot> InFileOrder()
    {
        for (var block = 0; block < blocks.Length; block++)
        {
            for (var number = 0; number < dropped[block].Length; number++)
            {
                if (!dropped[block][number])
                    yield return new Lot(0, block, number);
            }
        }
    }

    private static void RefuseTooMany(SweepFile file, BlockPoints[] blocks, int mostTrials, Complaints complaints)
    {
        var points = blocks.Aggregate(BigInteger.Zero, (sum, block) => sum + block.Count);
        var trials = (file.Sample is { } sample ? BigInteger.Min(points, sample.Count) : points) * file.Seeds.Count;
        var largest = blocks.MaxBy(b => b.Count)!.Block.At;
        if (trials > mostTrials)
            complaints.Add(largest, $"the sweep has {trials} trials, but may have at most {mostTrials}.");
        else if (points > MostPoints)
            complaints.Add(largest, $"the sweep has {points} points to draw a sample from, but may have at most {MostPoints}.");
        complaints.ThrowIfAny();
    }
}
