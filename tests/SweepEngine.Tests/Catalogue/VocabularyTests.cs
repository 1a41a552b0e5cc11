using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.Tests.Catalogue;

public sealed class VocabularyTests
{
    private static readonly VerdictWord[] Verdicts = [new("none", "", "It is well.")];

    private static readonly Vocabulary Words = new()
    {
        Terms = [new("total", "All."), new("late", "Of some trials.") { Space = "some" }],
        Metrics = [new("size", "How large.") { Better = Better.More }, new("skill", "How good.")],
        Spaces = [new("all", "Of all trials") { Verdicts = Verdicts, Metrics = ["size"] },
            new("some", "Of some trials") { Verdicts = Verdicts, Metrics = ["skill"], When = _ => false }],
        Artifacts = [new("first", "Of all."), new("second", "Of some.") { BestBy = "some/skill" }, new("third", "By a term.") { BestBy = "loss/total" }],
        Objective = "some/skill",
    };

    [Fact]
    public void Without_a_space_nothing_is_left_that_is_of_it_alone()
    {
        var left = Words.Having().Checked();

        Assert.Equal(["total"], left.Terms.Select(t => t.Name));
        Assert.Equal(["size"], left.Metrics.Select(m => m.Name));
        Assert.Equal(["first", "third"], left.Artifacts.Select(a => a.Name));
        Assert.Null(left.Objective);
        Assert.Same(Words, Words.Having("some"));
    }

    [Theory]
    [InlineData("all/size@k=5", Better.More)]
    [InlineData("all/size", Better.More)]
    [InlineData("some/skill@k=5", Better.Neither)]
    [InlineData("all/nothing@k=5", Better.Neither)]
    public void A_further_metric_is_good_at_the_end_where_its_own_is(string name, Better better) => Assert.Equal(better, Words.BetterOf(name));

    [Theory]
    [InlineData("size@k=5@t=0.1", true)]
    [InlineData("size@ridge=1E-05", true)]
    [InlineData("size@", false)]
    [InlineData("size@k=x", false)]
    [InlineData("Size", false)]
    public void Names_of_metrics_are_plain_but_for_what_further_ones_are_of(string name, bool isAllowed)
    {
        var words = Words with { Metrics = [.. Words.Metrics, new(name, "")] };

        if (isAllowed) Assert.Same(words, words.Checked());
        else Assert.Contains($"'{name}'", Assert.Throws<ArgumentException>(words.Checked).Message, StringComparison.Ordinal);
    }
}
