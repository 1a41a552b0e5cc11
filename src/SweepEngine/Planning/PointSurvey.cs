using System.Collections;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Exclusions;
using VicRegSweeps.SweepEngine.SweepFiles;

namespace VicRegSweeps.SweepEngine.Planning;

/// <summary>What one pass over all points of a plan finds out.</summary>
internal sealed class PointSurvey
{
    private readonly ParameterCatalogue catalogue;
    private readonly BlockPoints[] blocks;
    private readonly Sample? sample;
    private readonly PointOrder order;
    private readonly int[] swept;
    private readonly ParameterValue?[] first;
    private readonly bool[] varies;
    private readonly Fingerprints fingerprints;
    private readonly SharedConflicts sharedConflicts;
    private readonly HashSet<UInt128> seen = [];
    private readonly List<Lot> lots = [];
    private readonly OrderedDictionary<Exclusion, long> excluded = [];

    private PointSurvey(SweepFile file, BlockPoints[] blocks, ParameterCatalogue catalogue)
    {
        (this.catalogue, this.blocks, sample, order) = (catalogue, blocks, file.Sample, file.Order);
        Dropped = [.. blocks.Select(b => new BitArray((int)b.Count))];
        swept = [.. blocks.SelectMany(b => b.Block.Axes).SelectMany(a => a.Columns).Select(c => c.Parameter.Name)
            .Concat(blocks.Length > 1 ? blocks.SelectMany(b => b.Block.Fixed.Keys) : [])
            .Distinct().Select(catalogue.IndexOf)];
        first = new ParameterValue?[swept.Length];
        varies = new bool[swept.Length];
        fingerprints = new Fingerprints(catalogue);
        sharedConflicts = new SharedConflicts(catalogue);
        foreach (var exclusion in blocks.SelectMany(b => b.Block.Exclusions))
            excluded[exclusion] = 0;
    }

    /// <summary>For each block, which of its points are left out.</summary>
    public BitArray[] Dropped { get; }

    /// <summary>What became of each block.</summary>
    public List<BlockOutline> Outlines { get; } = [];

    /// <summary>The points that are run, in the order in which they are; null for the order of the file.</summary>
    public IReadOnlyList<Lot>? Order { get; private set; }

    public long Points { get; private set; }

    /// <summary>How many points a sample was drawn from; all where there is none.</summary>
    public long Population { get; private set; }

    public IReadOnlyList<ExclusionCount> Exclusions => [.. excluded.Select(e => new ExclusionCount(e.Key, e.Value))];

    public IReadOnlyList<string> Varying => [.. swept.Where((_, i) => varies[i]).Select(i => catalogue.Parameters[i].Name)];

    /// <summary>Whether points need lots.</summary>
    private bool Draws => sample is not null || order == PointOrder.Shuffled;

    public static PointSurvey Of(SweepFile file, BlockPoints[] blocks, ParameterCatalogue catalogue, Complaints complaints)
    {
        var survey = new PointSurvey(file, blocks, catalogue);
        for (var block = 0; block < blocks.Length; block++)
            survey.Add(block, complaints);
        survey.Population = survey.Points;
        survey.DrawSample();
        survey.Shuffle();
        return survey;
    }

    private void Add(int number, Complaints complaints)
    {
        var (block, dropped) = (blocks[number], Dropped[number]);
        var conflicts = new Conflicts();
        var (removed, merged, kept) = (0L, 0L, 0L);
        for (var i = 0; i < dropped.Length; i++)
        {
            var point = block[i];
            if (FirstThatRemoves(point, block.Block.Exclusions) is { } exclusion)
            {
                excluded[exclusion]++;
                removed++;
                dropped[i] = true;
                continue;
            }

            var mayRepeat = MayRepeat(point);
            var fingerprint = mayRepeat || Draws ? fingerprints.Of(point) : default;
            if (mayRepeat && !seen.Add(fingerprint))
            {
                merged++;
                dropped[i] = true;
                continue;
            }

            kept++;
            if (Draws)
                lots.Add(Lot.Of(fingerprint, sample?.Seed ?? Lot.Shuffle, number, i));
            if (sample is null)
                NoteVariation(point, Points == 0 && kept == 1);
            if ((block.Conflict(i, point) ?? sharedConflicts.Of(point) ?? catalogue.Conflict(point)) is { } sentence)
                conflicts.Add(sentence, point);
        }

        Points += kept;
        Outlines.Add(new BlockOutline(block.Block, dropped.Length, removed, merged, kept));
        conflicts.Report(block.Block, dropped.Length, complaints);
        if (removed == dropped.Length)
            complaints.Add(block.Block.Exclusions[0].At,
                $"the exclusions remove {All(dropped.Length)}{(block.Block.Name.Length > 0 ? $" of the block '{block.Block.Name}'" : "")}; nothing is left to run.");
    }

    /// <summary>Keeps the points with the smallest lots.</summary>
    private void DrawSample()
    {
        if (sample is null)
            return;

        lots.Sort();
        foreach (var lot in lots.Skip(sample.Count))
            Dropped[lot.Block][lot.Number] = true;
        if (lots.Count > sample.Count)
            lots.RemoveRange(sample.Count, lots.Count - sample.Count);
        Points = lots.Count;
        var drawn = new long[blocks.Length];
        foreach (var (i, lot) in lots.Index())
        {
            NoteVariation(blocks[lot.Block][lot.Number], isFirst: i == 0);
            drawn[lot.Block]++;
        }

        for (var i = 0; i < blocks.Length; i++)
            Outlines[i] = Outlines[i] with { Points = drawn[i] };
    }

    private void Shuffle()
    {
        if (order != PointOrder.Shuffled)
            return;

        // A sample is sorted by its lots, which are as good an order as any other.
        if (sample is null)
            lots.Sort();
        Order = lots;
    }

    private static Exclusion? FirstThatRemoves(TrialSettings point, IReadOnlyList<Exclusion> exclusions)
    {
        foreach (var exclusion in exclusions)
        {
            if (exclusion.Removes(point))
                return exclusion;
        }

        return null;
    }

    /// <summary>Points of one product differ in the swept parameters; they can only be equal where some of these are inactive.</summary>
    private bool MayRepeat(TrialSettings point)
    {
        if (blocks.Length > 1)
            return true;
        foreach (var index in swept)
        {
            // Two paths may lead to the same content.
            if (point[index] is null || catalogue.Parameters[index].CountsByContent)
                return true;
        }

        return false;
    }

    private void NoteVariation(TrialSettings point, bool isFirst)
    {
        for (var i = 0; i < swept.Length; i++)
        {
            if (isFirst)
                first[i] = point[swept[i]];
            else
                varies[i] = varies[i] || (!ReferenceEquals(first[i], point[swept[i]]) && first[i] != point[swept[i]]);
        }
    }

    private static string All(int points) => points switch { 1 => "the only point", 2 => "both points", _ => $"all {points} points" };
}
