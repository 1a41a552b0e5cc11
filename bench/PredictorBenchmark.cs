using System.Globalization;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Predictors;
using static TorchSharp.torch;

namespace VicRegSweeps.Bench;

/// <summary>
/// The rate of a predictor's steps on finished embeddings, windows and all, and how many operations of libtorch a step takes: on a GPU each is a
/// launch, whatever its size. Operations are those of all trials at once, as on a GPU; a processor takes them trial by trial.
/// </summary>
internal static class PredictorBenchmark
{
    private const int Sequences = 1000;
    private const int Frames = 20;
    private const int Batch = 256;
    private const int Embedding = 50;
    private const int Rounds = 5;

    public static void Run()
    {
        var place = cuda.is_available() ? CUDA : CPU;
        Console.WriteLine(
            $"predictor step: batch {Batch}, E {Embedding}, history 3, width 64, rollout 4, Adam, {(place.type == TorchSharp.DeviceType.CUDA ? "a GPU" : $"{Environment.ProcessorCount} cores")}");
        Console.WriteLine("trials   trial-steps/s   ms a step   of a core, ms a trial-step   operations a step   by autograd");
        foreach (var width in new[] { 1, 4, 16 })
        {
            using var steps = new Steps(width, place, isWhole: place.type != TorchSharp.DeviceType.CPU);
            steps.Take(5);
            var count = Math.Max(5, 100 / width);
            var before = Environment.CpuUsage.TotalTime;
            var seconds = Enumerable.Range(0, Rounds).Min(_ => Clock.Seconds(() => steps.Take(count))) / count;
            var core = (Environment.CpuUsage.TotalTime - before) / (Rounds * count * width);
            using var together = new Steps(width, place, isWhole: true);
            together.Take(2);
            var operations = OperationCount.Of(() => together.Take(1));
            var byAutograd = OperationsByAutograd(width, place);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{width,6} {width / seconds,15:#,0} {seconds * 1e3,11:0.00} {core.TotalMilliseconds,28:0.00} {operations.Sum(o => o.Value),19} {byAutograd.Sum(o => o.Value),13}"));
            if (width > 1) continue;

            Console.WriteLine($"       these: {Listed(operations)}");
            Console.WriteLine($"       those: {Listed(byAutograd)}");
        }
    }

    private static IReadOnlyList<KeyValuePair<string, long>> OperationsByAutograd(int width, Device place)
    {
        using var scope = NewDisposeScope();
        using var predictors = new AutogradPredictors(width, Embedding, place);
        var video = randn([width, Sequences * Frames, Embedding], device: place);
        var firsts = tensor([.. Enumerable.Range(0, Batch).Select(window => 37L * window % Sequences * Frames)], device: place);
        predictors.Step(video, firsts);
        return OperationCount.Of(() => predictors.Step(video, firsts));
    }

    private static string Listed(IReadOnlyList<KeyValuePair<string, long>> operations) =>
        string.Join(", ", operations.Select(o => $"{o.Key["aten::".Length..]} {o.Value}"));

    private static Trial TrialOf(int number) => Trial.Of(
        TrialSettings.From(TrialCatalogue.Parameters,
        [
            ("data.source", "dots"), ("augment.recipe", "neighbours"), ("video.sequences", Sequences), ("video.frames", Frames), ("predictor.epochs", 1),
            ("model.embedding_dim", Embedding), ("predictor.learning_rate", (ParameterValue)(0.001 + (0.0001 * number))),
        ]),
        seed: 0);

    /// <summary>Steps of a stack on random embeddings.</summary>
    private sealed class Steps : IDisposable
    {
        private readonly PredictorStack stack;
        private readonly Tensor[] videos;    // of the stack's pieces
        private readonly Tensor[] places;
        private readonly Tensor offsets;
        private readonly Device place;

        public Steps(int width, Device place, bool isWhole)
        {
            this.place = place;
            stack = new PredictorStack([.. Enumerable.Range(0, width).Select(TrialOf)], place, ScalarType.Float32, isWhole);
            var counts = Enumerable.Range(0, stack.Pieces).Select(piece => stack.TrialsOf(piece).Count).ToList();
            videos = [.. counts.Select(count => randn([count, Sequences * Frames, Embedding], device: place))];
            places = [.. counts.Select(count => tensor(
                [
                    .. from trial in Enumerable.Range(0, count)
                       from window in Enumerable.Range(0, Batch)
                       select ((long)trial * Sequences * Frames) + (37L * window % Sequences * Frames),
                ],
                [count, Batch, 1], device: place))];
            offsets = tensor([.. Enumerable.Range(0, stack.WindowFrames).Select(i => (long)i)], device: place);
        }

        public void Take(int count)
        {
            for (var i = 0; i < count; i++)
            {
                using var scope = NewDisposeScope();
                stack.Step(piece => EmbeddedVideo.Windows(videos[piece], places[piece].Add(offsets)));
            }

            if (place.type == TorchSharp.DeviceType.CUDA) cuda.synchronize();
        }

        public void Dispose()
        {
            stack.Dispose();
            foreach (var tensor in videos.Concat(places).Append(offsets)) tensor.Dispose();
        }
    }
}
