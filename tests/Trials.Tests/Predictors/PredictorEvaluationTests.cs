using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Images;
using VicRegSweeps.Trials.Predictors;
using VicRegSweeps.Trials.Randomness;
using VicRegSweeps.Trials.Sources;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Predictors;

/// <summary>Every metric of a prediction equals plain loops over windows, and says what it should where the answer is known.</summary>
public sealed class PredictorEvaluationTests : IDisposable
{
    private const int Sequences = 25;    // 5 more are held out
    private const int Frames = 18;
    private const int History = 3;
    private const int Horizons = 12;
    private const int E = 4;

    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Errors_skills_and_retrieval_are_those_of_plain_loops()
    {
        var trial = Of();
        var (train, test) = (TestTrials.Normal("train", 1, Sequences * Frames, E), TestTrials.Normal("test", 1, 5 * Frames, E));
        var (metrics, predictors) = Evaluate(trial, train, test);
        using var stack = predictors;

        var frames = TestTrials.Doubles(test[0]).Chunk(E).Chunk(Frames).ToArray();
        var linear = Autoregression(train[0]);
        var windows = (from sequence in frames from start in Enumerable.Range(0, Frames - History - Horizons + 1) select sequence[start..(start + History + Horizons)]).ToList();
        var variance = VarianceOf([.. windows.SelectMany(w => w[History..])]);
        for (var h = 1; h <= Horizons; h++)
        {
            var horizon = h;
            var predictions = windows.Select(w => Predicted(stack, w[..History], horizon)).ToList();
            var error = Mse(predictions, h);
            Near(error / variance, PredictionMetrics.Error);
            Near(1 - (error / Mse(windows.Select(w => w[History - 1]), h)), PredictionMetrics.Skill);
            Near(1 - (error / Mse(windows.Select(w => w[History - 1].Zip(w[History - 2], (last, before) => last + (horizon * (last - before))).ToArray()), h)), PredictionMetrics.SkillOverLine);
            Near(1 - (error / Mse(windows.Select(w => linear(w[..History], horizon)), h)), PredictionMetrics.SkillOverRidge, 1e-4);
            var copied = Mse(windows.Select(w => w[History - 1]), h);
            Near(copied / variance, PredictionMetrics.ErrorOfRepeat);
            Near(1 - (Mse(windows.Select(w => linear(w[..History], horizon)), h) / copied), PredictionMetrics.SkillOfRidge, 1e-4);
            var found = predictions.Index().Count(p => windows.Index().MinBy(w => Distance(p.Item, w.Item[History + horizon - 1])).Index == p.Index);
            Near((double)found / windows.Count, PredictionMetrics.Retrieval);

            void Near(double expected, string metric, double tolerance = 1e-5) => Assert.Equal(expected, metrics[PredictionMetrics.At(metric, horizon)]!.Value, tolerance);
        }

        var next = windows.Select(w => Predicted(stack, w[..History], 1)).ToList();
        var perSequence = windows.Count / 5;
        Assert.Equal(
            Mse(next, windows.Index().Select(w => windows[(w.Index + windows.Count - perSequence) % windows.Count][History])) / Mse(next, 1),
            metrics[PredictionMetrics.SurpriseTeleport]!.Value, 1e-4);
        Assert.Equal(Mse(next, windows.Select(w => w[History - 2])) / Mse(next, 1), metrics[PredictionMetrics.SurpriseFlip]!.Value, 1e-4);

        double Mse(IEnumerable<double[]> predictions, object target) => predictions
            .Zip(target is int h ? windows.Select(w => w[History + h - 1]) : (IEnumerable<double[]>)target).Average(p => Distance(p.First, p.Second)) / E;
    }

    [Fact]
    public void What_is_read_of_embeddings_that_are_the_positions_is_what_geometry_says()
    {
        var trial = Of(("video.speed", 0.02));
        var (metrics, stack) = Evaluate(trial, Positions(trial, DotsPart.Train), Positions(trial, DotsPart.Test));
        stack.Dispose();

        // A place says nothing of where the dot is going; two places say all of it, but where a wall lies between.
        Assert.InRange(metrics[PredictionMetrics.TruePositionR2]!.Value, 0.999, 1);
        Assert.InRange(metrics[PredictionMetrics.TruePositionRmse]!.Value, 0, 0.3);
        Assert.InRange(metrics[PredictionMetrics.VelocityR2One]!.Value, -0.3, 0.2);
        Assert.InRange(metrics[PredictionMetrics.VelocityR2Two]!.Value, 0.7, 1);
    }

    [Fact]
    public void A_straight_line_is_predicted_perfectly_by_going_on_and_nearly_so_by_a_trained_predictor()
    {
        var trial = Of(("video.sequences", 400), ("predictor.width", 64), ("predictor.learning_rate", 0.002));
        var (train, test) = (Lines("train", 400), Lines("test", 80));
        using var stack = new PredictorStack([trial], CPU);
        var random = new RandomStream(1, "windows");
        for (var step = 0; step < 2000; step++)
        {
            using var steps = NewDisposeScope();
            var firsts = tensor([.. Enumerable.Range(0, 64).Select(_ => ((long)random.NextInt(400) * Frames) + random.NextInt(Frames - History - 4 + 1))]);
            stack.Step(EmbeddedVideo.Windows(train, firsts, History + 4));
        }

        var metrics = MetricsOf(trial, stack, train, test);

        // The error of the straight line is rounding: it knows all over the last frame, and a predictor knows less.
        Assert.All(Enumerable.Range(1, Horizons), h => Assert.Equal(1, metrics[PredictionMetrics.At(PredictionMetrics.SkillOfLine, h)]!.Value, 1e-5));
        Assert.True(metrics[PredictionMetrics.At(PredictionMetrics.SkillOverLine, 4)] is null or < -1e3);
        Assert.InRange(metrics[PredictionMetrics.At(PredictionMetrics.Skill, 1)]!.Value, 0.98, 1);
        Assert.InRange(metrics[PredictionMetrics.At(PredictionMetrics.Skill, 4)]!.Value, 0.98, 1);
        Assert.True(metrics[PredictionMetrics.SurpriseFlip] > 50);
    }

