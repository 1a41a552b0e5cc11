using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.Trials;

namespace VicRegSweeps.Bench;

/// <summary>Trains nothing: hands over rows as a trial would, so that what is left is the engine and the store.</summary>
/// <param name="images">How many images' 50-d embeddings each trial keeps; all trials the same ones.</param>
/// <param name="width">How many trials a stack has.</param>
internal sealed class RecordingRunner(int lossRows, IReadOnlyList<Metric> metrics, int images = 0, int width = 32) : ITrialRunner
{
    private const int Dimension = 50;
    private const int Classes = 10;

    private readonly float[] embeddings = Clouds(images);
    private readonly int[] labels = [.. Enumerable.Range(0, images).Select(i => i % Classes)];
    private readonly double[] spectrum = [.. Enumerable.Range(0, 50).Select(i => 10.0 / (i + 1.5))];

    public ParameterCatalogue Catalogue { get; } = new(
        TrialCatalogue.Parameters.Parameters, vocabulary: TrialVocabulary.Words.Having() with { Artifacts = [], Metrics = metrics, Headlines = [], Objective = null });

    /// <summary>Trials that differ in three parameters, as those of a sweep over loss weights do.</summary>
    public static IEnumerable<Trial> Trials(int count) => Enumerable.Range(0, count).Select(i => Trial.Of(
        TrialSettings.From(
            TrialCatalogue.Parameters,
            ("loss.invariance_weight", (i % 25) + 0.5),
            ("loss.variance_weight", (i / 25 % 25) + 0.5),
            ("loss.covariance_weight", (i / 625) + 0.25)),
        seed: 0));

    public string StackKey(Trial trial) => "one";

    public int StackWidth(Trial trial) => width;

    /// <summary>Everything that a stack yields, at once.</summary>
    public void Record(StackWork work, RowBatch batch)
    {
        for (var row = 1; row <= lossRows; row++)
        {
            foreach (var trial in work.Trials) batch.Add(trial, new LossRow(row, row * 200, 200, 49.5 / row, 0.1 / row, 1.9 / row, 3.7 / row));
        }

        foreach (var trial in work.Trials)
        {
            batch.Add(trial, Panel("embedding", trial));
            batch.Add(trial, Panel("representation", trial));
            batch.Add(trial, new Outcome(TrialState.Completed, null, null, lossRows, lossRows * 200, 1.5));
        }
    }

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
            if (images > 0) sink.Vectors(trial, new VectorRow(lossRows, lossRows * 200, "embedding", "bank", labels, Dimension, embeddings, false));
            sink.Finish(trial, new Outcome(TrialState.Completed, null, null, lossRows, lossRows * 200, 1.5));
        }
    }

    /// <summary>A cloud for each class, which t-SNE takes as long for as for what training makes.</summary>
    private static float[] Clouds(int images)
    {
        var random = new Random(0);
        return [.. Enumerable.Range(0, images * Dimension).Select(i => (float)(random.NextDouble() + (0.1 * (i / Dimension % Classes) * (i % 3))))];
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
