using System.Collections;
using System.Numerics;

namespace VicRegSweeps.SweepEngine;

/// <summary>What a sweep file comes to: which trials there are, in which order.</summary>
/// <remarks>
/// The first axis of the file varies slowest, seeds vary fastest. Points that are equal once inactive parameters are
/// dropped are one point, which keeps its first place. Trials are computed when they are asked for, never kept.
/// </remarks>
public sealed class SweepPlan
{
    public const int DefaultMostTrials = 10_000_000;

    private readonly BlockPoints[] blocks;
    private readonly BitArray[] dropped;

    private SweepPlan(SweepFile file, BlockPoints[] blocks, PointSurvey survey)
    {
        File = file;
        this.blocks = blocks;
        dropped = survey.Dropped;
        Points = survey.Points;
        Merged = survey.Merged;
        Varying = survey.Varying;
    }

    public SweepFile File { get; }

    /// <summary>How many different points there are.</summary>
    public long Points { get; }

    /// <summary>How many points were left out because an equal one came before.</summary>
    public long Merged { get; }

    public long TrialCount => Points * File.Seeds.Count;

    /// <summary>The swept parameters that take more than one value over all points, in the order of the file. Being absent counts as a value.</summary>
    public IReadOnlyList<string> Varying { get; }

    /// <param name="mostTrials">Larger sweeps are refused before anything is expanded.</param>
    /// <exception cref="SweepException">There are too many trials, or trials whose settings contradict each other.</exception>
    public static SweepPlan Of(SweepFile file, ParameterCatalogue catalogue, int mostTrials = DefaultMostTrials)
    {
        var blocks = file.Blocks.Select(b => new BlockPoints(catalogue, b)).ToArray();
        var complaints = new Complaints(file.Path);
        var trials = blocks.Aggregate(BigInteger.Zero, (sum, block) => sum + block.Count) * file.Seeds.Count;
        if (trials > mostTrials)
        {
            complaints.Add(blocks[0].Block.At, $"the sweep has {trials} trials, but may have at most {mostTrials}.");
            throw complaints.ToException();
        }

        var survey = PointSurvey.Of(blocks, catalogue, complaints);
        complaints.ThrowIfAny();
        return new SweepPlan(file, blocks, survey);
    }

    /// <summary>Every trial in order, computed as it is asked for.</summary>
    public IEnumerable<Trial> Trials()
    {
        foreach (var (block, drop) in blocks.Zip(dropped))
        {
            for (var number = 0; number < drop.Length; number++)
            {
                if (drop[number])
                    continue;
                var point = block[number];
                foreach (var seed in File.Seeds)
                    yield return Trial.Of(point, seed, block.Block.Name);
            }
        }
    }
}
