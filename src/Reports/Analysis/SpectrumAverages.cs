namespace VicRegSweeps.Reports.Analysis;

/// <summary>Singular spectra averaged over the trials of the levels that are drawn, in one pass over the store.</summary>
/// <remarks>Means are of logarithms: the typical spectrum of a level, not that of its loudest trial.</remarks>
internal sealed class SpectrumAverages
{
    /// <summary>Below this share of the largest a singular value is the rounding of single precision.</summary>
    public const double Rounding = 1e-7;

    /// <summary>So many levels of an axis are drawn at most.</summary>
    public const int MostLevels = 8;

    private readonly Dictionary<(string Space, int Axis, int Level), List<Average>> averages = [];

    public int Trials { get; private set; }

    public static SpectrumAverages Of(ReportData data)
    {
        var drawn = data.Axes.Select(a => Shortlist.Of(a.Levels.Count, MostLevels).ToHashSet()).ToList();
        var found = new SpectrumAverages();
        ReportTrial? last = null;
        foreach (var (trial, spectrum) in data.WithTrials(data.Store.Spectra(), s => s.Trial).Where(s => s.Trial.Counts && s.Row.Values.Count > 0))
        {
            if (trial != last) found.Trials++;
            last = trial;
            found.Add(spectrum.Space, -1, 0, spectrum.Values);
            for (var axis = 0; axis < trial.Levels.Length; axis++)
            {
                if (drawn[axis].Contains(trial.Levels[axis])) found.Add(spectrum.Space, axis, trial.Levels[axis], spectrum.Values);
            }
        }

        return found;
    }

    /// <param name="axis">-1 for all trials together.</param>
    /// <returns>Logarithms to base 10 by the number of the singular value, from 1.</returns>
    public IReadOnlyList<(double Number, double Low, double Mean, double High)> Curve(string space, int axis, int level) =>
        averages.TryGetValue((space, axis, level), out var values)
            ? [.. values.Index().Where(v => v.Item.Count > 0).Select(v => (v.Index + 1.0, v.Item.Low, v.Item.Sum / v.Item.Count, v.Item.High))]
            : [];

    private void Add(string space, int axis, int level, IReadOnlyList<double> values)
    {
        if (!averages.TryGetValue((space, axis, level), out var list)) averages[(space, axis, level)] = list = [];
        for (var number = 0; number < values.Count; number++)
        {
            if (list.Count == number) list.Add(new Average());
            if (values[number] > values[0] * Rounding) list[number].Add(Math.Log10(values[number]));
        }
    }

    private sealed class Average
    {
        public int Count { get; private set; }

        public double Sum { get; private set; }

        public double Low { get; private set; }

        public double High { get; private set; }

        public void Add(double value)
        {
            (Low, High) = Count == 0 ? (value, value) : (Math.Min(Low, value), Math.Max(High, value));
            Sum += value;
            Count++;
        }
    }
}
