using System.Globalization;
using System.Text.Json;
using CsCheck;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Exclusions;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Tests.Catalogue;
using VicRegSweeps.SweepEngine.Tests.SweepFiles;

namespace VicRegSweeps.SweepEngine.Tests.Exclusions;

/// <summary>What exclusions mean. How wrong ones are refused is in <see cref="WrongSweepFileTests"/>.</summary>
public class ExclusionTests
{
    private const int MostCharacters = 4096;

    private static readonly string[] Comparisons = ["==", "!=", "<", "<=", ">", ">="];

    [Theory]
    // Comparisons.
    [InlineData("loss.variance_weight == 25", true)]
    [InlineData("loss.variance_weight != 25", false)]
    [InlineData("loss.variance_weight > 25", false)]
    [InlineData("loss.variance_weight >= 25", true)]
    [InlineData("loss.variance_weight < 0x1A", true)]
    [InlineData("24 < loss.variance_weight < 26", true)]
    [InlineData("24 < loss.variance_weight < 25", false)]
    [InlineData("loss.variance_weight == model.embedding_dim / 2", true)]
    // Words, texts and truth values.
    [InlineData("train.optimizer == adam", true)]
    [InlineData("train.optimizer == 'adam'", true)]
    [InlineData("train.optimizer != \"sgd\"", true)]
    [InlineData("backbone.standardize", true)]
    [InlineData("backbone.standardize == false", false)]
    [InlineData("backbone.weights == 'solo-learn.safetensors'", false)]
    [InlineData("augment.views == 8", true)]
    [InlineData("augment.views == stream", false)]
    // Precedence: not over and over or; * over +; signs over *.
    [InlineData("train.epochs == 1 or train.epochs == 10 and loss.epsilon == 1e-4", true)]
    [InlineData("(train.epochs == 10 or train.epochs == 1) and loss.epsilon == 1", false)]
    [InlineData("not train.epochs == 1 and loss.epsilon == 1", false)]
    [InlineData("not (train.epochs == 1 and loss.epsilon == 1)", true)]
    [InlineData("not not backbone.standardize", true)]
    [InlineData("1 + 2 * train.epochs == 21", true)]
    [InlineData("(1 + 2) * train.epochs == 30", true)]
    [InlineData("train.epochs - 3 - 2 == 5", true)]
    [InlineData("train.epochs / 2 / 5 == 1", true)]
    [InlineData("-train.epochs * -1 == 10", true)]
    [InlineData("--train.epochs == +10", true)]
    // Decimals are compared as people write them.
    [InlineData("train.epochs * 0.1 + 0.2 == 1.2", true)]
    [InlineData("0.1 + 0.2 <= 0.3 and train.epochs == 10", true)]
    [InlineData("0.1 + 0.2 > 0.3 and train.epochs == 10", false)]
    [InlineData("loss.epsilon * 10 == 1e-3", true)]
    [InlineData("loss.epsilon == 1.0001e-4", false)]
    // What is absent is neither true nor false: momentum does nothing under Adam, and the shift has no default.
    [InlineData("train.momentum == 0.9", null)]
    [InlineData("train.momentum != 0.9", null)]
    [InlineData("not train.momentum > 1", null)]
    [InlineData("train.shift + 1 > 0", null)]
    [InlineData("train.momentum > 0.5 and train.epochs == 10", null)]
    [InlineData("train.momentum > 0.5 and train.epochs == 1", false)]
    [InlineData("train.momentum > 0.5 or train.epochs == 10", true)]
    [InlineData("train.momentum > 0.5 or train.epochs == 1", null)]
    [InlineData("0 < train.momentum < 1", null)]
    // What cannot be computed likewise.
    [InlineData("1 / loss.covariance_weight == 1", true)]
    [InlineData("1 / (loss.covariance_weight - 1) > 5", null)]
    [InlineData("1e300 * 1e300 * train.epochs > 5", null)]
    public void A_rule_means_what_it_says(string rule, bool? expected) => Assert.Equal(expected, Holds(rule));

    [Fact]
    public void Where_a_parameter_is_a_word_it_is_no_number_and_unequal_to_all()
    {
        Assert.Equal(true, Holds("augment.views == stream", ("augment.views", "stream")));
        Assert.Equal(false, Holds("augment.views == 8", ("augment.views", "stream")));
        Assert.Equal(true, Holds("augment.views != 8", ("augment.views", "stream")));
        Assert.Null(Holds("augment.views > 8", ("augment.views", "stream")));
    }

    [Fact]
    public void Arithmetic_agrees_with_decimals() =>
        Gen.Select(Decimal, Decimal, Decimal, OneOf(Comparisons)).Sample((a, b, c, comparison) =>
        {
            var rule = string.Create(CultureInfo.InvariantCulture, $"train.shift * {b} - ({c} + 1) {comparison} {a * b - c}");
            var (left, right) = (a * b - (c + 1), a * b - c);

            Assert.Equal(Compare(left, comparison, right), Holds(rule, ("train.shift", (double)a)));
        });

    [Fact]
    public void Logic_agrees_with_tables_of_three_values() =>
        Formula(3).Sample(formula => Assert.Equal(formula.Value, Holds(formula.Text)), iter: 2_000);

    [Fact]
    public void Any_text_is_a_rule_or_gets_a_sentence()
    {
        string[] pieces = ["loss.epsilon", "train.optimizer", "backbone.standardize", "adam", "'adam'", "\"", "'", "1", "1e9", ".", "and", "or", "not", "(",
            ")", "<", "==", "+", "-", "*", "/", "=", "!", " ", "true", "é", "\n", "🙂"];
        OneOf(pieces).Array[0, 20].Select(p => string.Join(' ', p)).Sample(
            text =>
            {
                try
                {
                    Rule(text).Holds(Point());
                }
                catch (SweepException refusal)
                {
                    Assert.All(refusal.Message.Split('\n'), m => Assert.Matches(@"^demo\.yaml\(\d+,\d+\): .*[.?]$", m));
                }
            },
            iter: 20_000);
    }

