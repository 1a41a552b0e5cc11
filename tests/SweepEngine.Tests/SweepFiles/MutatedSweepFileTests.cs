using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CsCheck;
using Json.Schema;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.SweepFiles;
using VicRegSweeps.SweepEngine.Tests.Catalogue;

namespace VicRegSweeps.SweepEngine.Tests.SweepFiles;

/// <summary>Valid files, changed here and there as people and editors do.</summary>
public class MutatedSweepFileTests(ITestOutputHelper output)
{
    private static readonly JsonSchema Schema = JsonSchema.FromText(SweepFileSchema.Of(TestCatalogue.Instance).ToJsonString());

    private static readonly string[] Valid =
    [
        """
        version: 1
        name: everything
        question: What is there?
        seeds: [0, 5]
        fixed:
          train.epochs: 3
          backbone.standardize: false
        grid:
          loss.variance_weight: [0, 1.5, 25]
          loss.covariance_weight: {log: [0.01, 100], count: 5}
        zip:
          - model.embedding_dim: [2, 50, 50]
            model.representation_dim: {range: [16, 48], step: 16}
        exclude:
          - loss.variance_weight == 0 and model.embedding_dim == 2
          - not (train.optimizer == 'adam' or loss.epsilon * 10 < 1e-2)
        blocks:
          - name: wide
            grid: {model.embedding_dim: [4], augment.views: [2, stream]}
            exclude: [model.representation_dim > 150]
          - name: momentum
            fixed: {loss.variance_weight: 1}
            zip: [{train.optimizer: [sgd, lars], train.momentum: [0.5, 0.9]}]
        """,
        """
        version: 1
        name: running
        seeds: 2
        grid:
          train.learning_rate: {linear: [0.001, 0.003], count: 3}
          train.optimizer: [adam, sgd]
        stop:
          timeout: 1h30m
          collapse: {action: stop, after_epochs: 2, sustained: 2}
          halving: {metric: embedding/knn_top1, goal: maximize, keep: 0.5, every_epochs: 5}
        sample: {count: 3, seed: 1}
        retry: {max: 1}
        run: {stack: auto, order: shuffled}
        """,
        """
        version: 1
        name: nested
        fixed:
          train: {epochs: 3, shift: null}
          loss: {covariance_weight: {of: loss.variance_weight, times: 0.5}}
        grid:
          loss: {variance_weight: [0, 1.5, 25]}
        zip:
          - rows:
            - {train: {optimizer: adam, momentum: null}, model.dropout: 0}
            - {train: {optimizer: sgd, momentum: 0.5}, model.dropout: 0.25}
        """,
        """
        version: 1
        name: searching
        search: {method: sobol, count: 7, seed: 1}
        grid:
          loss.variance_weight: {log: [0.1, 100]}
          train.epochs: {linear: [1, 40]}
          train.optimizer: [adam, sgd]
        """,
        """
        version: 1
        name: evaluating
        grid: {loss.epsilon: [1e-4, 1e-2]}
        evaluate:
          eval.knn_k: [5, 20, 200]
          eval: {knn_temperature: {log: [0.01, 1], count: 3}}
        stop:
          halving: {metric: embedding/knn_top1@k=5@t=0.1, every_epochs: 5}
        """,
    ];

    private static readonly string[] Pieces =
    [
        "0", "1", "-1", "1e-4", "1e20", ".5", "x", "~", "true", "adam", "''", "[", "]", "{", "}", ",", ":", ": ", "- ", "#", " ", "\n", "\n  ", "'", "\"",
        "train.epochs", "train", "of", "rows", "search", "evaluate", "eval.knn_k", "@k=5", "base", "null", "loss.epsilon", "model.embedding_dim", "grid", "fixed", "zip", "exclude", "blocks",
        "name", "count", "log", "and", "==", "&a ", "*a", "!t ", "|", ">", "\t",
    ];

    private static readonly string[] Numbers = ["0", "1", "2", "3", "7", "0.25", "1e-4", "40", "100", "-1", "1e20"];

    private static readonly Gen<Func<string, string>> Mutation = Gen.OneOf(
        OtherNumber(),
        OtherNumber(),
        OtherNumber(),
        Between.Select(p => Edit(t => t.Remove(p.Start(t), p.Length(t)))),
        Gen.Select(Between, Gen.Int[0, Pieces.Length - 1], (p, piece) => Edit(t => t.Insert(p.Start(t), Pieces[piece]))),
        Gen.Select(Between, Gen.Int[0, Pieces.Length - 1], (p, piece) => Edit(t => t.Remove(p.Start(t), p.Length(t)).Insert(p.Start(t), Pieces[piece]))),
        Gen.Select(Between, Between, (p, q) => Edit(t => t.Insert(q.Start(t), t.Substring(p.Start(t), p.Length(t))))),
        Lines((lines, a, _) => [.. lines[..a], .. lines[(a + 1)..]]),
        Lines((lines, a, b) => [.. lines[..b], lines[a], .. lines[b..]]),
        Lines((lines, a, _) => [.. lines[..a], "  " + lines[a], .. lines[(a + 1)..]]));

