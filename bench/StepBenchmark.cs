using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Stacks;
using static TorchSharp.torch;

namespace VicRegSweeps.Bench;

/// <summary>
/// The time of a training step per trial, by the width of the stack, against the time that the step's multiply-adds alone
/// would take in the arithmetic units of all cores, measured in the same run.
/// </summary>
internal static class StepBenchmark
{
    internal const int Batch = 256;
    private const int Embedding = 50;
    private const int Representation = 100;
    private const int Expander = 80;

    // What every figure is the best of: other processes only ever add time.
    private const int Rounds = 5;

    private static readonly int[] Widths = [1, 2, 4, 8, 16, 32, 64, 128, 256];

    public static void Run()
    {
        var cores = Environment.ProcessorCount;
        var rate = Enumerable.Range(0, Rounds).Max(_ => MatrixProductRate(cores));
        var arithmetic = ArithmeticLimit.FlopsPerSecond(cores);
        var limit = FlopsOfAStep() / arithmetic;
        Console.WriteLine($"training step: batch {Batch}, E {Embedding}, R {Representation}, Adam, {cores} cores");
        Console.WriteLine(
            $"multiply-adds in registers {arithmetic / 1e9:0} GFLOP/s ({ArithmeticLimit.Bits} bits), MKL's matrix products {rate / 1e9:0}; "
            + $"a step has {FlopsOfAStep() / 1e9:0.000} GFLOP, so its limit is {limit * 1e3:0.00} ms a trial");

        var times = Widths.ToDictionary(width => width, width => SecondsPerTrialStep(width, cores));
        var best = times.Values.Min();
        Console.WriteLine("width   ms a trial-step   share of the limit   against alone   against the best");
        foreach (var (width, time) in times)
        {
            Console.WriteLine($"{width,5} {time * 1e3,17:0.00} {limit / time,19:0%} {time / times[1],16:0.00} {time / best,18:0.00}");
        }
    }

    /// <summary>Floating-point operations of forward, backward and loss for one trial; a multiply-add is two.</summary>
    internal static double FlopsOfAStep()
    {
        const double firstLayer = 512 * 128;
        const double otherLayers = (128 * 32) + (32 * Embedding) + (Embedding * Expander) + (Expander * Expander) + (Expander * Representation);

        // Forward, and backward to the weights; to the input of every layer but the first.
        const double layers = 2 * Batch * ((2 * firstLayer) + (3 * otherLayers));

        // The covariance matrix of each view forward; backward the same product once more per factor, which are equal.
        const double loss = 2 * Batch * Representation * Representation * 2;
        return 2 * (layers + loss);
    }

    /// <summary>Operations a second when every core multiplies matrices of its own.</summary>
    internal static double MatrixProductRate(int cores)
    {
        const int size = 768;
        const int repetitions = 40;
        var inputs = Enumerable.Range(0, cores).Select(_ => (rand(size, size), rand(size, size))).ToArray();
        var threads = get_num_threads();
        var seconds = Clock.Seconds(() => Parallel.ForEach(inputs, new ParallelOptions { MaxDegreeOfParallelism = cores }, pair =>
        {
            set_num_threads(1);
            for (var i = 0; i < repetitions; i++)
            {
                using var product = matmul(pair.Item1, pair.Item2);
            }
        }));
        set_num_threads(threads);
        return 2.0 * size * size * size * repetitions * cores / seconds;
    }

    private static double SecondsPerTrialStep(int width, int cores)
    {
        var trials = Enumerable.Range(0, width).Select(i => Trial.Of(
            TrialSettings.From(TrialCatalogue.Parameters, ("loss.variance_weight", 1 + (0.1 * i))), seed: 0));
        using var stack = new Stack([.. trials], totalSteps: 1_000_000, CPU, cores: cores);
        using var batch = randn(2 * Batch, Vgg16.FeatureCount);
        var steps = Math.Max(2, 64 / width);
        Steps(2);
        return Enumerable.Range(0, Rounds).Min(_ => Clock.Seconds(() => Steps(steps))) / (steps * width);

        void Steps(int count)
        {
            for (var i = 0; i < count; i++)
            {
                stack.Step([batch]);
            }
        }
    }
}
