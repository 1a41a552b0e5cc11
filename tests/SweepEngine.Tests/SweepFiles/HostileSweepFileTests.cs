using System.Diagnostics;
using CsCheck;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.SweepFiles;
using VicRegSweeps.SweepEngine.Tests.Catalogue;

namespace VicRegSweeps.SweepEngine.Tests.SweepFiles;

/// <summary>Whatever a file holds, reading it ends soon, in a sweep or in a sentence.</summary>
public class HostileSweepFileTests
{
    /// <summary>Pieces that a random text is put together from, so that it often gets past the first character.</summary>
    private static readonly string[] Pieces =
    [
        "version: 1\n", "name: x\n", "grid:\n", "  loss.epsilon: ", "fixed: ", "seeds: ", "{log: [1, 2], count: 3}", "[", "]", "{", "}",
        ": ", "- ", "? ", ", ", "\n", "  ", "\t", "&a ", "*a", "!!int ", "|", ">", "'", "\"", "#", "%", "---\n", "...\n", "1e999", "0x", "-", "\r",
        "\u2028", "\uFEFF", "é", "\0", "<<: ", "\\x", "~", "train.epochs: 3\n", "@", "`",
    ];

    public static TheoryData<string> Repeated => [.. new[]
    {
        "[", "- ", "{a: ", "? ", "&a ", "[1,", "'", "!a ", "a: |\n", "%a b\n", "1", "\n", "{", "-\n", "k: &a 1\n", "0x1", "# ",
    }];

    [Fact]
    public void Any_text_is_a_sweep_or_gets_a_sentence() =>
        Gen.Int[0, Pieces.Length - 1].Select(i => Pieces[i]).Array[0, 30].Select(string.Concat).Sample(ReadOrRefuse, iter: 20_000);

    [Fact]
    public void Any_text_after_a_good_beginning_is_a_sweep_or_gets_a_sentence() =>
        Gen.Int[0, Pieces.Length - 1].Select(i => Pieces[i]).Array[0, 12].Select(p => "version: 1\nname: x\n" + string.Concat(p))
            .Sample(ReadOrRefuse, iter: 20_000);

    [Theory]
    [MemberData(nameof(Repeated))]
    public void Four_megabytes_of_one_thing_are_read_in_seconds(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 4_000_000 / piece.Length));
        var watch = Stopwatch.StartNew();

        ReadOrRefuse(text);
        ReadOrRefuse("version: 1\nname: x\ngrid: {train.epochs: [" + text);

        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 30);
    }

    [Fact]
    public void Four_megabytes_of_different_wrong_names_are_refused_in_seconds()
    {
        var text = "version: 1\nname: x\nfixed:\n" + string.Concat(Enumerable.Range(0, 200_000).Select(i => $"  train.epoch{i}: 1\n"));
        var watch = Stopwatch.StartNew();

        ReadOrRefuse(text);

        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 30);
    }

    [Fact]
    public void Axes_of_very_many_values_are_refused_before_they_are_generated()
    {
        var axes = string.Concat(TestCatalogue.Instance.Parameters.Where(p => p.Kind == ParameterKind.Real && p.Maximum is null)
            .Select(p => $"  {p.Name}: {{linear: [1, 2], count: 900000}}\n"));
        var watch = Stopwatch.StartNew();

        var refusal = Assert.Throws<SweepException>(() => TestCatalogue.Read("grid:\n" + axes));

        Assert.Equal(5, refusal.Message.Split('\n').Count(m => m.EndsWith("the axes have more than 1000000 values together.", StringComparison.Ordinal)));
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 20);
    }

    [Fact]
    public void Anchors_that_would_multiply_to_a_billion_are_refused_one_by_one()
    {
        var levels = string.Concat(Enumerable.Range(1, 9).Select(i => $"k{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));

        var refusal = Assert.Throws<SweepException>(() => TestCatalogue.Read("k0: &a0 [x]\n" + levels));

        Assert.Contains("demo.yaml(4,5): the anchor '&a1' is not supported in sweep files; leave it out.", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("demo.yaml(4,10): the alias '*a0' refers to another place, which sweep files do not support; write the value out.", refusal.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("loss.epsilon == 1", 1, 1001, "there are more than 1000 exclusions.")]
    [InlineData("(", 5000, 1, "this rule has 5000 characters, but may have at most 4096.")]
    public void Exclusions_beyond_measure_get_a_sentence(string piece, int pieces, int rules, string expected)
    {
        var text = "[" + string.Join(", ", Enumerable.Repeat(string.Concat(Enumerable.Repeat(piece, pieces)), rules)) + "]";

        var refusal = Assert.Throws<SweepException>(() => TestCatalogue.Read("exclude: " + text));

        Assert.EndsWith(expected, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_thousand_blocks_of_large_grids_are_refused_before_they_are_expanded()
    {
        var blocks = string.Concat(Enumerable.Range(1, 1000).Select(i => $"  - {{name: b{i}, fixed: {{loss.epsilon: {i}}}}}\n"));
        const string Grid = "grid: {loss.variance_weight: {linear: [1, 2], count: 1000}, loss.covariance_weight: {linear: [1, 2], count: 1000}}\n";

        var refusal = Assert.Throws<SweepException>(() => TestCatalogue.Plan(Grid + "blocks:\n" + blocks));

        Assert.Equal("demo.yaml(3,1): the sweep has 1001000000 trials, but may have at most 10000000.", refusal.Message);
    }

    private static void ReadOrRefuse(string text)
    {
        try
        {
            SweepPlan.Of(SweepFileReader.Parse(text, "x.yaml", TestCatalogue.Instance), TestCatalogue.Instance, mostTrials: 1000);
        }
        catch (SweepException refusal)
        {
            Assert.All(refusal.Message.Split('\n'), m => Assert.Matches(@"^x\.yaml(\(\d+,\d+\))?: .*[.?]$", m));
        }
    }
}
