using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.SweepFiles;
using VicRegSweeps.SweepEngine.Tests.Catalogue;
using VicRegSweeps.SweepEngine.Tests.Stores;

namespace VicRegSweeps.SweepEngine.Tests.SweepFiles;

/// <summary>The ways to say a sweep that go beyond lists under dotted names.</summary>
public class LanguageTests
{
    [Fact]
    public void Nested_names_mean_the_dotted_ones() => Assert.Equal(
        Ids("fixed: {train.epochs: 3, train.optimizer: sgd}\ngrid: {loss.epsilon: [1e-3, 1e-2], loss.variance_weight: {log: [1, 100], count: 3}}\nzip: [{train.momentum: [0, 0.5], model.dropout: [0, 0.1]}]"),
        Ids("fixed: {train: {epochs: 3, optimizer: sgd}}\ngrid: {loss: {epsilon: [1e-3, 1e-2], variance_weight: {log: [1, 100], count: 3}}}\nzip: [{train: {momentum: [0, 0.5]}, model: {dropout: [0, 0.1]}}]"));

    [Fact]
    public void Rows_mean_the_columns() => Assert.Equal(
        Ids("zip: [{loss.variance_weight: [1, 25], train.optimizer: [adam, sgd]}]\ngrid: {train.epochs: [10, 20]}"),
        Ids("zip:\n- rows:\n  - {loss.variance_weight: 1, train.optimizer: adam}\n  - {train: {optimizer: sgd}, loss: {variance_weight: 25}}\ngrid: {train.epochs: [10, 20]}"));

    [Fact]
    public void A_follower_is_a_column_beside_its_leader()
    {
        var plan = TestCatalogue.Plan(
            "fixed: {loss.covariance_weight: {of: loss.variance_weight, times: 0.1}, train.epochs: 3}\ngrid: {loss.variance_weight: [1, 3, 25]}");

        Assert.Equal(["1 0.1", "3 0.3", "25 2.5"], plan.Trials().Select(t => $"{t.Settings["loss.variance_weight"]} {t.Settings["loss.covariance_weight"]}"));
        Assert.Equal(["loss.variance_weight", "loss.covariance_weight"], plan.Varying);
    }

    [Fact]
    public void A_follower_of_a_fixed_value_of_a_default_and_of_another_follower_has_its_number()
    {
        var plan = TestCatalogue.Plan(
            "fixed: {model.dropout: {of: loss.epsilon, times: 3}, loss.epsilon: {of: train.learning_rate, times: 10}, loss.variance_weight: {of: loss.covariance_weight}, train.learning_rate: 0.01}");

        var settings = Assert.Single(plan.Trials()).Settings;
        Assert.Equal(("0.1", "0.3", "1"), (settings["loss.epsilon"]!.Text, settings["model.dropout"]!.Text, settings["loss.variance_weight"]!.Text));
    }

    [Fact]
    public void A_block_that_sweeps_the_leader_takes_the_follower_along() => Assert.Equal(
        ["10 10", "2 2", "3 3"],
        TestCatalogue.Plan("fixed: {loss.covariance_weight: {of: loss.variance_weight}, loss.variance_weight: 10}\nblocks:\n- {name: a, fixed: {train.epochs: 2}}\n- {name: b, grid: {loss.variance_weight: [2, 3]}}")
            .Trials().Select(t => $"{t.Settings["loss.variance_weight"]} {t.Settings["loss.covariance_weight"]}"));

    [Fact]
    public void Null_is_absent_where_there_is_no_default_and_where_a_parameter_does_nothing()
    {
        var plan = TestCatalogue.Plan("grid: {train.shift: [null, 2]}\nzip: [{train.optimizer: [adam, sgd], train.momentum: [null, 0.5]}]");

        Assert.Equal(
            ["adam, , ", "sgd, 0.5, ", "adam, , 2", "sgd, 0.5, 2"],
            plan.Trials().Select(t => $"{t.Settings["train.optimizer"]}, {t.Settings["train.momentum"]}, {t.Settings["train.shift"]}"));
        Assert.Equal(Ids("grid: {train.shift: [1]}").Count, Ids("fixed: {train.shift: null}").Count);
        Assert.Equal(Ids(""), Ids("fixed: {train.shift: ~}"));
    }

