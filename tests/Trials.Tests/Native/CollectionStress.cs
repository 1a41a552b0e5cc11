using System.Diagnostics;
using TorchSharp;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Metrics;
using VicRegSweeps.Trials.Randomness;
using VicRegSweeps.Trials.Stacks;
using VicRegSweeps.Trials.Tests.Stacks;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Native;

/// <summary>
/// Training, evaluation and the making of banks in small, on several threads beside one that collects without a pause: whatever libtorch
/// still reads and nobody holds is freed under its hands.
/// </summary>
internal static class CollectionStress
{
    private const int Threads = 4;

    /// <summary>What was seen.</summary>
    /// <param name="Operations">Tensors that were made.</param>
    /// <param name="Failures">What was thrown, and what gave other bits than undisturbed, by part.</param>
    internal sealed record Result(long Operations, IReadOnlyList<string> Failures);

    public static IReadOnlyList<string> Parts
    {
        get
        {
            using var work = new Work();
            return [.. work.Parts.Keys];
        }
    }

    /// <summary>Does one part some times, undisturbed.</summary>
    public static void Do(string part, int times)
    {
        using var work = new Work();
        for (var i = 0; i < times; i++)
        {
            work.Parts[part]();
        }
    }

    /// <summary>Does all parts again and again.</summary>
    /// <param name="operations">At least so many, however long they take.</param>
    /// <param name="atLeast">For so long, however many they are.</param>
    public static Result Run(long operations, TimeSpan atLeast)
    {
        var threads = get_num_threads();
        using var work = new Work();
        try
        {
            return Run(work, operations, atLeast);
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    private static Result Run(Work work, long operations, TimeSpan atLeast)
    {
        var (done, goOn, failures) = (0L, true, new List<string>());
        Dictionary<string, double[]> expected;
        set_num_threads(1);
        using (HeldFinalizers.Begin())
        {
            expected = work.Parts.ToDictionary(part => part.Key, part => part.Value());
        }

        var watch = Stopwatch.StartNew();
        var workers = Enumerable.Range(0, Threads).Select(Worker).ToList();
        var collector = new Thread(() =>
        {
            while (Volatile.Read(ref goOn))
            {
                GC.Collect(0, GCCollectionMode.Forced, blocking: true);
            }
        });
        workers.ForEach(worker => worker.Start());
        collector.Start();
        workers.ForEach(worker => worker.Join());
        goOn = false;
        collector.Join();
        return new Result(done, failures);

        Thread Worker(int first) => new(() =>
        {
            set_num_threads(1);
            for (var next = first; Volatile.Read(ref done) < operations || watch.Elapsed < atLeast; next++)
            {
                var (name, part) = work.Parts.GetAt(next % work.Parts.Count);
                var before = DisposeScopeManager.Statistics.CreatedInScopeCount;
                string? failure = null;
                try
                {
                    if (!part().SequenceEqual(expected[name]))
                    {
                        failure = "other bits";
                    }
                }
                catch (Exception error)
                {
                    failure = error.Message.Split('\n')[0];
                }

                Interlocked.Add(ref done, DisposeScopeManager.Statistics.CreatedInScopeCount - before);
                if (failure is not null)
                {
                    lock (failures)
                    {
                        failures.Add($"{name}: {failure}");
                    }
                }
            }
        });
    }

    /// <summary>What is done, each part with all its numbers as its result.</summary>
    private sealed class Work : IDisposable
    {
        private const int Batch = 16; // As TestTrials has it.
        private const int Steps = 3;
        private const int Repetitions = 20;

        private readonly DisposeScope scope = NewDisposeScope();
        private readonly Tensor[] batches;
        private readonly Tensor[] samples;
        private readonly Tensor labels;
        private readonly Tensor images;
        private readonly TensorViews tensorViews = new(CPU);
        private readonly ViewParameters[] views;
        private readonly Coefficients coefficients = Coefficients.Of([.. TestTrials.Mixed("adam").Take(2)], 6, CPU);
        private readonly Tensor few;
        private readonly Tensor factors;

        public Work()
        {
            batches = [.. Enumerable.Range(0, Steps).Select(step => Normal($"batch/{step}", 2 * Batch, Vgg16.FeatureCount))];
            samples = [.. Enumerable.Range(0, 3).Select(view => Normal($"sample/{view}", 2, 30, 6))];
            labels = tensor([.. Enumerable.Range(0, 30).Select(i => (long)(i % 3))]);
            images = CounterRandom.Uniform(3, [6, 3, 32, 32], CPU);
            few = CounterRandom.Uniform(4, [2, 3, 4, 4], CPU);
            factors = CounterRandom.Uniform(5, [2, 1, 1, 1], CPU);
            using var augmentation = new Augmentation(AugmentationRecipe.SoloLearn, 5, CPU);
            views = [.. Enumerable.Range(0, 6).Select(i => augmentation.Parameters(i, 0))];
        }

        public OrderedDictionary<string, Func<double[]>> Parts => new()
        {
            ["adam"] = () => Scoped(() => Optimize(new StackAdam(zeros(2, 5), zeros(2, 5), ones(2, 1)))),
            ["sgd"] = () => Scoped(() => Optimize(new StackSgd(zeros(2, 5), ones(2, 1), ones(2, 1)))),
            ["loss"] = () => Scoped(Loss),
            ["colours by tensor operations"] = () => Scoped(() => Repeat(() => Enum.GetValues<JitterOperation>()
                .SelectMany(operation => Of(ColourJitter.Apply(operation, few, factors))))),
            ["randomness by tensor operations"] = () => Scoped(() => Repeat(() => Of(CounterRandom.UniformByTensorOperations(7, [8], CPU)))),
            ["step by tensor operations, adam"] = () => Train("adam", byTensorOperations: true),
            ["panel"] = () => Scoped(() => Of(Panel.Of(samples[0], (samples[1], samples[2])))),
            ["step by tensor operations, sgd"] = () => Train("sgd", byTensorOperations: true),
            ["neighbours"] = () => Scoped(() =>
                [.. NearestNeighbours.Top1(samples[0], labels, samples[1], labels, 5, 0.07),
                    .. NearestNeighbours.LeaveOneOutTop1(samples[0], labels, 5, 0.07)]),
            ["step by tensor operations, lars"] = () => Train("lars", byTensorOperations: true),
            ["probe"] = () => Scoped(() => [.. RidgeProbe.Top1(samples[0], labels, samples[1], labels), .. RidgeProbe.CrossValidatedTop1(samples[0], labels)]),
            ["step on the processor"] = () => Train("adam", byTensorOperations: false),
            ["views by tensor operations"] = () => Scoped(() => Of(tensorViews.Apply(images, [0, 1, 2, 3, 4, 5], views))),
            ["score"] = () => Scoped(ScoreOf),
            ["standardizing"] = () => Scoped(Standardize),
        };

        public void Dispose()
        {
            tensorViews.Dispose();
            coefficients.Dispose();
            scope.Dispose();
        }

        private double[] Optimize(IStackOptimizer optimizer)
        {
            using (optimizer)
            {
                var (parameters, rates) = (samples[0][0].narrow(0, 0, 2).narrow(1, 0, 5).clone(), ones(2, 1));
                var step = 0;
                return Repeat(() =>
                {
                    optimizer.Step(parameters, ones(2, 5), rates, ++step);
                    return Of(parameters);
                });
            }
        }

        private double[] Loss() => Repeat(() =>
        {
            var terms = LossTerms.Of(samples[0], samples[1], coefficients);
            return [.. Of(terms.Total), .. Of(terms.Variance)];
        });

        /// <summary>Small operations are over soon, and most of their time lies between a number and its use.</summary>
        private static double[] Repeat(Func<IEnumerable<double>> part) => [.. Enumerable.Range(0, Repetitions).SelectMany(_ =>
        {
            using var scope = NewDisposeScope();
            return part().ToArray();
        })];

        private double[] Train(string optimizer, bool byTensorOperations)
        {
            var trials = TestTrials.Mixed(optimizer).Take(2).ToArray();
            using var stack = new Stack(trials, Steps, CPU, cores: 1, byTensorOperations: byTensorOperations);
            foreach (var batch in batches)
            {
                stack.Step([.. stack.Seeds.Select(_ => batch)]);
            }

            return Scoped(() =>
            {
                var losses = stack.TakeLosses(1).SelectMany(loss => new[] { loss.Total, loss.Invariance, loss.Variance, loss.Covariance });
                return [.. losses.Select(value => value ?? double.NaN), .. Of(stack.Evaluate(batches[0]).Representation),
                    .. Of(stack.State["parameters"].sum(1))];
            });
        }

        private double[] ScoreOf()
        {
            var score = Score.Of(samples[0][0].to(float64), samples[1][0].to(float64), labels, TestTrials.Of(0).Settings);
            return [score.Total!.Value, .. Of([score.Panel])];
        }

        private double[] Standardize()
        {
            using var scale = FeatureScale.Of(batches[0]);
            var features = batches[1].clone();
            scale.Apply(features);
            return Of(features);
        }

        private static double[] Scoped(Func<double[]> part)
        {
            using var scope = NewDisposeScope();
            return part();
        }

        private static double[] Of(IEnumerable<Panel> panels) => [.. panels.SelectMany(p => p.Values.Select(v => v.Value ?? double.NaN).Concat(p.Spectrum))];

        private static double[] Of(Tensor tensor) => TestTrials.Doubles(tensor);

        private static Tensor Normal(string name, params long[] shape) => TestTrials.Normal(name, shape);
    }
}
