using System.Text.RegularExpressions;
using VicRegSweeps.Formula;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Cli.Tests;

/// <summary>The verbs that read a store take their words from it: here it is another runner's than VICReg's.</summary>
public sealed partial class OtherWordsTests : IDisposable
{
    private readonly Workplace place = new();

    public OtherWordsTests()
    {
        var runner = new MapRunner();
        using var store = StoreRooms.CreateOrOpen(place.PathOf("sweep.db"), runner.Catalogue, TimeProvider.System);
        var trials = new[] { 1.0, 2, 8 }.Select(stiffness => Trial.Of(TrialSettings.From(runner.Catalogue, [("sheet.stiffness", stiffness)]), seed: 0));
        store.Register("maps", "How stiff?", "version: 1", trials, runner.StackKey);
        new SweepRun(store, runner, new Printer()).Execute(CancellationToken.None);
    }

    public void Dispose() => place.Dispose();

    [Fact]
    public void Watching_shows_the_best_by_its_objective_and_how_many_are_torn() => Assert.Contains(
        "; best so far 10.", Regex.Match(place.Run("status", "sweep.db", "--watch").Output,
            "trials 3 of 3 finished.* map/distortion .*torn 33 % of maps").Value, StringComparison.Ordinal);

    [Fact]
    public void No_verb_says_a_word_of_VICReg()
    {
        var trial = place.Run("export", "sweep.db", "--md", "--where", "tear_map == ripped").Output.Split('\n')[2].Split('|')[1].Trim();
        string[][] verbs =
        [
            ["status", "sweep.db"], ["status", "sweep.db", "--json"], ["status", "sweep.db", "--watch"], ["export", "sweep.db", "--md"],
            ["show", "sweep.db", trial],
            ["export", "sweep.db", "--csv", "csv"], ["export", "sweep.db", "--parquet", "parquet"], ["report", "sweep.db", "--out", "report"],
        ];
        foreach (var verb in verbs)
        {
            var answer = place.Run(verb);
            Assert.Equal(0, answer.ExitCode);
            Assert.DoesNotMatch(OfVicReg(), answer.Output + answer.Error);
        }

        Assert.Contains(",tear_map,", place.Lines("csv/trials.csv")[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_metric_that_it_does_not_have_is_refused_with_those_that_it_has() => Assert.Contains(
        "'embedding/knn_top1', which the store does not have", place.Run("report", "sweep.db", "--metric", "embedding/knn_top1", "--out", "report").Error,
            StringComparison.Ordinal);

    [GeneratedRegex("invariance|covariance|embedding|representation|backbone|knn|kNN|participation|dimensional|[Cc]ollaps")]
    private static partial Regex OfVicReg();
}
