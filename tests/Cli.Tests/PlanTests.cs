using System.Text.Encodings.Web;
using System.Text.Json;

namespace VicRegSweeps.Cli.Tests;

/// <summary>What a plan says, and what a run says before it writes.</summary>
public sealed class PlanTests : IDisposable
{
    private const string Sweep =
        """
        version: 1
        name: planned
        question: What is planned?
        seeds: 2
        fixed: {data.train_images: 512, train.epochs: 1}
        grid:
          loss.variance_weight: [0, 1, 25]
          loss.covariance_weight: [0, 1]
        zip:
          - model.embedding_dim: [2, 50]
            model.representation_dim: [16, 100]
        exclude:
          - loss.variance_weight == 0 and loss.covariance_weight > 0
        blocks:
          - name: sgd
            fixed: {train.optimizer: sgd, loss.variance_weight: 1}
            grid: {train.momentum: [0, 0.9]}
        """;

    private static readonly JsonSerializerOptions AsItReads = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Workplace place = new();

    public PlanTests() => place.Write("planned.yaml", Sweep);

    public void Dispose() => place.Dispose();

    [Fact]
    public void People_are_told_points_stacks_memory_bank_and_that_no_time_is_known_yet()
    {
        var plan = place.Run("plan", "planned.yaml", "--cache", "no-cache");

        Assert.Equal((0, ""), (plan.ExitCode, plan.Error));
        Assert.Equal(
            """
            planned: What is planned?

            above the blocks: 12 points, 2 excluded: 10
               loss.variance_weight      0, 1, 25
               loss.covariance_weight    0, 1
             ┌ model.embedding_dim       2, 50
             └ model.representation_dim  16, 100

            block sgd: 8 points
               loss.covariance_weight    0, 1
             ┌ model.embedding_dim       2, 50
             └ model.representation_dim  16, 100
               train.momentum            0, 0.9

               seeds                     0, 1

            2 points excluded by line 13: loss.variance_weight == 0 and loss.covariance_weight > 0
            18 points × 2 seeds = 36 trials

            4 stacks of 10, 10, 8, 8 trials
              not one, because trials that differ in model.embedding_dim, model.representation_dim or train.optimizer \
            have tensors of other shapes or another schedule:
                10 trials in 1 stack: model.embedding_dim 2, model.representation_dim 16, train.optimizer adam
                10 trials in 1 stack: model.embedding_dim 50, model.representation_dim 100, train.optimizer adam
                8 trials in 1 stack: model.embedding_dim 2, model.representation_dim 16, train.optimizer sgd
                8 trials in 1 stack: model.embedding_dim 50, model.representation_dim 100, train.optimizer sgd


            """.ReplaceLineEndings("\n").Replace("\\\n", "", StringComparison.Ordinal),
            plan.Output[..plan.Output.IndexOf("memory", StringComparison.Ordinal)]);
        Assert.Contains("not known to be in the cache", plan.Output, StringComparison.Ordinal);
        Assert.Contains("time    not known yet on this machine; every run remembers, and this measures it in 15 seconds:\n        vicreg-sweep plan "
            + "planned.yaml --calibrate\n", plan.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Programs_are_told_the_same()
    {
        var json = JsonDocument.Parse(place.Run("plan", "planned.yaml", "--json").Output).RootElement;

        Assert.Equal((18, 36), (json.GetProperty("points").GetInt32(), json.GetProperty("trials").GetInt32()));
        Assert.Equal("""[{"rule":"loss.variance_weight == 0 and loss.covariance_weight > 0","line":13,"count":2}]""", Compact(json.GetProperty("excluded")));
        Assert.Equal([10, 10, 8, 8], json.GetProperty("stacks").EnumerateArray().Select(s => s.GetProperty("trials").GetInt32()));
        Assert.Equal("""["model.embedding_dim","model.representation_dim","train.optimizer"]""", Compact(json.GetProperty("split_by")));
        Assert.Equal("""{"model.embedding_dim":[2,50],"model.representation_dim":[16,100]}""", Compact(json.GetProperty("blocks")[0].GetProperty("axes")[2]));
    }

    [Fact]
    public void The_list_has_every_trial_with_its_block_and_what_varies()
    {
        var lines = place.Run("plan", "planned.yaml", "--list").Output.TrimEnd('\n').Split('\n');

        Assert.Equal(
            "trial\tblock\tseed\tloss.variance_weight\tloss.covariance_weight\tmodel.embedding_dim\tmodel.representation_dim\ttrain.momentum\ttrain.optimizer",
            lines[0]);
        Assert.Equal(37, lines.Length);
        Assert.EndsWith("\t\t0\t0\t0\t2\t16\t\tadam", lines[1], StringComparison.Ordinal);
        Assert.EndsWith("\tsgd\t1\t1\t1\t50\t100\t0.9\tsgd", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void More_trials_than_the_limit_are_refused_by_plan_and_run()
    {
        const string Refusal = "planned.yaml(6,1): the sweep has 40 trials, but may have at most 39.";

        foreach (var verb in new[] { "plan", "run" })
        {
            var result = place.Run(verb, "planned.yaml", "--limit", "39");
            Assert.Equal((2, Refusal), (result.ExitCode, result.Error.Trim()));
        }
    }

    [Fact]
    public void A_dry_run_writes_nothing_and_says_what_a_changed_file_adds_keeps_and_no_longer_names()
    {
        place.Write("tiny.yaml", Workplace.TinySweep);
        var first = place.Run("run", "tiny.yaml", "--dry-run");
        Assert.Equal(0, first.ExitCode);
        Assert.EndsWith("store   results/tiny/sweep.db would be made; nothing was written\n", first.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(place.PathOf("results")));

        Assert.Equal(0, place.Run("run", "tiny.yaml", "--quiet").ExitCode);
        var known = place.Run("plan", "tiny.yaml").Output;
        Assert.Contains("(in the cache)", known, StringComparison.Ordinal);

        place.Write("tiny.yaml", Workplace.TinySweep.Replace("seeds: 2", "seeds: [1, 2, 3]", StringComparison.Ordinal));
        var changed = place.Run("run", "tiny.yaml", "--dry-run");
        Assert.EndsWith(
            "0 points added, 2 kept: 4 trials added, 2 kept (2 of them finished), 2 no longer in the file; "
            + "these are not trained any more, and the results of the 2 finished ones stay; nothing was written\n",
            changed.Output,
            StringComparison.Ordinal);
        Assert.Equal(4, JsonDocument.Parse(place.Run("status", "results/tiny/sweep.db", "--json").Output).RootElement.GetProperty("total").GetInt32());
    }

    private static string Compact(JsonElement element) => JsonSerializer.Serialize(element, AsItReads);

    [Fact]
    public void A_search_by_results_shows_its_first_generation_and_is_refused_as_shards()
    {
        place.Write("find.yaml", Workplace.TinySweep
            .Replace("loss.variance_weight: [0, 25]", "loss.variance_weight: {log: [1, 25]}", StringComparison.Ordinal)
            + "\nsearch: {method: bayes, generations: 3, batch: 4, metric: embedding/knn_top1}\n");

        var plan = place.Run("plan", "find.yaml");
        Assert.Equal(0, plan.ExitCode);
        Assert.Contains("in the first of 3 generations; 3 × 4 × ", plan.Output, StringComparison.Ordinal);
        Assert.Contains("the points of the others are not known yet: each is chosen for the most embedding/knn_top1", plan.Output, StringComparison.Ordinal);
        foreach (var arguments in new[] { new[] { "run", "find.yaml", "--shard", "1/2" }, ["submit", "find.yaml", "--slurm", "--dry-run"] })
        {
            var refused = place.Run(arguments);
            Assert.Equal(2, refused.ExitCode);
            Assert.StartsWith("find.yaml: a search by results cannot be dealt to shards", refused.Error, StringComparison.Ordinal);
        }
    }
}
