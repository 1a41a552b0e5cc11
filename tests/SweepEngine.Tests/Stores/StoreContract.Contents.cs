using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.SweepFiles;
using VicRegSweeps.SweepEngine.Tests.Running;

namespace VicRegSweeps.SweepEngine.Tests.Stores;

/// <summary>What lies at a path tells trials apart where a parameter says so, and never the path.</summary>
public abstract partial class StoreContract
{
    private static readonly ParameterCatalogue Located = new(
        [
            .. FormulaRunner.Parameters.Parameters,
            new() { Name = "formula.file", Kind = ParameterKind.Path, Default = null, Doc = "A file.", IsLocation = true, CountsByContent = true },
            new() { Name = "formula.weights", Kind = ParameterKind.Path, Default = "random", Birth = "random", Words = ["random"], Doc = "Another.", CountsByContent = true },
        ],
        vocabulary: FormulaRunner.Words);

    [Fact]
    public void The_same_content_elsewhere_is_the_same_trial_and_is_found_there_from_then_on()
    {
        using var sweep = Sweep();
        using var store = sweep.Open(Located);
        Register(store, Planned("a", ("a", "aaaa")).Take(1));
        Assert.Equal(1, Run(store, sweep));
        Register(store, Planned("a", ("a", "aaaa")));

        var moved = Planned("b", ("b", "aaaa"));

        Assert.Equal(new SweepChange(0, 2, 0, 0, 2, 1, 0, 0), store.ChangeBy(moved.Plan));
        Assert.Equal(new Registration(Added: 0, Kept: 2, Orphaned: 0), Register(store, moved));
        Assert.All(sweep.Trials(), trial => Assert.Equal(("b", "aaaa"), (trial.Settings["formula.file"].Text, trial.Settings["formula.file"].Content)));
        using var reader = sweep.Read();
        reader.RefuseDamage();
        Assert.Equal(2, Run(store, sweep));
    }

    [Fact]
    public void Other_content_at_the_same_path_makes_new_trials_and_the_change_says_why()
    {
        using var sweep = Sweep();
        using var store = sweep.Open(Located);
        Register(store, Planned("a", ("a", "aaaa")));
        Assert.Equal(2, Run(store, sweep));

        var changed = Planned("a", ("a", "bbbb"));

        var change = store.ChangeBy(changed.Plan);
        Assert.Equal((2, 0, 2, 2), (change.AddedPoints, change.KeptPoints, change.OrphanedPoints, change.OrphanedFinished));
        Assert.Equal([("formula.file", "a")], change.OtherContents);
        Assert.Equal(new Registration(Added: 2, Kept: 0, Orphaned: 2), Register(store, changed));
        Assert.Equal(["aaaa", "aaaa", "bbbb", "bbbb"], sweep.Trials().Select(t => t.Settings["formula.file"].Content));
    }

    [Fact]
    public void Paths_are_an_axis_and_two_of_the_same_content_are_one_point()
    {
        using var sweep = Sweep();
        using var store = sweep.Open(Located);

        var plan = Planned("a, b, c", ("a", "aaaa"), ("b", "bbbb"), ("c", "aaaa"));

        Assert.Equal((4, 2), (plan.Plan.TrialCount, plan.Plan.Merged));
        Assert.Equal(["formula.file", "formula.slope"], plan.Plan.Varying.Order());
        Assert.Equal(new Registration(Added: 4, Kept: 0, Orphaned: 0), Register(store, plan));
        Assert.Equal(2, sweep.Trials().Select(t => t.Settings["formula.file"].Text).Distinct().Count());
    }

    [Fact]
    public void What_nobody_has_looked_into_counts_as_it_reads()
    {
        var (file, weights) = (Settings(("formula.file", "a")), Settings(("formula.weights", "a")));

        Assert.Equal(Settings().PointId, file.PointId);
        Assert.NotEqual(Settings().PointId, weights.PointId);
        Assert.NotEqual(weights.PointId, Settings(("formula.weights", ParameterValue.Of("a") with { Content = "aaaa" })).PointId);
        Assert.Equal(
            Settings(("formula.weights", ParameterValue.Of("b") with { Content = "aaaa" })).PointId,
            Settings(("formula.weights", ParameterValue.Of("a") with { Content = "aaaa" })).PointId);
    }

    [Fact]
    public void Trials_of_an_older_version_are_told_by_their_path_and_stay_so()
    {
        using var sweep = Sweep();
        using var store = sweep.Open(Located);
        var old = Trial.Of(Settings(("formula.weights", "a")), seed: 0);
        Register(store, [Short(old)]);
        var whole = ParameterValue.Of("a") with { Content = "aaaa" };

        Assert.Equal(
            new Registration(Added: 1, Kept: 1, Orphaned: 0),
            Register(store, [Trial.Of(Settings(("formula.weights", whole)), seed: 0), Trial.Of(Settings(("formula.weights", whole)), seed: 1)]));

        var (first, second) = (sweep.Trials()[0], sweep.Trials()[1]);
        Assert.Equal((Short(old).Id, Short(old).Point, null), (first.Id, first.Point, first.Settings["formula.weights"].Content));
        Assert.Equal((first.Point, "aaaa"), (second.Point, second.Settings["formula.weights"].Content));
        Assert.Equal(2, Run(store, sweep));
    }

