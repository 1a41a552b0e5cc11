using VicRegSweeps.Reports.Statistics;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.Reports.Analysis;

/// <summary>How trials went: loss terms by step, the headline metrics by epoch, the last spectra and what decided the verdicts.</summary>
/// <remarks>Of every trial of the points that are drawn, and of as many others as a page may carry.</remarks>
internal sealed class Courses
{
    private const int MostTrials = 200;

    private readonly Dictionary<string, TrialCourse> trials = new(StringComparer.Ordinal);
    private readonly Dictionary<ReportPoint, ThinnedSteps> losses = [];

    private Courses(IReadOnlyList<DrawnPoint> points, IReadOnlyList<(ReportSpace Space, Metric Metric)> metrics) => (Points, Metrics) = (points, metrics);

    /// <summary>The points that are drawn, the best first.</summary>
    public IReadOnlyList<DrawnPoint> Points { get; }

    /// <summary>The metrics that are followed.</summary>
    public IReadOnlyList<(ReportSpace Space, Metric Metric)> Metrics { get; }

    /// <summary>By id, the trials of the drawn points first.</summary>
    public IReadOnlyDictionary<string, TrialCourse> Trials => trials;

    /// <summary>How many rows of loss terms the trials have together that are drawn.</summary>
    public long Rows { get; private set; }

    /// <summary>The fewest and the most batches that a row averages, over trials; the last row of a trial may have fewer.</summary>
    public (int Fewest, int Most) Batches { get; private set; } = (int.MaxValue, 0);

    /// <summary>Whether the weights of the drawn points are known, so that weighted terms are there too.</summary>
    public bool HasWeights { get; private init; }

    /// <summary>Whether neighbouring rows of a long curve were averaged.</summary>
    public bool AreThinned => losses.Values.Any(l => l.IsThinned);

    public static Courses Of(ReportData data, Findings findings)
    {
        var points = DrawnPoints.Of(data, findings.Ranking);
        var courses = new Courses(
            points, [.. data.Spaces.SelectMany(space => Headlines.Of(data.Words, space.Space).Select(metric => (space, metric)))])
        {
            HasWeights = points.Count > 0 && points.All(p => p.Point.Trials.All(t => t.Factors is not null)),
        };
        var terms = data.Words.Terms.Count;
        foreach (var point in points) courses.losses.TryAdd(point.Point, new ThinnedSteps(2 * terms));
        foreach (var trial in points.SelectMany(p => p.Point.Trials).Concat(data.Listed.Trials.Select(t => t.Trial)))
        {
            if (courses.trials.Count == MostTrials) break;

            courses.trials.TryAdd(trial.Id, new TrialCourse(terms));
        }

        courses.ReadLosses(data);
        foreach (var (id, course) in courses.trials)
        {
            foreach (var panel in data.Store.Panels(id)) course.Add(panel.Row);
        }

        return courses;
    }

    /// <summary>One term of a point over the steps: mean and range over its seeds.</summary>
    /// <param name="term">Its place among the store's.</param>
    public IReadOnlyList<(double Step, double Low, double Mean, double High)> Loss(ReportPoint point, int term, bool weighted) =>
        losses[point] is var steps ? steps.Curve(term + (weighted ? steps.Series / 2 : 0)) : [];

    /// <summary>One metric of a point over the epochs: mean and range over its seeds.</summary>
    /// <param name="metric">Its place among those that are followed.</param>
    public IReadOnlyList<(double Epoch, double Low, double Mean, double High)> MetricOf(ReportPoint point, int metric)
    {
        var (space, name) = (Metrics[metric].Space.Name, Metrics[metric].Metric.Name);
        return Averaged(Of(point).SelectMany(c => c.Panels).Where(p => p.Space == space)
            .Select(p => ((double)p.Epoch, p.Metrics.FirstOrDefault(m => m.Key == name).Value)));
    }

