using System.Text.RegularExpressions;
using VicRegSweeps.Reports.Page;
using VicRegSweeps.Reports.Single;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.Reports.Tests.Tables;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stopping;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.SweepFiles;
using VicRegSweeps.SweepEngine.Tests.Running;
using VicRegSweeps.SweepEngine.Tests.Stores;
using VicRegSweeps.SweepEngine.Verifying;

namespace VicRegSweeps.Reports.Tests;

/// <summary>
/// A runner that is not VICReg's goes through everything that the engine and the reports do, and what comes out is in its own
/// words: two terms without a total, one space, two verdicts.
/// </summary>
public sealed partial class OtherWordsTests : IDisposable
{
    private const string File = """
        version: 1
        name: maps
        question: How stiff may a sheet be?
        seeds: 2
        grid:
          sheet.stiffness: [1, 2, 3, 4, 5, 6, 7, 8]
        stop:
          collapse: {action: stop, after_epochs: 1, sustained: 1}
          halving: {metric: map/distortion, keep: 0.75, every_epochs: 2}
        run: {stack: 16}
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Without_a_goal_halving_keeps_the_points_that_have_less_of_what_less_is_better()
    {
        Run("sweep.db");

        using var reader = Read("sweep.db");
        var trials = reader.Trials().ToList();
        Assert.Equal(HalvingGoal.Minimize, SweepRules.Of(Parsed()).Stop.Halving!.Goal);
        Assert.All(trials.Where(t => Stiffness(t) == 8), t => Assert.Equal(
            "stop.collapse: its map was torn in 1 evaluation in a row (ripped: a stiffness of 8)", t.Reason));
        Assert.Equal([6, 7], trials.Where(t => t.Reason?.StartsWith("stop.halving: map/distortion was", StringComparison.Ordinal) == true).Select(Stiffness)
            .Distinct().Order());
        Assert.All(trials.Where(t => Stiffness(t) < 6), t => Assert.Equal(TrialState.Completed, t.State));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(11)]
    public void An_interrupted_sweep_ends_as_one_that_ran_through(int step)
    {
        Run("through.db");
        using (var stop = new CancellationTokenSource())
        {
            Train("sweep.db", new MapRunner { BeforeStep = done => { if (done == step) stop.Cancel(); } }, stop.Token);
        }

        using (var reader = Read("sweep.db")) Assert.Contains(reader.Trials(), t => t.State == TrialState.Pending);
        Run("sweep.db");

        Assert.Equal(Csv("through.db"), Csv("sweep.db"));
    }

    [Fact]
    public void Columns_are_the_runners_own()
    {
        Run("sweep.db");

        var tables = Csv("sweep.db");
        Assert.Equal(
            "trial,point,block,seed,state,reason,tear_map,epochs,steps,seconds,sheet.stiffness,loss/misfit,loss/strain,map/distortion,map/sharpness,censored",
            tables["trials.csv"].Split("\r\n")[0]);
        Assert.Equal("trial,seed,epoch,step,batches,loss/misfit,loss/strain", tables["curves.csv"].Split("\r\n")[0]);
        Assert.Equal(
            ["distortion", "sharpness"],
            CsvText.Read(folder["sweep.db.csv/metrics.csv"]).Skip(1).Where(row => row[3] == "map").Select(row => row[4]).Distinct());
        Assert.StartsWith("point,sheet.stiffness,n,loss/misfit:mean,", tables["summary.csv"], StringComparison.Ordinal);
        using var reader = Read("sweep.db");
        Assert.Equal(6, Export.Parquet(reader, folder["parquet"]).Count);
        using var text = new StringWriter();
        Export.Markdown(reader, text, new ExportChoice(WhereExpression.Of(reader, "tear_map == ripped and map.distortion > 20")));
        Assert.Equal("| trial | seed | state | tear_map | sheet.stiffness | loss/misfit | loss/strain | map/distortion | map/sharpness |", text.ToString()
            .Split('\n')[0].TrimEnd());
        Assert.Equal(2 + 2, text.ToString().TrimEnd().Split('\n').Length);
    }

    [Fact]
    public void The_views_have_its_words_and_a_reader_needs_no_runner()
    {
        Run("sweep.db");

        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={folder["sweep.db"]};Pooling=False");
        connection.Open();
        Assert.Equal(
            "number,id,point,block,seed,state,failure_class,reason,tear_map,epochs,steps,seconds,sheet.stiffness,sheet.sides,press.epochs,map.keep,"
            + "loss/misfit,loss/strain,map/distortion,map/sharpness",
            Columns("trial_summary"));
        Assert.Equal("number,id,seed,epoch,step,batches,misfit,strain", Columns("loss_curve"));
        Assert.Equal("number,trial,step,epoch,space,bank,dimension,centre,scale,samples", Columns("map"));
        using var reader = Read("sweep.db");
        Assert.Equivalent(MapRunner.Parameters.Vocabulary with { Spaces = [] }, reader.Vocabulary with { Spaces = [] }, strict: true);
        var (declared, space) = (MapRunner.Parameters.Vocabulary.Spaces[0], Assert.Single(reader.Vocabulary.Spaces));
        Assert.Equivalent(declared with { Metrics = ["distortion", "sharpness"] }, space, strict: true);

        string Columns(string view)
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"SELECT group_concat(name) FROM pragma_table_info('{view}')";
            return (string)command.ExecuteScalar()!;
        }
    }

    [Fact]
    public void The_best_and_the_torn_are_told_by_its_words()
    {
        Run("sweep.db");

        using var reader = Read("sweep.db");
        var standing = reader.Standing(Headlines.Objective(reader.Vocabulary));
        Assert.Equal("map/distortion", standing.Metric);
        Assert.Equal(1, Stiffness(reader.Trials().Single(t => t.Id == standing.Best!.Id)));
        Assert.Equal(2 / 16.0, standing.ShareCollapsed(reader.Spaces[0]));
        using var text = new StringWriter();
        TrialPortrait.Write(reader, reader.Trials().First(t => Stiffness(t) == 8).Id, text);
        Assert.Contains("map: ripped tear, a stiffness of 8 (epoch 1)", text.ToString(), StringComparison.Ordinal);
        Assert.Matches("\n  metric +map +meaning\n  distortion +[0-9.]+ +Mean change of an angle.\n", text.ToString());
    }

    [Fact]
    public void The_report_speaks_its_language()
    {
        Run("sweep.db");

        using var reader = Read("sweep.db");
        var files = Report.Write(reader, folder["report"]);
        var page = System.IO.File.ReadAllText(files[0]);
        Assert.Contains("The <b>map</b> tore in <b>2 of 16</b> trials", page, StringComparison.Ordinal);
        Assert.Contains("Ranked by map/distortion, less is better.", page, StringComparison.Ordinal);
        Assert.Contains(">Tear map<", page, StringComparison.Ordinal);
        Assert.Contains(">Maps<", page, StringComparison.Ordinal);
        Assert.Contains("\"spaces\":[{\"name\":\"map\",\"short\":\"map\",\"verdicts\":[\"sound\",\"ripped\"]", page, StringComparison.Ordinal);
        Assert.Contains(files, file => Path.GetFileName(file) == "tear-stiffness.svg");
        Assert.Contains(files, file => Path.GetFileName(file).StartsWith("maps-1-", StringComparison.Ordinal));
    }

    [Fact]
    public void No_word_of_another_runner_is_in_anything_that_is_written()
    {
        Run("sweep.db");

        using var reader = Read("sweep.db");
        using var text = new StringWriter();
        foreach (var trial in reader.Trials()) TrialPortrait.Write(reader, trial.Id, text);
        Export.Markdown(reader, text);
        var written = Report.Write(reader, folder["report"]).Where(file => !file.EndsWith(".png", StringComparison.Ordinal))
            .Select(file => (Name: file, Text: System.IO.File.ReadAllText(file)))
            .Concat(Csv("sweep.db").Select(table => (Name: table.Key, Text: table.Value)))
            .Append((Name: "text", Text: text.ToString()));
        Assert.All(written, file => Assert.DoesNotMatch(
            OfVicReg(), Path.GetFileName(file.Name) + file.Text.Replace("border-collapse: collapse", "", StringComparison.Ordinal)
            .Replace("stop.collapse", "", StringComparison.Ordinal)
                .Replace("collapse: {action", "", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_merged_store_gives_the_same_exports_and_a_trial_that_runs_again_the_same_numbers()
    {
        Run("sweep.db");
        using (var into = StoreRooms.CreateOrOpen(folder["into.db"], MapRunner.Parameters, TimeProvider.System))
        {
            using var from = Read("sweep.db");
            Assert.Equal((16, 0), (into.Merge(from).Added, into.Merge(from).Disagreements.Count));
        }

        Assert.Equal(Csv("sweep.db"), Csv("into.db"));
        using var reader = Read("into.db");
        reader.RefuseDamage();
        var verified = Verification.Run(reader, new MapRunner(), 16, null, new RecordingObserver(), CancellationToken.None);
        Assert.Equal(16, verified.Count);
        Assert.All(verified, trial => Assert.Equal((null, null), (trial.Largest, trial.Obstacle)));
        Assert.All(verified, trial => Assert.InRange(trial.Values, 6, 100));
    }

    [Fact]
    public void Stores_of_two_runners_unite_and_keep_the_words_of_both()
    {
        Run("sweep.db");
        using var formula = new FormulaSweep();
        formula.Register(FormulaRunner.Grid(3));
        formula.Run();

        using (var from = Read("sweep.db")) formula.Store.Merge(from);

        using var reader = formula.Read();
        reader.RefuseDamage();
        Assert.Equal(["total", "invariance", "variance", "covariance", "misfit", "strain"], reader.Vocabulary.Terms.Select(t => t.Name));
        Assert.Equal(["embedding", "representation", "map"], reader.Spaces.Select(s => s.Name));
        var map = reader.Trials().Last(t => t.State == TrialState.Completed);
        Assert.Equal([null, null, null, null], map.Loss!.Terms.Take(4));
        Assert.NotNull(map.Loss.Terms[4]);
        Assert.Equal((null, null, "sound"), (map.Panels[0], map.Panels[1], map.Panels[2]!.Verdict));
        Assert.Equal(2, map.Panels[2]!.Values.Count);
    }

    private static SweepFile Parsed() => SweepFileReader.Parse(File, "maps.yaml", MapRunner.Parameters);

    private static double Stiffness(RecordedTrial trial) => trial.Settings["sheet.stiffness"].Number!.Value;

    private void Run(string store) => Train(store, new MapRunner(), CancellationToken.None);

    private void Train(string store, MapRunner runner, CancellationToken cancel)
    {
        var file = Parsed();
        using var opened = StoreRooms.CreateOrOpen(folder[store], runner.Catalogue, TimeProvider.System);
        opened.Register(file.Name, file.Question!, File, SweepPlan.Of(file, runner.Catalogue).Trials(), runner.StackKey, SweepRules.Of(file));
        new SweepRun(opened, runner, new RecordingObserver(), new SweepRunOptions { WaitForOthers = false }).Execute(cancel);
    }

    private IStoreReader Read(string store) => StoreRooms.OpenReader(folder[store]);

    /// <summary>The text of every exported table.</summary>
    private Dictionary<string, string> Csv(string store)
    {
        using var reader = Read(store);
        return Export.Csv(reader, folder[$"{store}.csv"]).ToDictionary(path => Path.GetFileName(path), System.IO.File.ReadAllText);
    }

    [GeneratedRegex("invariance|covariance|embedding|representation|backbone|knn|participation|dimensional|[Cc]ollaps")]
    private static partial Regex OfVicReg();
}
