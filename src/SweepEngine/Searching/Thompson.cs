namespace VicRegSweeps.SweepEngine.Searching;

/// <summary>What is known of a point that has been tried.</summary>
/// <param name="At">Its coordinates.</param>
/// <param name="Value">The mean over its seeds, more being better; null where no seed has one.</param>
/// <param name="Seeds">How many seeds have a value.</param>
/// <param name="Health">The share of its seeds that are healthy; null where that is not known.</param>
internal sealed record Tried(double[] At, double? Value, int Seeds, double? Health);

/// <summary>
/// Chooses the next points of a search by Thompson sampling: each is the best of a function that may be the true one, given what has been
/// tried, within boxes around the points that are believed best.
/// </summary>
/// <remarks>Boxes and sampling as in Eriksson et al. 2019 (TuRBO), the constraint as in Eriksson and Poloczek 2021 (SCBO).</remarks>
/// <param name="seed">Of all chance in it.</param>
/// <param name="variance">Of the noise of one seed; null where no point has two.</param>
internal sealed class Thompson(IReadOnlyList<SearchAxis> axes, int seed, double? variance)
{
    private const int Candidates = 1024;
    private const int Centres = 4;
    private const double FirstSide = 0.8, LeastSide = 0.05, Shrink = 0.5;

    /// <summary>What share of the candidates may lie anywhere.</summary>
    private const double Anywhere = 0.125;

    /// <summary>The least share of healthy seeds of a point that is looked for.</summary>
    private const double Healthy = 0.5;

    private ulong state;

    /// <param name="tried">In an order that does not depend on when results came.</param>
    /// <param name="generation">Of the points that are asked for, from 2.</param>
    /// <param name="admitted">The coordinates as a point has them, with what tells points apart; null for one that must not be proposed.</param>
    /// <returns>Coordinates of different points, none that was tried; fewer only where there are no more.</returns>
    public IReadOnlyList<double[]> Propose(
        IReadOnlyList<Tried> tried, int generation, int count, Func<double[], (double[] At, string Key)?> admitted)
    {
        state = SplitMix64.After(SplitMix64.After((ulong)seed) + (ulong)generation);
        var scored = tried.Where(t => t.Value is not null).ToList();
        var value = scored.Count < 2 ? null : Belief.Of(
            axes, [.. scored.Select(t => t.At)], Tamed([.. scored.Select(t => t.Value!.Value)]), [.. scored.Select(t => t.Seeds)], variance);
        var judged = tried.Where(t => t.Health is not null).ToList();
        var health = judged.All(t => t.Health == 1) || judged.Count < 2 ? null : Belief.Of(
            axes, [.. judged.Select(t => t.At)], [.. judged.Select(t => t.Health!.Value)], [.. judged.Select(_ => 1)], null);
        var candidates = Candidate(scored, value, health, generation, Math.Max(Candidates, 2 * count), admitted);
        if (value is null || candidates.Count <= count) return [.. candidates.Take(count)];

        var (chosen, taken) = (new List<double[]>(count), new bool[candidates.Count]);
        var healthy = health?.Draw(candidates, Normal, count).GetEnumerator();
        foreach (var drawn in value.Draw(candidates, Normal, count))
        {
            healthy?.MoveNext();
            var best = -1;
            for (var i = 0; i < candidates.Count; i++)
            {
                if (!taken[i] && (best < 0 || IsAhead(i, best))) best = i;
            }

            taken[best] = true;
            chosen.Add(candidates[best]);

            // What is likely to be healthy is ahead of what is not; among those that are not, the healthiest.
            bool IsAhead(int one, int other)
            {
                if (healthy is null) return drawn[one] > drawn[other];

                var (mine, others) = (healthy.Current[one], healthy.Current[other]);
                return (mine >= Healthy, others >= Healthy) switch
                {
                    (true, true) => drawn[one] > drawn[other],
                    (false, false) => mine > others,
                    var (isMine, _) => isMine,
                };
            }
        }

        return chosen;
    }

    /// <summary>A tail of bad values says nothing of the best, but would take up all of the scale.</summary>
    private static List<double> Tamed(IReadOnlyList<double> values)
    {
        var sorted = values.Order().ToList();
        var (low, high) = (sorted[sorted.Count / 4], sorted[3 * sorted.Count / 4]);
        return [.. values.Select(v => Math.Max(v, low - (1.5 * (high - low))))];
    }

    private List<double[]> Candidate(
        List<Tried> scored, Belief? value, Belief? health, int generation, int count, Func<double[], (double[] At, string Key)?> admitted)
    {
        var centres = value is null ? [] : scored
            .OrderBy(t => (health?.Mean(t.At) ?? 1) >= Healthy ? 0 : 1).ThenByDescending(t => value.Mean(t.At)).Take(Centres).Select(t => t.At).ToList();
        var side = Math.Max(LeastSide, FirstSide * Math.Pow(Shrink, generation - 2));
        var (found, keys) = (new List<double[]>(count), new HashSet<string>(StringComparer.Ordinal));
        var sequence = new SobolSequence(axes.Count, (int)(Next() >> 33));
        var pool = new ShapePool(axes, Enumerable.Range(0, Search.MostShapes)
            .Select(n => centres.Count == 0 ? sequence[(uint)n] : Around(centres[n % centres.Count], sequence[(uint)n], side))
            .Concat(centres).Reverse());

        // Lists may have fewer points than are looked for.
        for (var number = 0u; number < 8 * count && found.Count < count; number++)
        {
            var share = sequence[number];
            var isAnywhere = centres.Count == 0 || number % 1024 < Anywhere * 1024;
            if (!isAnywhere) share = Around(centres[(int)(number % (uint)centres.Count)], share, side * Math.Pow(0.5, number / (uint)centres.Count % 3));
            if (admitted(pool.Confined(share)) is var (at, key) && keys.Add(key)) found.Add(at);
        }

        return found;
    }

    /// <summary>A point of a box around another. Its sides are cut off at the cube's, not shifted; those of lists reach the next values at least.</summary>
    private double[] Around(double[] centre, double[] share, double side) => [.. centre.Zip(share, axes).Select(c =>
    {
        if (!c.Third.IsOrdered) return c.Second < side ? c.Second / side : c.First;

        var reach = Math.Max(side, 3.0 / (c.Third.Levels ?? int.MaxValue)) / 2;
        return Inside(c.First - reach, c.First + reach, c.Second);
    })];

    private static double Inside(double low, double high, double share)
    {
        (low, high) = (Math.Max(0, low), Math.Min(1, high));
        return Math.Clamp(low + (share * (high - low)), 0, 1 - 1e-12);
    }

    private ulong Next() => state = SplitMix64.After(state);

    /// <summary>A standard normal number (Box and Muller 1958).</summary>
    private double Normal()
    {
        var (u, v) = (((Next() >> 11) + 0.5) / (1L << 53), ((Next() >> 11) + 0.5) / (1L << 53));
        return Math.Sqrt(-2 * Math.Log(u)) * Math.Cos(2 * Math.PI * v);
    }
}