    [Fact]
    public void A_collapsed_embedding_has_no_prediction_to_speak_of()
    {
        var trial = Of();
        var (train, test) = (TestTrials.Normal("train", 1, Sequences * Frames, E), TestTrials.Normal("test", 1, 5 * Frames, E));
        using var stack = new PredictorStack([trial], CPU);
        using var video = VideoOf(train, test);
        using var windows = new VideoWindows(trial.Settings, train.shape[1], test.shape[1], CPU);
        using var evaluation = new PredictorEvaluation(windows, video);

        Assert.All(evaluation.Metrics(stack.Predict, [true])[0], m => Assert.Null(m.Value));
    }

    private static Trial Of(params IEnumerable<(string Name, ParameterValue Value)> settings) => TestTrials.Of(
        0,
        [
            ("data.source", "dots"), ("augment.recipe", "neighbours"), ("video.sequences", Sequences), ("video.frames", Frames),
            ("model.embedding_dim", E), ("predictor.epochs", 1), ("predictor.history", History), ("predictor.width", 12), .. settings,
        ]);

    private static EmbeddedVideo VideoOf(Tensor train, Tensor test) => new(train.alias(), test.alias(), zeros(1, 1, E), ones(1, 1, 1));

    private static (Dictionary<string, double?> Metrics, PredictorStack Stack) Evaluate(Trial trial, Tensor train, Tensor test)
    {
        var stack = new PredictorStack([trial], CPU);
        return (MetricsOf(trial, stack, train, test), stack);
    }

    private static Dictionary<string, double?> MetricsOf(Trial trial, PredictorStack stack, Tensor train, Tensor test)
    {
        using var video = VideoOf(train, test);
        using var windows = new VideoWindows(trial.Settings, train.shape[1], test.shape[1], CPU);
        using var evaluation = new PredictorEvaluation(windows, video);
        return evaluation.Metrics(stack.Predict, [false])[0].ToDictionary();
    }

    /// <summary>Positions in the box, and two dimensions that say nothing.</summary>
    private static Tensor Positions(Trial trial, DotsPart part)
    {
        var (positions, _) = new DotsSource().Truth(trial.Settings, part)!.Value;
        var places = tensor(positions, [1, positions.Length / 2, 2]).to(float32);
        return cat([places.Sub(16).Div(8), TestTrials.Normal($"idle/{part}", 1, positions.Length / 2, 2)], 2);
    }

    /// <summary>A start and a direction of each sequence.</summary>
    private static Tensor Lines(string name, int sequences)
    {
        var (start, direction) = (TestTrials.Normal($"{name}/start", 1, sequences, 1, E), TestTrials.Normal($"{name}/direction", 1, sequences, 1, E));
        var time = TensorArithmetic.Arange(Frames, float32).Div(Frames).view(1, 1, Frames, 1);
        return start.Mul(0.3).Add((direction * time).Mul(3)).reshape(1, sequences * Frames, E);
    }

    private static double[] Predicted(PredictorStack stack, double[][] seen, int horizon)
    {
        using var piece = NewDisposeScope();
        var history = tensor([.. seen.SelectMany(v => v)], [1, 1, History, E]).to(float32);
        return TestTrials.Doubles(stack.Predict(history, horizon)[0][0][horizon - 1]);
    }

    /// <summary>Least squares of the next frame on the last three and a constant, rolled out.</summary>
    private static Func<double[][], int, double[]> Autoregression(Tensor train)
    {
        var frames = TestTrials.Doubles(train).Chunk(E).Chunk(Frames).ToArray();
        var rows = (from sequence in frames from start in Enumerable.Range(0, Frames - History) select sequence[start..(start + History + 1)]).ToList();
        var x = tensor([.. rows.SelectMany(r => r[..History].SelectMany(v => v).Append(1.0))], [rows.Count, (History * E) + 1]);
        var y = tensor([.. rows.SelectMany(r => r[History])], [rows.Count, E]);
        var coefficients = TestTrials.Doubles(linalg.lstsq(x, y).Solution).Chunk(E).ToArray();
        return (seen, horizon) =>
        {
            var past = seen.ToList();
            for (var h = 0; h < horizon; h++)
            {
                var inputs = past[^History..].SelectMany(v => v).Append(1.0).ToArray();
                past.Add([.. Enumerable.Range(0, E).Select(d => inputs.Index().Sum(i => i.Item * coefficients[i.Index][d]))]);
            }

            return past[^1];
        };
    }

    private static double Distance(double[] a, double[] b) => a.Zip(b).Sum(p => (p.First - p.Second) * (p.First - p.Second));

    private static double VarianceOf(IReadOnlyList<double[]> vectors)
    {
        var mean = Enumerable.Range(0, E).Select(d => vectors.Average(v => v[d])).ToArray();
        return vectors.Average(v => Distance(v, mean)) / E;
    }
}