    /// <summary>What the trials of a point have of a metric at their last evaluations.</summary>
    public SampleStatistics Last(ReportPoint point, ReportSpace space, Metric metric) => SampleStatistics.Of(
        [.. Of(point).Select(c => c.Panels.LastOrDefault(p => p.Space == space.Name)?.Metrics.FirstOrDefault(m => m.Key == metric.Name).Value).OfType<double>()]);

    /// <summary>The last singular spectrum of a point: logarithms to base 10 by the number of the value, from 1; mean and range over its seeds.</summary>
    /// <remarks>The mean of logarithms is the typical spectrum, not that of the loudest seed.</remarks>
    public IReadOnlyList<(double Number, double Low, double Mean, double High)> Spectrum(ReportPoint point, ReportSpace space) =>
        Averaged(Of(point).SelectMany(c => c.Spectrum(space.Name).Index().Select(v => (v.Index + 1.0, (double?)Math.Log10(v.Item)))));

    private IEnumerable<TrialCourse> Of(ReportPoint point) =>
        point.Trials.Where(t => t.Counts).Select(t => trials.GetValueOrDefault(t.Id)).OfType<TrialCourse>();

    private static List<(double At, double Low, double Mean, double High)> Averaged(IEnumerable<(double At, double? Value)> values) =>
    [
        .. values.Where(v => v.Value is not null).GroupBy(v => v.At).OrderBy(g => g.Key)
            .Select(g => (g.Key, g.Min(v => v.Value!.Value), g.Average(v => v.Value!.Value), g.Max(v => v.Value!.Value))),
    ];

    private void ReadLosses(ReportData data)
    {
        // Of those that are drawn alone, one by one: a store may hold a million others.
        var drawn = losses.Keys.SelectMany(p => p.Trials).Concat(data.Listed.Trials.Select(t => t.Trial).Where(t => trials.ContainsKey(t.Id)));
        foreach (var trial in drawn.Distinct().OrderBy(t => t.Number))
        {
            var steps = losses.GetValueOrDefault(trial.Point);
            var course = trials.GetValueOrDefault(trial.Id);
            foreach (var row in data.Store.Losses(trial.Id))
            {
                Rows++;
                steps?.Add(row.Step, [.. row.Terms, .. row.Terms.Select((v, term) => v * trial.Factors?[term])]);
                course?.Add(row);
            }
        }

        foreach (var most in trials.Values.Select(c => c.Batches).Where(b => b > 0)) Batches = (Math.Min(Batches.Fewest, most), Math.Max(Batches.Most, most));
    }
}

/// <summary>How one trial went.</summary>
/// <param name="terms">How many terms the store has.</param>
internal sealed class TrialCourse(int terms)
{
    /// <summary>Below this share of the largest a singular value is the rounding of single precision.</summary>
    public const double Rounding = 1e-7;

    /// <summary>Steps of one trial in the page.</summary>
    private const int MostSteps = 100;

    private readonly List<PanelRow> panels = [];

    /// <summary>Loss terms by step, raw.</summary>
    public ThinnedSteps Losses { get; } = new(terms, MostSteps);

    /// <summary>Batches that a row averages; 0 without rows.</summary>
    public int Batches { get; private set; }

    /// <summary>Every evaluation of every space, by step.</summary>
    public IReadOnlyList<PanelRow> Panels => panels;

    /// <summary>The last spectrum of a space without what is rounding; empty where there is none.</summary>
    public IReadOnlyList<double> Spectrum(string space) =>
        panels.LastOrDefault(p => p.Space == space)?.Spectrum is { Count: > 0 } values ? [.. values.Where(v => v > values[0] * Rounding)] : [];

    public void Add(LossRow row)
    {
        Losses.Add(row.Step, [.. row.Terms]);
        Batches = Math.Max(Batches, row.Batches);
    }

    public void Add(PanelRow panel) => panels.Add(panel);
}
