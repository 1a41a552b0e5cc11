using System.Collections;

namespace VicRegSweeps.SweepEngine;

/// <summary>What one pass over all points of a plan finds out.</summary>
internal sealed class PointSurvey
{
    private readonly ParameterCatalogue catalogue;
    private readonly string[] swept;
    private readonly ParameterValue?[] first;
    private readonly bool[] varies;
    private readonly bool severalBlocks;
    private readonly PointSet seen;

    private PointSurvey(BlockPoints[] blocks, ParameterCatalogue catalogue)
    {
        this.catalogue = catalogue;
        Dropped = [.. blocks.Select(b => new BitArray((int)b.Count))];

        swept = [.. blocks.SelectMany(b => b.Block.Axes).SelectMany(a => a.Columns).Select(c => c.Parameter.Name).Distinct()];
        first = [.. swept.Select(name => blocks[0][0][name])];
        varies = new bool[swept.Length];

        severalBlocks = blocks.Length > 1;
        seen = new PointSet([.. swept.Union(blocks.SelectMany(b => b.Block.Fixed.Keys))]);
    }

    /// <summary>For each block, which of its points are left out.</summary>
    public BitArray[] Dropped { get; }

    public long Points { get; private set; }

    public long Merged { get; private set; }

    public IReadOnlyList<string> Varying => [.. swept.Where((_, i) => varies[i])];

    public static PointSurvey Of(BlockPoints[] blocks, ParameterCatalogue catalogue, Complaints complaints)
    {
        var survey = new PointSurvey(blocks, catalogue);
        foreach (var (block, dropped) in blocks.Zip(survey.Dropped))
            survey.Add(block, dropped, complaints);
        return survey;
    }

    private void Add(BlockPoints block, BitArray dropped, Complaints complaints)
    {
        var conflicts = new Conflicts();
        for (var number = 0; number < dropped.Length; number++)
        {
            var point = block[number];
            if (MayRepeat(point) && !seen.Add(point))
            {
                dropped[number] = true;
                Merged++;
                continue;
            }

            Points++;
            NoteVariation(point);
            if (catalogue.Conflict(point) is { } sentence)
                conflicts.Add(sentence, point);
        }

        conflicts.Report(block.Block, dropped.Length, complaints);
    }

    /// <summary>Points of one product differ in the swept parameters; they can only be equal where some of these are inactive.</summary>
    private bool MayRepeat(TrialSettings point) => severalBlocks || swept.Any(name => point[name] is null);

    private void NoteVariation(TrialSettings point)
    {
        for (var i = 0; i < swept.Length; i++)
            varies[i] = varies[i] || first[i] != point[swept[i]];
    }
}
