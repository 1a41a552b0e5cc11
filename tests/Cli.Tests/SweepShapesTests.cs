using System.Text.Json;

namespace VicRegSweeps.Cli.Tests;

/// <summary>
/// Shapes of sweep files that people run elsewhere, in the words of our catalogue: each can be said, and has as many points as were counted by hand.
/// </summary>
public sealed class SweepShapesTests : IDisposable
{
    private const string TwelveBlocks =
        """
        seeds: [0, 1, 5]
        grid: {data.source: [cifar10, shapes]}
        blocks:
        - {name: a, fixed: {model: {head: none, dropout: 0.1}, train: {optimizer: adam, momentum: null}}}
        - {name: b, fixed: {model: {head: none, dropout: 0.2}, train: {optimizer: adam, momentum: null}}}
        - {name: c, fixed: {model: {head: 128-32, dropout: 0.1}, train: {optimizer: sgd, momentum: 0.9}}}
        - {name: d, fixed: {model: {head: 128-32, dropout: 0.2}, train: {optimizer: sgd, momentum: 0.9}}}
        - {name: e, fixed: {model: {head: 256-64, dropout: 0.1}, train: {optimizer: sgd, momentum: 0.5}}}
        - {name: f, fixed: {model: {head: 256-64, dropout: 0.2}, train: {optimizer: sgd, momentum: 0.5}}}
        - {name: g, fixed: {model: {head: 64-64, dropout: 0.1}, train: {optimizer: lars, momentum: 0.9}}}
        - {name: h, fixed: {model: {head: 64-64, dropout: 0.2}, train: {optimizer: lars, momentum: 0.9}}}
        - {name: i, fixed: {model: {expander: none, dropout: 0.1}, train: {optimizer: adam, momentum: null}}}
        - {name: j, fixed: {model: {expander: none, dropout: 0.2}, train: {optimizer: adam, momentum: null}}}
        - {name: k, fixed: {model: {expander: 80-80, dropout: 0.3}, train: {optimizer: adam, momentum: null}}}
        - {name: l, fixed: {model: {expander: 80-80, dropout: 0.4}, train: {optimizer: adam, momentum: null}}}
        """;

    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    public static TheoryData<string, string, int, int> Shapes => new()
    {
        {
            "expander on or off",
            """
            seeds: [1, 1000, 10000]
            grid:
              train.batch_size: [256]
              model.expander: [none, 64-64, 128-128, 256-256, 512-512, 1024-1024, 2048-2048, 4096-4096]
              model.representation_dim: {log: [64, 4096], count: 7}
              loss.variance_weight: [1, 10, 100]
              loss.covariance_weight: [0.1, 1, 10, 100]
            """,
            600, 1800
        },
        {
            "small product",
            """
            seeds: [1, 1000, 10000]
            grid:
              train.batch_size: [32, 64]
              train.learning_rate: [0.001, 0.0001, 0.0005]
              loss.variance_weight: [1, 10, 100, 200]
              loss.covariance_weight: [1, 10, 100, 200]
            """,
            96, 288
        },
        {
            "weight × weight × a choice of words",
            "grid: {loss: {variance_weight: [0.64, 1.74, 4.72, 12.80], covariance_weight: [0.64, 1.74, 4.72, 12.80]}, train.optimizer: [adam, sgd]}",
            32, 32
        },
        {
            "tied weights",
            """
            fixed: {loss.variance_weight: {of: loss.invariance_weight}}
            grid:
              loss.invariance_weight: [200, 400, 600, 800, 1200, 1400, 1600, 1800, 2000]
              model.representation_dim: [4096, 8192]
            """,
            18, 18
        },
        {
            "zipped columns",
            """
            seeds: 3
            fixed: {loss.variance_weight: {of: loss.invariance_weight}}
            zip:
            - loss.invariance_weight: [20, 20, 25, 25, 25, 75, 200, 800]
              model.representation_dim: {log: [64, 8192], count: 8}
            """,
            8, 24
        },
        { "powers of two, by their ends", "grid: {model.representation_dim: {log: [256, 8192], count: 6}, loss.covariance_weight: {log: [1e-4, 1], count: 5}}", 30, 30 },
        { "twelve blocks over common axes", TwelveBlocks, 24, 72 },
        { "one-value lists", "grid: {train.batch_size: [256], train.learning_rate: [0.001], loss.variance_weight: [25], loss.covariance_weight: [0, 4, 10, 25], train.epochs: [3]}", 4, 4 },
        {
            "ranges without a count",
            """
            search: {method: sobol, count: 200}
            grid:
              train.learning_rate: {log: [0.01, 1]}
              train.weight_decay: {log: [1e-6, 1e-2]}
              augment.crop_min: {linear: [0.08, 0.5]}
              augment.jitter: {linear: [0, 0.8]}
              train.batch_size: [128, 256, 512]
            """,
            200, 200
        },
        { "an axis of evaluation", "evaluate: {eval.knn_k: [5, 20, 200], eval.knn_temperature: [0.07, 0.2], eval.probe_ridge: [1e-4, 1e-3, 1e-2]}", 1, 1 },
        {
            "rows",
            """
            grid: {train.epochs: [10, 20]}
            zip:
            - rows:
              - {loss.variance_weight: 0.64, loss.covariance_weight: 12.8, train.optimizer: adam}
              - {loss.variance_weight: 12.8, loss.covariance_weight: 1.74, train.optimizer: sgd}
            """,
            4, 4
        },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void It_has_the_points_that_were_counted_by_hand(string shape, string rest, int points, int trials)
    {
        File.WriteAllText(place.PathOf("shape.yaml"), $"version: 1\nname: shape\nquestion: {shape}?\n{rest}");

        var plan = place.Run("plan", place.PathOf("shape.yaml"), "--json");

        Assert.Equal(0, plan.ExitCode);
        var json = JsonDocument.Parse(plan.Output).RootElement;
        Assert.Equal((points, trials), (json.GetProperty("points").GetInt32(), json.GetProperty("trials").GetInt32()));
    }

    [Fact]
    public void A_plan_prints_what_holds_from_its_base()
    {
        File.WriteAllText(place.PathOf("common.yaml"), "seeds: 2\nfixed: {train.epochs: 4, model.dropout: 0}\ngrid: {loss.epsilon: [1e-4, 1e-3]}");
        File.WriteAllText(place.PathOf("own.yaml"), "version: 1\nname: own\nbase: common.yaml\nfixed: {train.epochs: 5}");

        var plan = place.Run("plan", place.PathOf("own.yaml"), "--json");

        var json = JsonDocument.Parse(plan.Output).RootElement;
        Assert.Equal(4, json.GetProperty("trials").GetInt32());
        Assert.Equal(["seeds", "model.dropout", "loss.epsilon"], json.GetProperty("base").GetProperty("gives").EnumerateArray().Select(n => n.GetString()));
    }
}
