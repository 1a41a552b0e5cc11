using System.Globalization;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Metrics;
using VicRegSweeps.Trials.Predictors;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Predictors;

/// <summary>Predictors against plain modules of PyTorch, step by step, and the closed-form predictor against NumPy's least squares.</summary>
public sealed class PyTorchPredictorTests : IDisposable
{
    private const int Steps = 20;

    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_predictor_on_finished_embeddings_is_a_plain_module_step_by_step()
    {
        PyTorch.SkipUnlessThere();
        var trial = TestTrials.Of(0, [("data.source", "dots"), ("augment.recipe", "neighbours"), ("video.sequences", 20), ("predictor.epochs", 2),
            ("predictor.width", 16), ("predictor.learning_rate", 0.003)]);
        using var stack = new PredictorStack([trial], CPU, float64);
        Save("first.weight", stack.TensorsOf(trial)["predictor.0.weight"]);
        Save("first.bias", stack.TensorsOf(trial)["predictor.0.bias"]);
        Save("second.weight", stack.TensorsOf(trial)["predictor.2.weight"]);
        Save("second.bias", stack.TensorsOf(trial)["predictor.2.bias"]);
        using var frames = TestTrials.Normal("windows", Steps, 32, 7, 6).to(float64);
        Save("frames", frames);
        var ours = new List<double>();
        for (var step = 0; step < Steps; step++)
        {
            using var scope = NewDisposeScope();
            stack.Step(frames[step].unsqueeze(0));
            ours.Add(stack.TakeLosses(1)[0].Terms[0]!.Value);
        }

        Same(ours, Script("""
            first, second = nn.Linear(18, 16).double(), nn.Linear(16, 6).double()
            for layer, name in (first, 'first'), (second, 'second'):
                layer.weight.data.copy_(load(name + '.weight').view_as(layer.weight)); layer.bias.data.copy_(load(name + '.bias'))
            adam = torch.optim.Adam([*first.parameters(), *second.parameters()], lr=0.003)
            for window in load('frames').view(20, 32, 7, 6):
                past = [window[:, i] for i in range(3)]
                for _ in range(4):
                    past.append(past[-1] + second(first(torch.cat(past[-3:], 1)).relu()))
                loss = nn.functional.mse_loss(torch.stack(past[3:], 1), window[:, 3:])
                adam.zero_grad(); loss.backward(); adam.step()
                print(repr(loss.item()))
            """));
    }

    [Fact]
    public void Head_and_predictor_together_are_plain_modules_step_by_step()
    {
        PyTorch.SkipUnlessThere();
        var trial = JointPredictorTests.Of(0, ("model.dropout", 0), ("loss.covariance_weight", 3));
        using var stack = new PredictorStack([trial], CPU, float64);
        foreach (var (name, tensor) in stack.TensorsOf(trial)) Save(name, tensor);
        using var frames = Together(Enumerable.Range(0, Steps).Select(step => JointPredictorTests.Video($"step {step}", 32).view(-1, Vgg16.FeatureCount)));
        Save("frames", frames);
        var ours = new List<double>();
        for (var step = 0; step < Steps; step++)
        {
            using var scope = NewDisposeScope();
            stack.Step([frames[step]]);
            var row = stack.TakeLosses(1)[0];
            ours.AddRange(row.Terms.OfType<double>());
        }

        Same(ours, Script("""
            head = nn.Sequential(nn.Linear(512, 128), nn.ReLU(), nn.Identity(), nn.Linear(128, 32), nn.ReLU(), nn.BatchNorm1d(32), nn.Linear(32, 6)).double()
            predictor = nn.Sequential(nn.Linear(12, 16), nn.ReLU(), nn.Linear(16, 6)).double()
            for module, name in (head, 'embedding'), (predictor, 'predictor'):
                for key, value in module.named_parameters(): value.data.copy_(load(f'{name}.{key}').view_as(value))
            adam = torch.optim.Adam([*head.parameters(), *predictor.parameters()], lr=0.001)
            def variance(z): return (1 - (z.var(0) + 1e-4).sqrt()).relu().mean()
            def covariance(z):
                c = (z - z.mean(0)).T @ (z - z.mean(0)) / (len(z) - 1)
                return (c - torch.diag(torch.diag(c))).square().sum() / 6
            for window in load('frames').view(20, 4, 32, 512):
                z = [head(frame) for frame in window]
                past = z[:2]
                for _ in range(2): past.append(past[-1] + predictor(torch.cat(past[-2:], 1)))
                prediction = nn.functional.mse_loss(torch.stack(past[2:]), torch.stack(z[2:]))
                v, c = (2 * sum(map(term, z)) / 4 for term in (variance, covariance))
                loss = 25 * prediction + 25 * v + 3 * c
                adam.zero_grad(); loss.backward(); adam.step()
                for number in loss, v, c, prediction: print(repr(number.item()))
            """));
    }

    [Fact]
    public void The_closed_form_predictor_is_NumPys_least_squares()
    {
        PyTorch.SkipUnlessThere();
        using var scope = NewDisposeScope();
        var (x, asked) = (TestTrials.Normal("x", 1, 400, 12).to(float64), TestTrials.Normal("asked", 1, 50, 12).to(float64));
        var y = matmul(x, TestTrials.Normal("map", 1, 12, 4).to(float64)).Add(TestTrials.Normal("noise", 1, 400, 4).to(float64)).Add(3);
        using var readout = new Readout(x, y, PredictorEvaluation.RidgeOfPredictor);
        Save("x", x);
        Save("y", y);
        Save("asked", asked);

        // The ridge of a millionth of the variance is what separates the two.
        Same(TestTrials.Doubles(readout.Of(asked)), Script("""
            one = lambda x: np.hstack([x, np.ones((len(x), 1))])
            x, y, asked = load('x').view(400, 12).numpy(), load('y').view(400, 4).numpy(), load('asked').view(50, 12).numpy()
            for number in (one(asked) @ np.linalg.lstsq(one(x), y, rcond=None)[0]).ravel(): print(repr(float(number)))
            """), 1e-5);
    }

    private static Tensor Together(IEnumerable<Tensor> tensors) => stack([.. tensors], 0).to(float64);

    private void Save(string name, Tensor tensor) =>
        File.WriteAllBytes(Path.Combine(folder, name), [.. TestTrials.Doubles(tensor).SelectMany(BitConverter.GetBytes)]);

    private List<double> Script(string body)
    {
        var (code, output) = PyTorch.Run("-c", $$"""
            import numpy as np, torch
            from torch import nn
            torch.set_num_threads(1)
            def load(name): return torch.from_numpy(np.fromfile(r'{{folder}}/' + name, np.float64))
            {{body}}
            """);
        Assert.True(code == 0, output);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => double.Parse(line, CultureInfo.InvariantCulture))];
    }

    private static void Same(IReadOnlyList<double> ours, List<double> theirs, double tolerance = 1e-9)
    {
        Assert.Equal(theirs.Count, ours.Count);
        Assert.All(ours.Zip(theirs), pair => Assert.Equal(pair.Second, pair.First, tolerance * Math.Max(1, Math.Abs(pair.Second))));
    }
}
