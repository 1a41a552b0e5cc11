using VicRegSweeps.SweepEngine;
using VicRegSweeps.Trials;

namespace VicRegSweeps.Bench;

/// <summary>Trains nothing: hands over rows as a trial would, so that what is left is the engine and the store.</summary>
internal sealed class RecordingRunner(int lossRows, IReadOnlyList<Metric> metrics) : ITrialRunner
{
    private readonly double[] spectrum = [.. Enumerable.Range(0, 50).Select(i => 10.0 / (i + 1.5))];

    public ParameterCatalogue Catalogue => TrialCatalogue.Parameters;

    public IReadOnlyList<Metric> Metrics => metrics;

    /// <summary>Trials that differ in three parameters, as those of a sweep over loss weights do.</summary>
    public static IEnumerable<Trial> Trials(int count) => Enumerable.Range(0, count).Select(i => Trial.Of(
        TrialSettings.From(
            TrialCatalogue.Parameters,
            ("loss.invariance_weight", (i % 25) + 0.5),
            ("loss.variance_weight", (i / 25 % 25) + 0.5),
            ("loss.covariance_weight", (i / 625) + 0.25)),
        seed: 0));

    public string StackKey(Trial trial) => "one";

    public int StackWidth(Trial trial) => 32;

    public void Run(StackWork work, ITrialSink sink, CancellationToken cancel)
    {
        for (var row = 1; row <= lossRows; row++)
        {
            foreach (var trial in work.Trials) sink.Loss(trial, new LossRow(row, row * 200, 200, 49.5 / row, 0.1 / row, 1.9 / row, 3.7 / row));
        }

        foreach (var trial in work.Trials)
        {
            sink.Panel(trial, Panel("embedding", trial));
            sink.Panel(trial, Panel("representation", trial));
            sink.Finish(trial, new Outcome(TrialState.Completed, null, null, lossRows, lossRows * 200, 1.5));
        }
    }

    private PanelRow Panel(string space, Trial trial)
    {
        var weight = trial.Settings.Real("loss.invariance_weight");
        return new PanelRow(
            lossRows,
            lossRows * 200,
            space,
            [.. metrics.Select((m, i) => KeyValuePair.Create<string, double?>(m.Name, Math.Sqrt(weight + i)))],
            spectrum,
            "none",
            "relative_spread is 0.93 and participation_ratio 6.7 of 50");
    }
}
