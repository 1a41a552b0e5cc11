using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.SweepFiles;

namespace VicRegSweeps.SweepEngine.Tests.Planning;

/// <summary>What a runner finds out about shared inputs is asked once for points that share them, and said of all of these.</summary>
public class SharedConflictTests
{
    [Fact]
    public void Points_that_share_all_of_it_are_asked_about_once()
    {
        var asked = new List<string>();
        var catalogue = Catalogue(s => Note(asked, s));

        var plan = SweepPlan.Of(Read(catalogue, "grid:\n  input.width: [1, 2, 3]\n  loss.weight: [1, 2, 3, 4, 5]\n"), catalogue);

        Assert.Equal(15, plan.Points);
        Assert.Equal(["here 1", "here 2", "here 3"], asked);
    }

    [Fact]
    public void A_location_of_a_block_is_asked_about_too()
    {
        var asked = new List<string>();
        var catalogue = Catalogue(s => Note(asked, s));

        SweepPlan.Of(
            Read(catalogue, "grid: {loss.weight: [1, 2]}\nblocks:\n  - {name: a, fixed: {input.path: there, input.width: 5}}\n  - {name: b, fixed: {input.width: 7}}\n"), catalogue);

        Assert.Equal(["here 1", "there 5", "here 7"], asked);
    }

    [Fact]
    public void The_sentence_is_said_with_the_number_of_points_that_it_is_true_of()
    {
        var catalogue = Catalogue(s => s.Integer("input.width") == 2 ? "'here' is narrower than 2." : null);

        var error = Assert.Throws<SweepException>(() => SweepPlan.Of(Read(catalogue, "grid:\n  input.width: [1, 2]\n  loss.weight: [1, 2, 3]\n"), catalogue));

        Assert.Contains("3 of 6 points cannot be trained, the first of them input.width 2, loss.weight 1: 'here' is narrower than 2.", error.Message,
            StringComparison.Ordinal);
    }

    private static string? Note(List<string> asked, TrialSettings s)
    {
        asked.Add($"{s.Text("input.path")} {s.Integer("input.width")}");
        return null;
    }

    private static ParameterCatalogue Catalogue(Func<TrialSettings, string?> shared) => new(
    [
        new() { Name = "input.path", Kind = ParameterKind.Path, Default = "here", Doc = "Where it lies.", IsLocation = true },
        new() { Name = "input.width", Kind = ParameterKind.Integer, Default = 1, Doc = "How wide it is.", SameWithinStack = true },
        new() { Name = "loss.weight", Kind = ParameterKind.Real, Default = 1, Doc = "A weight." },
    ])
    {
        SharedConflict = shared,
    };

    private static SweepFile Read(ParameterCatalogue catalogue, string rest) =>
        SweepFileReader.Parse("version: 1\nname: demo\n" + rest, "demo.yaml", catalogue);
}
