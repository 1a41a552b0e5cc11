using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.SweepFiles;
using VicRegSweeps.SweepEngine.Tests.Running;
using VicRegSweeps.SweepEngine.Verifying;

namespace VicRegSweeps.SweepEngine.Tests.Stores;

public abstract partial class StoreContract
{
    /// <summary>Two grounds with three towers each, of two heights, for two seeds.</summary>
    private static List<Trial> Towers =>
    [
        .. from depth in new[] { 1.0, 2.0 }
           from floors in new[] { 1, 2, 2 }.Index()
           from seed in new[] { 0, 1 }
           select StagedRunner.Of(seed, ("ground.depth", depth), ("tower.floors", floors.Item), ("tower.floor", 3.0 + floors.Index)),
    ];

    [Fact]
    public void Stages_are_trained_once_and_before_what_is_built_on_them()
    {
        using var sweep = Sweep();
        using var site = sweep.Open(StagedRunner.Parameters);
        var runner = new StagedRunner();

        Assert.Equal(new Registration(Added: 12 + 4, Kept: 0, Orphaned: 0), Plan(site, runner, Towers));
        Assert.Equal(16, Run(sweep, site, runner).Status.Completed);

        Assert.Equal(16, runner.Trained.Distinct().Count());
        Assert.Equal(16, runner.Trained.Count);
        Assert.All(runner.Trained.Index().Where(t => t.Item.Stage is not null), t => Assert.Contains(t.Item.Stage!, runner.Trained.Take(t.Index)));
        Assert.Equal([.. Towers.Select(Height)], [.. Heights(sweep).Where(h => h.Floors > 0).Select(h => h.Value)]);
        Assert.Equal([-1, -2], Heights(sweep).Where(h => h.Floors == 0).Select(h => h.Value).Distinct());
    }

    [Fact]
    public void Whatever_is_interrupted_when_every_stage_ends_once_and_the_numbers_are_the_same()
    {
        for (var pace = 1; pace < 12; pace += 2)
        {
            using var sweep = Sweep();
            using var site = sweep.Open(StagedRunner.Parameters);
            Plan(site, new StagedRunner(), Towers);
            StoreStatus status;
            do
            {
                // The worker is told to leave after some steps, or its lease runs out while it trains.
                using var cancel = new CancellationTokenSource();
                var steps = 0;
                var runner = new StagedRunner { BeforeStep = () => { if (++steps == pace) cancel.Cancel(); } };
                status = new SweepRun(site, runner, sweep.Observer, null, sweep.Time).Execute(cancel.Token).Status;
            }
            while (status.Pending > 0);

            Assert.Equal(16, status.Completed);
            Assert.Equal([.. Towers.Select(Height)], [.. Heights(sweep).Where(h => h.Floors > 0).Select(h => h.Value)]);
        }
    }

    [Fact]
    public void A_trial_ends_as_the_one_that_it_is_built_on_and_is_run_again_with_it()
    {
        using var sweep = Sweep();
        using var site = sweep.Open(StagedRunner.Parameters);
        var runner = new StagedRunner();
        Plan(site, runner, [StagedRunner.Of(0, ("ground.ending", "diverge"), ("tower.floors", 1)),
            StagedRunner.Of(0, ("ground.ending", "diverge"), ("tower.floors", 2))]);

        Assert.Equal((0, 3), (Run(sweep, site, runner).Status.Completed, site.Status().Failed));

        var (stage, towers) = (sweep.Trials()[0], sweep.Trials().Skip(1).ToList());
        Assert.All(towers, t => Assert.Equal(
            (TrialState.Failed, FailureClasses.Diverged, $"the trial {stage.Id}, which it is built on, failed: it fell in"),
            (t.State, t.FailureClass, t.Reason)));
        Assert.Equal(["2 trials are built on trials that did not complete, and ended with them."], sweep.Observer.Messages);
        Assert.Equal(3, site.Requeue(TrialState.Failed));
        Assert.Equal(3, site.Status().Pending);
    }

