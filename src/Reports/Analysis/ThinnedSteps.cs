namespace VicRegSweeps.Reports.Analysis;

/// <summary>Averages of several series by step, in bounded memory: neighbouring steps are taken together when they become too many.</summary>
/// <param name="series">How many numbers a row has.</param>
/// <param name="most">Steps that are kept apart.</param>
internal sealed class ThinnedSteps(int series, int most = ThinnedSteps.Most)
{
    /// <summary>More steps than this are not told apart in a figure.</summary>
    public const int Most = 400;

    private SortedDictionary<long, Bin> bins = [];
    private long width = 1;

    /// <summary>How many numbers a row has.</summary>
    public int Series => series;

    /// <summary>Whether neighbouring steps were taken together.</summary>
    public bool IsThinned => width > 1;

    /// <param name="values">One a series; null where it has none.</param>
    public void Add(long step, params ReadOnlySpan<double?> values)
    {
        var key = step / width;
        if (!bins.TryGetValue(key, out var bin))
        {
            if (bins.Count == most)
            {
                Widen(step);
                key = step / width;
            }

            if (!bins.TryGetValue(key, out bin)) bins.Add(key, bin = new Bin(series));
        }

        bin.Add(step, values);
    }

    /// <returns>By the mean step of each bin: the lowest value, the mean and the highest.</returns>
    public IReadOnlyList<(double Step, double Low, double Mean, double High)> Curve(int number) =>
    [
        .. bins.Values.Select(b => (b.Step, Average: b.Averages[number])).Where(b => b.Average.Count > 0)
            .Select(b => (b.Step, b.Average.Low, b.Average.Sum / b.Average.Count, b.Average.High)),
    ];

    /// <summary>Doubles the width of the bins until there is room for one more, the one of this step.</summary>
    private void Widen(long step)
    {
        while (bins.Count >= most && !bins.ContainsKey(step / width))
        {
            width *= 2;
            var wider = new SortedDictionary<long, Bin>();
            foreach (var (key, bin) in bins)
            {
                if (wider.TryGetValue(key / 2, out var first)) first.Add(bin);
                else wider.Add(key / 2, bin);
            }

            bins = wider;
        }
    }

    private sealed class Bin(int series)
    {
        private double steps;
        private long rows;

        public Average[] Averages { get; } = new Average[series];

        public double Step => steps / rows;

        public void Add(long step, ReadOnlySpan<double?> values)
        {
            steps += step;
            rows++;
            for (var i = 0; i < values.Length; i++)
            {
                if (values[i] is { } value) Averages[i] = Averages[i].With(new Average(1, value, value, value));
            }
        }

        public void Add(Bin other)
        {
            steps += other.steps;
            rows += other.rows;
            for (var i = 0; i < Averages.Length; i++) Averages[i] = Averages[i].With(other.Averages[i]);
        }
    }

    private readonly record struct Average(long Count, double Sum, double Low, double High)
    {
        public Average With(Average other) => Count == 0 ? other : other.Count == 0 ? this
            : new Average(Count + other.Count, Sum + other.Sum, Math.Min(Low, other.Low), Math.Max(High, other.High));
    }
}