    [Theory]
    [InlineData("(", ")", 2000)]
    [InlineData("not ", "", 1000)]
    [InlineData("-", "", 4000)]
    public void Deep_nesting_gets_a_sentence(string before, string after, int times)
    {
        var text = string.Concat(Enumerable.Repeat(before, times)) + "1" + string.Concat(Enumerable.Repeat(after, times));

        var refusal = Assert.Throws<SweepException>(() => Rule(text[..Math.Min(text.Length, MostCharacters)]));

        Assert.Matches(@"^demo\.yaml\(3,\d+\): this is nested more than 32 levels deep; a rule never needs that\.$", refusal.Message);
    }

    [Fact]
    public void The_longest_rule_is_evaluated_and_a_longer_one_refused()
    {
        var longest = "train.epochs" + string.Concat(Enumerable.Repeat("+1", 2039)) + " > 1";
        Assert.InRange(longest.Length, 4090, MostCharacters);

        Assert.Equal(true, Holds(longest));
        Assert.EndsWith(
            "characters, but may have at most 4096.", Assert.Throws<SweepException>(() => Rule(longest + "          ")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_removes_the_points_for_which_it_is_true_and_is_counted_once()
    {
        var plan = TestCatalogue.Plan(
            """
            grid:
              train.optimizer: [adam, sgd]
              train.momentum: [0.1, 0.9]
              loss.epsilon: [1, 2, 3]
            exclude:
              - train.momentum > 0.5
              - loss.epsilon >= 2 and train.optimizer == sgd
              - loss.epsilon > 5
            """);

        // Of Adam's six points, three are equal to others; of SGD's six, three have momentum 0.9 and two more a large ε.
        Assert.Equal([3, 2, 0], plan.Exclusions.Select(e => e.Count));
        Assert.Equal(["train.momentum > 0.5", "loss.epsilon >= 2 and train.optimizer == sgd", "loss.epsilon > 5"],
            plan.Exclusions.Select(e => e.Exclusion.Rule));
        Assert.Equal((4, 3), (plan.Points, plan.Merged));
        Assert.Equal(["adam  1", "adam  2", "adam  3", "sgd 0.1 1"], plan.Trials()
            .Select(t => $"{t.Settings["train.optimizer"]} {t.Settings["train.momentum"]} {t.Settings["loss.epsilon"]}"));
    }

    [Theory]
    [InlineData("grid: {train.epochs: [1, 2]}\nexclude: [train.epochs < 3]", "(4,11): the exclusions remove both points; nothing is left to run.")]
    [InlineData("grid: {train.epochs: [1, 2, 3]}\nexclude:\n  - train.epochs < 3\n  - train.epochs == 3", "(5,5): the exclusions remove all 3 points; nothing is left to run.")]
    [InlineData("exclude: [train.epochs == 10]", "(3,11): the exclusions remove the only point; nothing is left to run.")]
    [InlineData("grid: {train.epochs: [1, 2, 3]}\nexclude: [loss.epsilon == 1]\nblocks: [{name: large, fixed: {loss.epsilon: 1}}]",
        "(4,11): the exclusions remove all 3 points of the block 'large'; nothing is left to run.")]
    public void Exclusions_that_leave_nothing_are_an_error(string rest, string expected) =>
        Assert.Equal("demo.yaml" + expected, Assert.Throws<SweepException>(() => TestCatalogue.Plan(rest)).Message);

    private static Gen<decimal> Decimal =>
        Gen.Select(Gen.Int[-999, 999], Gen.Int[0, 3], (digits, places) => new decimal(digits) / (decimal)Math.Pow(10, places));

    /// <summary>Formulas over something true, something false and something unknown, with their values by the tables of Kleene's logic.</summary>
    private static Gen<(string Text, bool? Value)> Formula(int depth)
    {
        var atom = OneOf<(string, bool?)>([("train.epochs == 10", true), ("train.epochs == 1", false), ("train.momentum == 1", null)]);
        if (depth == 0)
            return atom;
        var inner = Formula(depth - 1);
        return Gen.OneOf(
            atom,
            inner.Select(f => ($"not ({f.Text})", f.Value is null ? null : !f.Value)),
            Gen.Select(inner, inner, (a, b) =>
            ($"({a.Text}) and ({b.Text})", a.Value == false || b.Value == false ? false : a.Value is null || b.Value is null ? (bool?)null : true)),
            Gen.Select(inner, inner, (a, b) =>
            ($"({a.Text}) or ({b.Text})", a.Value == true || b.Value == true ? true : a.Value is null || b.Value is null ? (bool?)null : false)));
    }

    private static bool Compare(decimal a, string comparison, decimal b) => comparison switch
    {
        "==" => a == b,
        "!=" => a != b,
        "<" => a < b,
        "<=" => a <= b,
        ">" => a > b,
        _ => a >= b,
    };

    private static bool? Holds(string rule, params (string, ParameterValue)[] named) => Rule(rule).Holds(Point(named));

    /// <summary>JSON's way to write text is one of YAML's.</summary>
    private static Exclusion Rule(string rule) =>
        Assert.Single(TestCatalogue.Read($"exclude: [{JsonSerializer.Serialize(rule)}]").Blocks[0].Exclusions);

    private static Gen<T> OneOf<T>(T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static TrialSettings Point(params (string, ParameterValue)[] named) => TrialSettings.From(TestCatalogue.Instance, named);
}
