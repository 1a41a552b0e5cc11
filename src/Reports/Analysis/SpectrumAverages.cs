namespace VicRegSweeps.Reports;

/// <summary>Singular spectra averaged over the trials of every level of every axis, in one pass over the store.</summary>
/// <remarks>Means are of logarithms: the typical spectrum of a level, not that of its loudest trial.</remarks>
internal sealed class SpectrumAverages
{
    /// <summary>Below this share of the largest a singular value is the rounding of single precision.</summary>
    public const double Rounding = 1e-7;

    private readonly Dictionary<(string Space, int Axis, int Level), List<Average>> averages = [];

    public int Trials { get; private set; }

    public static SpectrumAverages Of(ReportData data)
    {
        var levels = data.Trials.Where(t => t.Counts).ToDictionary(t => t.Id, t => t.Levels, StringComparer.Ordinal);
        var found = new SpectrumAverages();
        var trials = new HashSet<string>(StringComparer.Ordinal);
        foreach (var spectrum in data.Store.Spectra().Where(s => s.Values.Count > 0 && levels.ContainsKey(s.Trial)))
        {
            trials.Add(spectrum.Trial);
            for (var axis = -1; axis < levels[spectrum.Trial].Length; axis++)
            {
                found.Add(spectrum.Space, axis, axis < 0 ? 0 : levels[spectrum.Trial][axis], spectrum.Values);
            }
        }

        found.Trials = trials.Count;
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