    [Fact]
    public void A_stage_whose_file_is_gone_or_damaged_is_trained_again_and_that_is_said()
    {
        foreach (var harm in new Action<string>[] { File.Delete, path => File.WriteAllText(path, "7") })
        {
            using var sweep = Sweep();
            using var site = sweep.Open(StagedRunner.Parameters);
            var runner = new StagedRunner();
            Plan(site, runner, [StagedRunner.Of(0)]);
            Run(sweep, site, runner);
            using (var reader = sweep.Read()) harm(Assert.Single(reader.ArtifactsNamed(StagedRunner.Level)).Path!);
            Plan(site, runner, [StagedRunner.Of(0, ("tower.floors", 2))]);

            Assert.Equal(2, Run(sweep, site, runner).Status.Completed);

            Assert.Matches("^Trial [0-9a-f]{16}, which others are built on, is trained again: the artifact .* (is not there any more|is damaged: .*)\\.$",
                Assert.Single(sweep.Observer.Messages));
            Assert.Equal([-1, 5], Heights(sweep).Select(h => h.Value));
        }
    }

    [Fact]
    public void A_stack_that_cannot_go_on_from_its_checkpoint_begins_again_on_its_stages()
    {
        using var sweep = Sweep();
        using var site = sweep.Open(StagedRunner.Parameters);
        Plan(site, new StagedRunner(), [StagedRunner.Of(0)]);
        Run(sweep, site, new StagedRunner());
        Plan(site, new StagedRunner(), [StagedRunner.Of(0, ("tower.floors", 2))]);
        using (var cancel = new CancellationTokenSource())
        {
            var steps = 0;
            new SweepRun(site, new StagedRunner { BeforeStep = () => { if (++steps == 3) cancel.Cancel(); } }, sweep.Observer, null, sweep.Time)
                .Execute(cancel.Token);
        }

        Assert.Equal(2, Run(sweep, site, new StagedRunner { KnowsCheckpoints = false }).Status.Completed);

        Assert.Contains("cannot go on from its checkpoint at step 3", Assert.Single(sweep.Observer.Messages), StringComparison.Ordinal);
        Assert.Equal([-1, 5], Heights(sweep).Select(h => h.Value));
    }