    [Fact]
    public void A_base_gives_what_the_file_does_not_say()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["common.yaml"],
            "seeds: [1, 2]\nfixed: {train.epochs: 3, model.dropout: 0}\ngrid: {loss.epsilon: [1e-3, 1e-2]}\nexclude: [loss.epsilon > 5e-3 and train.epochs < 5]\nretry: {max: 4}\nname: common");
        File.WriteAllText(folder["own.yaml"], "version: 1\nname: own\nbase: common.yaml\nfixed: {model: {dropout: 0.1}}\ngrid: {train.epochs: [4, 5]}");

        var file = SweepFileReader.Read(folder["own.yaml"], TestCatalogue.Instance);

        Assert.Equal(("own", 4), (file.Name, file.MostRetries));
        Assert.Equal([1, 2], file.Seeds);
        Assert.Equal(
            ["4 0.001 0.1", "5 0.001 0.1", "5 0.01 0.1"],
            SweepPlan.Of(file, TestCatalogue.Instance).Trials().Where(t => t.Seed == 1)
                .Select(t => $"{t.Settings["train.epochs"]} {t.Settings["loss.epsilon"]} {t.Settings["model.dropout"]}").Order());
        Assert.Equal(["seeds", "retry", "loss.epsilon"], file.Base!.Gives);
        Assert.Equal([["train.epochs"], ["loss.epsilon"]], DeclaredAxes.Of(file.Text).Axes);
        Assert.Contains("#| seeds: [1, 2]\n", file.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_wrong_with_a_base_is_said_in_its_name()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["common.yaml"], "fixed: {loss.epsilon: 0}\nbase: x.yaml\nblocks: []");
        File.WriteAllText(folder["own.yaml"], "version: 1\nname: own\nbase: common.yaml");

        var refusal = Assert.Throws<SweepException>(() => SweepFileReader.Read(folder["own.yaml"], TestCatalogue.Instance));

        Assert.Equal(
            [
                $"{folder["common.yaml"]}(1,23): 'loss.epsilon' is 0, but must be greater than 0.",
                $"{folder["common.yaml"]}(2,1): a base cannot have a base itself; write what it says into this file.",
                $"{folder["common.yaml"]}(3,1): a base cannot have blocks; move them to the files that build on it.",
            ],
            refusal.Message.Split('\n'));
    }

    [Fact]
    public void A_base_that_is_not_there_is_an_error() =>
        Assert.EndsWith("nowhere.yaml: there is no such file.", Assert.Throws<SweepException>(() => TestCatalogue.Read("base: nowhere.yaml")).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("fixed: {loss: {epsilon: 0}}", "(3,25): 'loss.epsilon' is 0, but must be greater than 0.")]
    [InlineData("fixed: {loss: {epsilom: 1}}", "(3,16): unknown parameter 'loss.epsilom'; did you mean 'loss.epsilon'?")]
    [InlineData("fixed: {loss: {epsilon: 1}, loss.epsilon: 1}", "(3,29): 'loss.epsilon' is given here and also in line 3; keep one.")]
    [InlineData("loss: {epsilon: 1}", "(3,1): the parameter 'loss' belongs under 'fixed', 'grid' or 'zip'.")]
    [InlineData("fixed: {loss: 1}", "(3,9): unknown parameter 'loss'; there are loss.variance_weight, loss.covariance_weight and loss.epsilon.")]
    [InlineData("fixed: {model.dropout: null}", "(3,24): 'model.dropout' has no value; it must be a number, at least 0 and less than 1.")]
    [InlineData("fixed: {train.optimizer: sgd, train.momentum: null}",
        "(1,1): 'train.momentum' is null, but does something where train.optimizer is sgd or lars; give it a value.")]
    [InlineData("zip: [{rows: []}]", "(3,14): 'rows' must be a list of rows, each a mapping that gives the same parameters a value.")]
    [InlineData("zip: [{rows: [{train.epochs: 1}, {loss.epsilon: 1}]}]",
        "(3,34): this row does not give 'train.epochs'; every row has the same parameters.\ndemo.yaml(3,35): 'loss.epsilon' is not in the first row; every row has the same parameters.")]
    [InlineData("zip: [{rows: [{train.epochs: [1, 2]}]}]", "(3,30): 'train.epochs' is a list, but a row gives a parameter a single value.")]
    [InlineData("zip: [{rows: [{train.epochs: 1}], loss.epsilon: [1]}]",
        "(3,35): 'loss.epsilon' stands beside 'rows'; a group of 'zip' is either rows or parameters with lists.")]
    [InlineData("zip: [{rows: [{train.epochs: 1}, {train.epochs: 1}]}]", "(3,7): this group has train.epochs 1 twice; keep one.")]
    [InlineData("fixed: {loss.epsilon: {of: loss.epsilom}}", "(3,28): unknown parameter 'loss.epsilom'; did you mean 'loss.epsilon'?")]
    [InlineData("fixed: {loss.epsilon: {of: train.epochs, time: 2}}",
        "(3,42): unknown key 'time'; a parameter that follows another is {of: PARAMETER, times: NUMBER}.")]
    [InlineData("grid: {loss.epsilon: {of: train.epochs}}",
        "(3,22): 'loss.epsilon' follows another parameter, which is no axis of its own; put it under 'fixed'.")]
    [InlineData("fixed: {train.epochs: {of: loss.epsilon, times: 3}}",
        "(3,23): 'train.epochs' would be 0.0003, 3 times 'loss.epsilon', which is 0.0001, but must be a whole number, at least 1.")]
    [InlineData("fixed: {model.dropout: {of: train.epochs, times: 0.2}}\ngrid: {train.epochs: [1, 5]}",
        "(3,24): 'model.dropout' would be 1, 0.2 times 'train.epochs', which is 5, but must be a number, at least 0 and less than 1.")]
    [InlineData("fixed: {train.shift: {of: train.optimizer, times: 2}}", "(3,22): 'train.shift' is 2 times 'train.optimizer', which is 'adam' and no number.")]
    [InlineData("fixed: {loss.epsilon: {of: train.shift}}", "(3,23): 'loss.epsilon' follows 'train.shift', which is not given and has no default.")]
    [InlineData("fixed: {loss.epsilon: {of: train.shift}, train.shift: {of: loss.epsilon}}",
        "(3,23): parameters follow each other in a circle: loss.epsilon -> train.shift -> loss.epsilon.")]
    [InlineData("base: [a]", "(3,7): 'base' is a list, but must be the path of another sweep file, such as common.yaml.")]
    [InlineData("grid: {loss.epsilon: {log: [1, 2]}}", "(3,22): the axis of 'loss.epsilon' has no 'count'; write {log: [a, b], count: n}.")]
    [InlineData("search: {method: bayes, count: 4, generations: 2, batch: 2, metric: embedding/knn_top1}\ngrid: {loss.epsilon: [1, 2]}",
        "(3,25): 'count' goes with 'method: sobol'; bayes takes 'generations' and 'batch'.")]
    [InlineData("search: {method: bayes, generations: 1, batch: 2, metric: embedding/knn_top1}\ngrid: {loss.epsilon: [1, 2]}",
        "(3,38): 'search.generations' is 1, but must be at least 2 and at most 100.")]
    [InlineData("search: {method: bayes, generations: 2, metric: embedding/knn_top1}\ngrid: {loss.epsilon: [1, 2]}",
        "(3,9): 'search.batch' is missing; it must be a whole number, at least 2 and at most 1024.")]
    [InlineData("search: {method: sobol, count: 2, metric: embedding/knn_top1}\ngrid: {loss.epsilon: [1, 2]}",
        "(3,35): 'metric' goes with 'method: bayes'; sobol takes 'count'.")]
    [InlineData("search: {method: bayes, generations: 2, batch: 2, metric: embedding/std_mean}\ngrid: {loss.epsilon: [1, 2]}",
        "(3,59): neither end of 'embedding/std_mean' is the better one; add 'goal: maximize' or 'goal: minimize'.")]
    [InlineData("search: {method: bayes, generations: 100, batch: 100, metric: embedding/knn_top1}\ngrid: {loss.epsilon: [1, 2]}",
        "(3,50): 100 generations of 100 points are 10000 points, but a search by results has at most 4096.")]
    [InlineData("search: {method: sobol, count: 4}", "(3,1): 'search' has no axis to take points from; give parameters lists or ranges under 'grid'.")]
    [InlineData("search: {method: sobol}\ngrid: {loss.epsilon: {log: [1, 2]}}",
        "(3,9): 'search.count' is missing; it must be a whole number, at least 1 and at most 1000000.")]
    [InlineData("search: {method: sobol, count: 9}\ngrid: {loss.epsilon: [1, 2]}",
        "(3,1): 'search' found fewer than 9 different points among 576: the exclusions or the axes leave too few.")]
    [InlineData("search: {method: sobol, count: 2}\nsample: {count: 1}\ngrid: {loss.epsilon: [1, 2]}",
        "(4,1): 'sample' and 'search' do not go together: 'search' has a count of its own.")]
    [InlineData("search: {method: sobol, count: 2}\nblocks: [{name: a, grid: {loss.epsilon: [1, 2]}}]",
        "(4,1): 'search' and 'blocks' do not go together; search each block in a sweep of its own.")]
    [InlineData("search: {method: sobol, count: 2}\nzip: [{loss.epsilon: {log: [1, 2]}, train.shift: [1, 2]}]",
        "(4,22): the axis of 'loss.epsilon' has no 'count'; write {log: [a, b], count: n}.")]
    public void What_is_wrong_gets_a_sentence(string rest, string expected) =>
        Assert.Equal("demo.yaml" + expected, Assert.Throws<SweepException>(() => TestCatalogue.Plan(rest)).Message);

    [Fact]
    public void A_search_takes_numbers_from_ranges_and_values_from_lists()
    {
        var trials = TestCatalogue.Plan(
            "search: {method: sobol, count: 256, seed: 3}\ngrid: {loss.variance_weight: {log: [0.1, 100]}, train.shift: {linear: [-1, 3]}, train.epochs: {log: [1, 64]}, train.optimizer: [adam, sgd], loss.epsilon: {log: [1e-4, 1], count: 5}}")
            .Trials().ToList();

        Assert.Equal(256, trials.Count);
        Assert.All(trials, t => Assert.InRange(t.Settings.Real("loss.variance_weight"), 0.1, 100));
        // Evenly over the logarithm: as many below the geometric middle as above it.
        Assert.Equal(128, trials.Count(t => t.Settings.Real("loss.variance_weight") < Math.Sqrt(10)));
        Assert.Equal(128, trials.Count(t => t.Settings.Real("train.shift") < 1));
        Assert.Equal(128, trials.Count(t => t.Settings.Text("train.optimizer") == "adam"));
        Assert.Equal([1e-4, 1e-3, 1e-2, 0.1, 1], trials.Select(t => t.Settings.Real("loss.epsilon")).Distinct().Order());
        Assert.Equal((1, 64), (trials.Min(t => t.Settings.Integer("train.epochs")), trials.Max(t => t.Settings.Integer("train.epochs"))));
        Assert.All(trials, t => Assert.True(t.Settings["loss.variance_weight"]!.Text.Replace(".", "", StringComparison.Ordinal).TrimStart('0').Length <= 6));
    }

    [Fact]
    public void A_search_by_results_begins_as_Sobols_does_and_says_what_it_looks_for()
    {
        const string Axes = "grid: {loss.variance_weight: {log: [0.1, 100]}, train.shift: {linear: [-1, 3]}}\n";

        var bayes = TestCatalogue.Plan("search: {method: bayes, generations: 3, batch: 64, metric: embedding/knn_top1}\n" + Axes);

        Assert.Equal(TestCatalogue.Plan("search: {method: sobol, count: 64}\n" + Axes).Trials().Select(t => t.Id), bayes.Trials().Select(t => t.Id));
        Assert.Equal((3, 64, "embedding/knn_top1", Better.More),
            (bayes.File.Search!.Generations, bayes.File.Search.Count, bayes.File.Search.Metric, bayes.File.Search.Goal));
        Assert.Equal(Better.Less, TestCatalogue.Read(
            "search: {method: bayes, generations: 3, batch: 64, metric: embedding/knn_top1, goal: minimize}\n" + Axes).Search!.Goal);
        Assert.Equal(new DeclaredGoal("embedding/knn_top1", null), DeclaredGoal.Of(bayes.File.Text));
        Assert.Null(DeclaredGoal.Of("search: {method: sobol, count: 64}"));
    }

    [Fact]
    public void A_search_by_results_begins_with_few_values_of_what_keeps_trials_out_of_a_stack()
    {
        var trials = TestCatalogue.Plan(
            "search: {method: bayes, generations: 2, batch: 128, metric: embedding/knn_top1}\n"
            + "grid: {loss.variance_weight: {log: [0.1, 100]}, model.embedding_dim: {log: [2, 512]}, model.representation_dim: {log: [2, 512]}}\n").Trials().ToList();

        var shapes = trials.CountBy(t => (t.Settings.Integer("model.embedding_dim"), t.Settings.Integer("model.representation_dim"))).ToList();

        Assert.Equal(8, shapes.Count);
        Assert.All(shapes, shape => Assert.Equal(16, shape.Value));
        Assert.Equal(128, trials.Select(t => t.Settings.Real("loss.variance_weight")).Distinct().Count());
    }

    [Fact]
    public void A_larger_search_begins_with_the_smaller_one_and_what_is_excluded_is_replaced()
    {
        const string Rest = "grid: {loss.variance_weight: {log: [0.1, 100]}, loss.covariance_weight: {log: [0.1, 100]}}\nexclude: [loss.variance_weight < loss.covariance_weight]";
        var (small, large) = (TestCatalogue.Plan("search: {method: sobol, count: 100}\n" + Rest),
            TestCatalogue.Plan("search: {method: sobol, count: 300}\n" + Rest));

        Assert.Equal((100, 300), (small.Points, large.Points));
        Assert.Equal(small.Trials().Select(t => t.Id), large.Trials().Take(100).Select(t => t.Id));
        Assert.All(large.Trials(), t => Assert.True(t.Settings.Real("loss.variance_weight") >= t.Settings.Real("loss.covariance_weight")));
        Assert.InRange(large.Exclusions[0].Count, 200, 400);
    }

    [Fact]
    public void A_follower_moves_with_what_is_searched() => Assert.All(
        TestCatalogue.Plan("search: {method: sobol, count: 50}\nfixed: {loss.covariance_weight: {of: loss.variance_weight}}\ngrid: {loss.variance_weight: {linear: [0, 1]}}").Trials(),
        t => Assert.Equal(t.Settings["loss.variance_weight"], t.Settings["loss.covariance_weight"]));

    [Fact]
    public void Declared_axes_see_through_all_forms()
    {
        var declared = DeclaredAxes.Of(
            "fixed: {loss: {covariance_weight: {of: loss.variance_weight}}}\ngrid: {loss: {variance_weight: [1, 2], epsilon: {log: [1, 2], count: 2}}, train.epochs: [1]}\nzip: [{rows: [{train: {optimizer: sgd, momentum: 0}}]}]");

        Assert.Equal([["loss.variance_weight", "loss.covariance_weight"], ["loss.epsilon"], ["train.epochs"], ["train.optimizer", "train.momentum"]],
            declared.Axes);
        Assert.True(DeclaredAxes.Of("search: {method: sobol}\ngrid: {a: {log: [1, 2]}}").IsSampled);
    }

    private static List<string> Ids(string rest) => [.. TestCatalogue.Plan(rest).Trials().Select(t => t.Id)];
}