    [Fact]
    public void What_an_older_version_recorded_of_its_input_holds_for_trials_that_are_told_by_content()
    {
        using var sweep = Trained("aaaa", "/old");
        sweep.Runner.Input = _ => Images("bbbb", "/new") with { Settings = "images=64;file=bbbb", FormerSettings = "images=64" };
        sweep.Register(FormulaRunner.Grid(2));

        Assert.Contains("they were aaaa (in /old), and now they are bbbb (in /new)", Assert.Throws<SweepException>(() => sweep.Run()).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_trial_that_an_older_version_told_by_a_path_is_the_one_that_is_told_by_what_lies_there_when_stores_are_merged(bool isOldHere)
    {
        using var here = Weighted(isOldHere, "same weights", 0, 1, 2);
        using var there = Weighted(!isOldHere, "same weights", 1, 2, 3);
        var before = here.Trials().Select(t => t.Id).ToList();
        using var store = here.Open(Located);
        using var other = there.Read();

        var report = store.Merge(other);

        Assert.Equal((1, 1, 2, 0), (report.Added, report.Ended, report.Agreed, report.Disagreements.Count));
        Assert.Equal([0, 1, 2, 3], here.Trials().Select(t => t.Seed));
        Assert.Equal(before, here.Trials().Take(3).Select(t => t.Id));
        Assert.Single(here.Trials().Select(t => t.Point).Distinct());
        Assert.Equal((0, 3), (store.Merge(other).Added, store.Merge(other).Agreed));
        using var reader = here.Read();
        reader.RefuseDamage();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Where_other_weights_lay_at_the_path_then_stores_of_an_older_and_of_this_version_are_not_merged(bool isOldHere)
    {
        using var here = Weighted(isOldHere, "some weights", 0);
        using var there = Weighted(!isOldHere, "other weights", 0, 1);
        using var store = here.Open(Located);
        using var other = there.Read();

        Assert.Contains(
            "its weights (in /other weights) are others than those here (in /some weights), though the settings name them alike",
            Assert.Throws<SweepException>(() => store.Merge(other)).Message,
            StringComparison.Ordinal);

        Assert.Equal(0, Assert.Single(here.Trials()).Seed);
        using var reader = here.Read();
        Assert.Single(reader.Inputs());
    }

    [Fact]
    public void Trials_that_are_told_by_content_are_others_where_it_is_another_though_the_path_is_the_same()
    {
        using var here = Weighted(byPath: false, "some weights", 0);
        using var there = Weighted(byPath: false, "other weights", 0);
        using var store = here.Open(Located);
        using var other = there.Read();

        Assert.Equal((1, 1), (store.Merge(other).Added, here.Trials().Count(t => t.Settings["formula.weights"].Content == "other weights")));
    }

    /// <summary>A store whose trials were trained from a file of weights, which is told by its path as older versions told it, or by its content.</summary>
    private FormulaSweep Weighted(bool byPath, string content, params long[] seeds)
    {
        var sweep = Sweep();
        using var store = sweep.Open(Located);
        var file = ParameterValue.Of("w.safetensors");
        Register(store, seeds.Select(seed => byPath
            ? Short(Trial.Of(Settings(("formula.weights", file)), seed))
            : Trial.Of(Settings(("formula.weights", file with { Content = content })), seed)));
        var runner = new LaterRunner(Located)
        {
            Input = _ => new TrialInput("weights", $"weights={(byPath ? file.Text : content)}", $"sum of {content}", $"/{content}"),
        };
        Assert.Equal(seeds.Length, new SweepRun(store, runner, sweep.Observer, null, sweep.Time).Execute(CancellationToken.None).Status.Completed);
        return sweep;
    }

    private static TrialSettings Settings(params (string, ParameterValue)[] named) => TrialSettings.From(Located, named);

    /// <summary>Trials of two slopes for each of these files, with what lies in them.</summary>
    private static PlannedFiles Planned(string files, params (string Path, string Content)[] contents)
    {
        var lies = contents.ToDictionary(c => c.Path, c => c.Content);
        var file = SweepFileReader.Parse($"version: 1\nname: formula\ngrid: {{formula.file: [{files}], formula.slope: [0.5, 1.5]}}\n", "formula.yaml", Located);
        return new PlannedFiles(SweepPlan.Of(file, Located, contentOf: (parameter, settings) => lies[settings.Text(parameter.Name)]));
    }

    private static Registration Register(IStore store, IEnumerable<Trial> trials) =>
        store.Register("formula", "", "version: 1", trials, new LaterRunner(Located).StackKey);

    private static int Run(IStore store, FormulaSweep sweep) =>
        new SweepRun(store, new LaterRunner(Located), sweep.Observer, null, sweep.Time).Execute(CancellationToken.None).Status.Completed;

    private sealed record PlannedFiles(SweepPlan Plan) : IEnumerable<Trial>
    {
        public IEnumerator<Trial> GetEnumerator() => Plan.Trials().GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