    [Theory]
    [InlineData("all", 5)]
    [InlineData("best", 1)]
    [InlineData("none", 0)]
    public void What_trials_leave_is_kept_as_they_say(string keep, int files)
    {
        using var sweep = Sweep();
        using var site = sweep.Open(StagedRunner.Parameters);
        var runner = new StagedRunner();
        Plan(site, runner, [.. new[] { 3, 2, 0.5, 4, 1 }.Select(depth => StagedRunner.Of(0, ("ground.depth", depth), ("keep.level", keep)))]);

        Run(sweep, site, runner);

        using var reader = sweep.Read();
        var kept = reader.ArtifactsNamed(StagedRunner.Level);
        Assert.Equal(files, kept.Count);
        Assert.All(kept, a => Assert.Null(a.Fault));
        var folder = sweep["artifacts"];
        Assert.Equal(kept.Select(a => a.Path).Order(), Directory.Exists(folder) ? Directory.GetFiles(folder).Order() : []);
        if (keep != "best") return;

        Assert.Equal(("site/height", -0.5), (kept[0].BestBy, Math.Round(kept[0].Value!.Value, 9)));
        Assert.Equal(kept[0].Value, double.Parse(File.ReadAllText(kept[0].Path!), System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Metrics_that_only_some_trials_have_rank_where_the_runner_says_from_the_first_such_trial_on()
    {
        using var sweep = Sweep();
        using var site = sweep.Open(StagedRunner.Parameters);
        var runner = new StagedRunner();
        Plan(site, runner, [StagedRunner.Of(0)]);
        using (var before = sweep.Read()) Assert.Equal(["height"], before.Vocabulary.Headlines);

        Plan(site, runner, [StagedRunner.Of(0), StagedRunner.Of(0, ("tower.floors", 2))]);

        using var reader = sweep.Read();
        Assert.Equal(["reach", "height"], reader.Vocabulary.Headlines);
    }

    [Fact]
    public void What_others_wait_for_is_kept_whatever_the_trial_says()
    {
        using var sweep = Sweep();
        using var site = sweep.Open(StagedRunner.Parameters);
        var runner = new StagedRunner();
        var tower = StagedRunner.Of(0, ("tower.floors", 1), ("keep.level", "none"));

        Plan(site, runner, [tower]);

        Assert.Equal(2, Run(sweep, site, runner).Status.Completed);
        Assert.Equal([-1, 2], Heights(sweep).Select(h => h.Value));
    }

    [Fact]
    public void A_trial_that_is_run_again_leaves_its_file_again()
    {
        using var sweep = Sweep();
        using var site = sweep.Open(StagedRunner.Parameters);
        var runner = new StagedRunner();
        Plan(site, runner, [StagedRunner.Of(0), StagedRunner.Of(1)]);
        Run(sweep, site, runner);

        site.Requeue(TrialState.Completed);
        using (var reader = sweep.Read()) Assert.Empty(reader.ArtifactsNamed(StagedRunner.Level));
        Run(sweep, site, runner);

        using var again = sweep.Read();
        Assert.Equal(again.ArtifactsNamed(StagedRunner.Level).Select(a => a.Path).Order(), Directory.GetFiles(sweep["artifacts"]).Order());
        Assert.All(again.Trials(), t => Assert.Single(again.Artifacts(t.Id)));
    }

    [Fact]
    public void Merging_takes_files_and_what_is_built_on_what_along()
    {
        using var here = Sweep();
        using var there = Sweep();
        using var mine = here.Open(StagedRunner.Parameters);
        using var theirs = there.Open(StagedRunner.Parameters);
        var runner = new StagedRunner();
        Plan(theirs, runner, Towers);
        Run(there, theirs, runner);
        Plan(mine, runner, [.. Towers.Take(1), StagedRunner.Of(7)]);

        using (var other = there.Read()) mine.Merge(other);

        using var reader = here.Read();
        Assert.Equal(16, reader.ArtifactsNamed(StagedRunner.Level).Count);
        Assert.All(reader.ArtifactsNamed(StagedRunner.Level), a => Assert.Equal((null, here["artifacts"]), (a.Fault, Path.GetDirectoryName(a.Path))));
        mine.Requeue(TrialState.Completed);
        Assert.Equal(17, Run(here, mine, runner).Status.Completed);
        Assert.Equal([.. Heights(there).Select(h => h.Value).Order()], [.. Heights(here).Where(h => h.Seed != 7).Select(h => h.Value).Order()]);
    }

    [Fact]
    public void A_rehearsal_compares_what_trials_leave()
    {
        using var sweep = Sweep();
        using var site = sweep.Open(StagedRunner.Parameters);
        Plan(site, new StagedRunner(), [StagedRunner.Of(0), StagedRunner.Of(1, ("tower.floors", 2))]);
        Run(sweep, site, new StagedRunner());

        using var reader = sweep.Read();
        Assert.All(Verification.Run(reader, new StagedRunner(), 3, null, sweep.Observer, CancellationToken.None), v =>
            Assert.Equal((null, null), (v.Largest, v.Obstacle)));
    }

    [Fact]
    public void A_plan_names_the_stages_that_it_needs_and_planning_again_changes_nothing()
    {
        var plan = PlanOf("seeds: 2\ngrid: {ground.depth: [1, 2], tower.floors: [1, 2]}");
        using var sweep = Sweep();
        using var site = sweep.Open(StagedRunner.Parameters);

        Assert.Equal((8, 4), (plan.TrialCount, plan.Stages.Count));
        Assert.Equal([.. plan.Trials().Select(t => t.Stage!.Id).Distinct()], [.. plan.Stages.Select(t => t.Id)]);
        Assert.Equal(new SweepChange(6, 0, 0, 12, 0, 0, 0, 0), site.ChangeBy(plan));
        Assert.Equal(new Registration(Added: 12, Kept: 0, Orphaned: 0), Plan(site, new StagedRunner(), plan.Trials()));
        Assert.Equal(new SweepChange(0, 6, 0, 0, 12, 0, 0, 0), site.ChangeBy(plan));
        Assert.Equal(new Registration(Added: 0, Kept: 12, Orphaned: 0), Plan(site, new StagedRunner(), plan.Trials()));
    }

    [Fact]
    public void A_space_that_only_some_trials_have_is_in_stores_with_such_trials_alone()
    {
        using var sweep = Sweep();
        using (var site = sweep.Open(StagedRunner.Parameters))
        {
            Plan(site, new StagedRunner(), [StagedRunner.Of(0)]);
            Run(sweep, site, new StagedRunner());
        }

        using (var reader = sweep.Read())
        {
            Assert.Null(reader.Vocabulary.SpaceOf("outlook"));
            Assert.DoesNotContain("reach", reader.Vocabulary.Metrics.Select(m => m.Name));
        }

        using (var site = sweep.Open(StagedRunner.Parameters))
        {
            Plan(site, new StagedRunner(), [StagedRunner.Of(0), StagedRunner.Of(0, ("tower.floors", 2))]);
            Run(sweep, site, new StagedRunner());
        }

        Assert.Equal([null, Math.Round(Math.Sqrt(5), 9)], Reach());
        using (sweep.Open(StagedRunner.Parameters)) Assert.Equal([null, Math.Round(Math.Sqrt(5), 9)], Reach());

        double?[] Reach()
        {
            using var reader = sweep.Read();
            var place = reader.Spaces.Index().Single(s => s.Item.Name == "outlook").Index;
            Assert.Equal(["reach"], reader.Metrics[place].Select(m => m.Name));
            return [.. reader.Trials().Select(t => t.Panels[place]?.Values.Single() is { } value ? Math.Round(value, 9) : (double?)null)];
        }
    }

    [Fact]
    public void A_stage_that_a_plan_names_itself_is_no_further_one()
    {
        var plan = PlanOf("grid: {ground.depth: [1, 2], tower.floors: [0, 1]}\nexclude: [ground.depth == 2 and tower.floors == 0]");

        Assert.Equal(3, plan.TrialCount);
        Assert.Equal("2", Assert.Single(plan.Stages).Settings["ground.depth"]!.Text);
    }

    private static SweepPlan PlanOf(string file) =>
        SweepPlan.Of(SweepFileReader.Parse($"version: 1\nname: site\n{file}\n", "site.yaml", StagedRunner.Parameters), StagedRunner.Parameters);

    private static Registration Plan(IStore store, StagedRunner runner, IEnumerable<Trial> trials) =>
        store.Register("site", "How high?", "version: 1", trials, runner.StackKey);

    private static RunSummary Run(FormulaSweep sweep, IStore store, StagedRunner runner) =>
        new SweepRun(store, runner, sweep.Observer, null, sweep.Time).Execute(CancellationToken.None);

    private static double Height(Trial tower) =>
        -tower.Settings.Real("ground.depth") + (tower.Settings.Integer("tower.floors") * tower.Settings.Real("tower.floor"));

    private static List<(long Seed, int Floors, double Value)> Heights(FormulaSweep sweep) =>
        [.. sweep.Trials().Select(t => (t.Seed, (int)t.Settings["tower.floors"].Number!, Math.Round(t.Panels[0]!.Values.Single()!.Value, 9)))];
}
