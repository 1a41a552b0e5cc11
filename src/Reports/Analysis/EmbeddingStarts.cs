namespace VicRegSweeps.Reports.Analysis;

/// <summary>Which panels of a wall began training as the same vectors: these follow from shapes, seed and input, whatever the loss is.</summary>
internal enum SameStart
{
    /// <summary>None is known.</summary>
    Unknown,
    OfAll,
    OfRow,
    OfColumn,
    OfNone,
}

/// <summary>The vectors from before training that a wall shows.</summary>
/// <param name="Numbers">Which the store keeps; where neither rows nor columns share theirs, the first alone.</param>
internal sealed record EmbeddingStarts(SameStart Same, IReadOnlyList<long> Numbers)
{
    /// <param name="cells">The number of each place's vectors, where they are kept.</param>
    public static EmbeddingStarts Of(IReadOnlyList<(int Across, int Up, long? Number)> cells)
    {
        var known = cells.Where(c => c.Number is not null).ToList();
        var numbers = known.Select(c => c.Number!.Value).Distinct().ToList();
        return numbers.Count switch
        {
            0 => new EmbeddingStarts(SameStart.Unknown, []),
            1 => new EmbeddingStarts(SameStart.OfAll, numbers),
            _ when IsOne(c => c.Up) => new EmbeddingStarts(SameStart.OfRow, numbers),
            _ when IsOne(c => c.Across) => new EmbeddingStarts(SameStart.OfColumn, numbers),
            _ => new EmbeddingStarts(SameStart.OfNone, numbers[..1]),
        };

        bool IsOne(Func<(int Across, int Up, long? Number), int> line) => known.GroupBy(line, c => c.Number).All(g => g.Distinct().Count() == 1);
    }
}
