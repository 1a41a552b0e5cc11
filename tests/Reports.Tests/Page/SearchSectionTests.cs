using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stopping;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.SweepFiles;
using VicRegSweeps.SweepEngine.Tests.Running;
using VicRegSweeps.SweepEngine.Tests.Stores;

namespace VicRegSweeps.Reports.Tests.Page;

/// <summary>A search by results in the report and the exports, of a runner that is not VICReg's: less of its metric is better, and stiff sheets tear.</summary>
public sealed class SearchSectionTests : IDisposable
{
    private const string Search = """
        version: 1
        name: maps
        seeds: 2
        grid:
          sheet.stiffness: {log: [0.5, 20]}
          press.epochs: [2, 4]
        search: {method: bayes, generations: 3, batch: 8, metric: map/distortion}

        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_report_shows_generations_the_best_so_far_where_the_search_went_and_what_it_believes()
    {
        Run(Search);

        var page = Report();

        Assert.Contains("<section id=\"search\"", page, StringComparison.Ordinal);
        Assert.Contains("<a href=\"#search\">The search</a>", page, StringComparison.Ordinal);
        Assert.Contains("The generations; 3 of 3 are in the store", page, StringComparison.Ordinal);
        Assert.Contains("the points were chosen by a search, each generation where the one before had good results", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Exact analysis of variance: a full factorial", page, StringComparison.Ordinal);
        Assert.All(new[] { "search-best", "search-points", "search-map" }, name => Assert.True(File.Exists(folder[$"report/figures/{name}.svg"]), name));
    }

    [Fact]
    public void A_search_finds_what_is_less_where_less_is_better_and_keeps_out_of_what_tears()
    {
        Run(Search);

        using var reader = StoreRooms.OpenReader(folder["sweep.db"]);
        var generations = reader.Memberships().ToDictionary(m => m.Trial, m => m.Generation);
        var means = reader.Trials().GroupBy(t => generations[t.Id]).ToDictionary(g => g.Key, g => g.Average(t => t.Settings["sheet.stiffness"].Number!.Value));

        // Evenly spread logarithms have a mean of 5.3; distortion falls with stiffness.
        Assert.InRange(means[1], 4, 7);
        Assert.InRange(means[3], 0.5, 2.5);
    }

    [Fact]
    public void Tables_say_which_generation_chose_a_trial_where_there_are_several()
    {
        Run(Search);
        Assert.Equal([.. Enumerable.Repeat("1", 16), .. Enumerable.Repeat("2", 16), .. Enumerable.Repeat("3", 16)], Column("trials.csv"));
        Assert.Equal([.. Enumerable.Repeat("1", 8), .. Enumerable.Repeat("2", 8), .. Enumerable.Repeat("3", 8)], Column("summary.csv"));
    }

    [Fact]
    public void A_search_that_learns_nothing_has_neither_the_section_nor_the_column()
    {
        Run(Search.Replace("bayes, generations: 3, batch: 8, metric: map/distortion", "sobol, count: 8", StringComparison.Ordinal));

        Assert.DoesNotContain("<section id=\"search\"", Report(), StringComparison.Ordinal);
        Assert.DoesNotContain("generation", Header("trials.csv"));
    }

    private void Run(string text)
    {
        var (runner, file) = (new MapRunner(), SweepFileReader.Parse(text, "maps.yaml", MapRunner.Parameters));
        var plan = SweepPlan.Of(file, MapRunner.Parameters);
        using var store = StoreRooms.CreateOrOpen(folder["sweep.db"], MapRunner.Parameters, TimeProvider.System);
        store.Register(file.Name, "", file.Text, plan.Trials(), runner.StackKey, SweepRules.Of(file));
        Assert.True(new SweepRun(store, runner, new RecordingObserver()).Execute(CancellationToken.None).Status.IsDone);
    }

    private string Report()
    {
        using var reader = StoreRooms.OpenReader(folder["sweep.db"]);
        return File.ReadAllText(Reports.Page.Report.Write(reader, folder["report"])[0]);
    }

    private string[] Header(string table) => Lines(table)[0].Split(',');

    private string[] Column(string table)
    {
        var place = Array.IndexOf(Header(table), "generation");
        return [.. Lines(table).Skip(1).Select(line => line.Split(',')[place])];
    }

    private string[] Lines(string table)
    {
        using var reader = StoreRooms.OpenReader(folder["sweep.db"]);
        Export.Csv(reader, folder["csv"], new ExportChoice());
        return File.ReadAllLines(Path.Combine(folder["csv"], table));
    }
}
