using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Metrics;
using VicRegSweeps.Trials.Stacks;
using static TorchSharp.torch;

namespace VicRegSweeps.Bench;

/// <summary>What evaluating every epoch adds to a run at default settings.</summary>
internal static class EvaluationBenchmark
{
    private const int Width = 32;
    private const int Rounds = 3;

    public static void Run()
    {
        var settings = TrialSettings.From(TrialCatalogue.Parameters);
        var stepsPerEpoch = settings.Integer("data.train_images") / settings.Integer("train.batch_size");
        using var data = RandomData(settings, CPU);
        using var stack = StackOf(settings);
        using var batch = randn(2 * settings.Integer("train.batch_size"), Vgg16.FeatureCount);
        var evaluation = StackEvaluation.Of(settings, data);
        Steps(2);
        evaluation.Panels(stack, 1);

        var epoch = Enumerable.Range(0, Rounds).Min(_ => Clock.Seconds(() => Steps(stepsPerEpoch)));
        var panels = Enumerable.Range(0, Rounds).Min(_ => Clock.Seconds(() => evaluation.Panels(stack, 1)));
        Console.WriteLine($"evaluation: {Width} trials, {data.Reference.shape[0]} reference and {data.HeldOut.shape[0]} held-out images, both spaces");
        Console.WriteLine($"an epoch of {stepsPerEpoch} steps {epoch / Width * 1e3:0.0} ms a trial, an evaluation {panels / Width * 1e3:0.0} ms a trial");
        Console.WriteLine($"evaluation every epoch is {panels / (panels + epoch):0.0%} of the run");

        Parts(stack, data);

        void Steps(int count)
        {
            for (var i = 0; i < count; i++)
            {
                stack.Step([batch]);
            }
        }
    }

    /// <summary>Where the time goes, on one core.</summary>
    private static void Parts(Stack stack, StackData data)
    {
        set_num_threads(1);
        using var scope = NewDisposeScope();
        var (reference, heldOut) = (stack.Evaluate(data.Reference, 0, 1), stack.Evaluate(data.HeldOut, 0, 1));
        Part("forwards", () =>
        {
            foreach (var features in new[] { data.Reference, data.HeldOut, data.HeldOutView1, data.HeldOutView2 }) stack.Evaluate(features, 0, 1);
        });
        foreach (var (space, known, asked) in new[]
        {
            ("embedding", reference.Embedding, heldOut.Embedding), ("representation", reference.Representation, heldOut.Representation),
        })
        {
            Part($"{space}: neighbours", () => NearestNeighbours.Top1(known, data.ReferenceLabels!, asked, data.HeldOutLabels!, 20, 0.07));
            Part($"{space}: probe", () => RidgeProbe.Top1(known, data.ReferenceLabels!, asked, data.HeldOutLabels!));
            Part($"{space}: panel", () => Panel.Of(asked, (asked, asked)));
            Part($"{space}: singular values, once", () => SingularValues.Of(asked.to(float64)));
        }

        void Part(string name, Action work) => Console.WriteLine($"  {name,-40}{Enumerable.Range(0, 20).Min(_ => Clock.Seconds(() =>
        {
            using var inner = NewDisposeScope();
            work();
        })) * 1e3,6:0.00} ms");
    }

    private static Stack StackOf(TrialSettings settings) => new(
        [.. Enumerable.Range(0, Width).Select(i => Trial.Of(TrialSettings.From(settings.Catalogue, ("loss.variance_weight", 1 + i)), seed: 0))],
        totalSteps: 1_000_000,
        CPU);

    internal static StackData RandomData(TrialSettings s, Device device)
    {
        var (reference, heldOut) = (s.Integer("eval.reference_images"), s.Integer("eval.images"));
        return new StackData(
            "random", Features(16), 8, 2, null,
            Features(reference), Labels(reference), Features(heldOut), Labels(heldOut), Features(heldOut), Features(heldOut));

        Tensor Features(int images) => randn(images, Vgg16.FeatureCount, device: device);

        Tensor Labels(int images) => randint(10, [images], device: device);
    }
}