    [Fact]
    public void A_mutated_file_is_a_plan_or_gets_a_sentence_and_what_is_a_plan_is_valid_by_the_schema()
    {
        var (plans, refusals) = (0, 0);
        Gen.Select(Gen.Int[0, Valid.Length - 1], Mutation.Array[1, 2]).Select(t => t.Item2.Aggregate(Valid[t.Item1], (text, edit) => edit(text))).Sample(
            text =>
            {
                try
                {
                    SweepPlan.Of(SweepFileReader.Parse(text, "x.yaml", TestCatalogue.Instance), TestCatalogue.Instance, mostTrials: 10_000);
                }
                catch (SweepException refusal)
                {
                    Interlocked.Increment(ref refusals);
                    Assert.All(refusal.Message.Split('\n'), m => Assert.Matches(@"^x\.yaml(\(\d+,\d+\))?: .*[.?]$", m));
                    return;
                }

                Interlocked.Increment(ref plans);
                // To the validator such numbers are 0.
                if (!Regex.IsMatch(text, @"e-[2-9]\d", RegexOptions.IgnoreCase)) AssertValid(YamlJson.Of(text));
            },
            iter: 4_000);
        output.WriteLine($"{plans} plans, {refusals} refusals");
        Assert.InRange(plans, 150, 3_900);
    }

    [Fact]
    public void The_files_that_are_mutated_are_valid() => Assert.All(Valid, text =>
    {
        SweepPlan.Of(SweepFileReader.Parse(text, "x.yaml", TestCatalogue.Instance), TestCatalogue.Instance);
        AssertValid(YamlJson.Of(text));
    });

    [Theory]
    [InlineData("grid: {loss.epsilon: [1, 1]}")]
    [InlineData("grid: {loss.epsilon: [0]}")]
    [InlineData("grid: {train.epochs: [1.5]}")]
    [InlineData("grid: {loss.epsilon: {range: [1, 2]}}")]
    [InlineData("grid: {loss: {epsilom: [1]}}")]
    [InlineData("fixed: {model: {dropout: null}}")]
    [InlineData("fixed: {loss.epsilon: {of: loss.epsilom}}")]
    [InlineData("zip: [{rows: []}]")]
    [InlineData("search: {method: sobol}")]
    [InlineData("search: {method: grid, count: 2}")]
    [InlineData("base: 1")]
    [InlineData("grid: {loss.epsilon: {log: [1, 2], count: 3, step: 1}}")]
    [InlineData("grid: {data.path: [a]}")]
    [InlineData("zip: [{}]")]
    [InlineData("zip: {train.epochs: [1]}")]
    [InlineData("exclude: loss.epsilon > 1")]
    [InlineData("exclude: [1]")]
    [InlineData("blocks: [{fixed: {train.epochs: 1}}]")]
    [InlineData("blocks: [{name: A}]")]
    [InlineData("sample: {seed: 1}")]
    [InlineData("sample: {count: 0}")]
    [InlineData("stop: {timeout: 20}")]
    [InlineData("stop: {timeout: 20 minutes}")]
    [InlineData("stop: {collapse: {action: halt}}")]
    [InlineData("stop: {halving: {keep: 0.5}}")]
    [InlineData("stop: {halving: {metric: knn}}")]
    [InlineData("run: {stack: 0}")]
    [InlineData("retry: {max: -1}")]
    [InlineData("fixd: {}")]
    public void What_the_schema_can_see_it_refuses(string rest)
    {
        Assert.False(Evaluate(YamlJson.Of("version: 1\nname: x\n" + rest)).IsValid);
        Assert.Throws<SweepException>(() => TestCatalogue.Plan(rest));
    }

    private static void AssertValid(JsonNode? json)
    {
        var result = Evaluate(json);
        Assert.True(result.IsValid, JsonSerializer.Serialize(result));
    }

    private static EvaluationResults Evaluate(JsonNode? json) =>
        Schema.Evaluate(JsonSerializer.SerializeToElement(json), new EvaluationOptions { OutputFormat = OutputFormat.List });

    private static Gen<Span> Between => Gen.Select(Gen.Double[0, 1], Gen.Int[0, 12], (at, length) => new Span(at, length));

    private static Func<string, string> Edit(Func<string, string> edit) => edit;

    private static Gen<Func<string, string>> Lines(Func<string[], int, int, string[]> edit) =>
        Gen.Select(Gen.Double[0, 1], Gen.Double[0, 1], (a, b) => Edit(text =>
    {
        var lines = text.Split('\n');
        return string.Join('\n', edit(lines, (int)(a * (lines.Length - 1)), (int)(b * (lines.Length - 1))));
    }));

    private static Gen<Func<string, string>> OtherNumber() => Gen.Select(Gen.Double[0, 1], Gen.Int[0, Numbers.Length - 1], (at, number) => Edit(text =>
    {
        var all = Regex.Matches(text, @"(?<![\w.])[0-9.]+(e-?[0-9]+)?(?![\w.])");
        if (all.Count == 0)
            return text;
        var one = all[(int)(at * (all.Count - 1))];
        return text.Remove(one.Index, one.Length).Insert(one.Index, Numbers[number]);
    }));

    private sealed record Span(double At, int Most)
    {
        public int Start(string text) => (int)(At * text.Length);

        public int Length(string text) => Math.Min(Most, text.Length - Start(text));
    }
}
