using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.SweepEngine.Tests.Stores;

public abstract partial class StoreContract
{
    [Fact]
    public void Registering_again_keeps_every_trial()
    {
        using var sweep = Sweep();

        Assert.Equal(new Registration(Added: 6, Kept: 0, Orphaned: 0), sweep.Register(FormulaRunner.Grid(3, seeds: 2)));
        Assert.Equal(new Registration(Added: 0, Kept: 6, Orphaned: 0), sweep.Register(FormulaRunner.Grid(3, seeds: 2)));
    }

    [Fact]
    public void A_parameter_that_comes_later_neither_renames_nor_orphans_nor_fails_the_trials_of_a_store()
    {
        using var sweep = Sweep();
        var before = FormulaRunner.Grid(3).ToList();
        sweep.Register(before);
        var later = new ParameterCatalogue(
        [
            .. FormulaRunner.Parameters.Parameters,
            new() { Name = "formula.later", Kind = ParameterKind.Real, Default = 2, Birth = 1, Doc = "What trials did not have before." },
        ]);
        using var store = sweep.Open(later);

        var leased = store.LeaseNext(sweep.Request()).Lease!.Work.Trials;
        Assert.Equal(before.Select(t => t.Id), leased.Select(t => t.Id));
        Assert.All(leased, t => Assert.Equal(1, t.Settings.Real("formula.later")));

        Trial[] now = [.. before.Select((_, i) => Named(i, 1)), Named(0, 2)];
        Assert.Equal([.. before.Select(t => t.Id)], now[..3].Select(t => t.Id));
        Assert.Equal(new Registration(Added: 1, Kept: 3, Orphaned: 0), store.Register("formula", "Does it add up?", "version: 1", now, sweep.Runner.StackKey));

        Trial Named(int point, double value) => Trial.Of(
            TrialSettings.From(later, ("formula.slope", 0.1 + point), ("formula.later", value)), seed: 0);
    }

    [Fact]
    public void A_changed_file_adds_keeps_and_orphans()
    {
        using var sweep = Sweep();
        sweep.Register(FormulaRunner.Grid(4));

        Assert.Equal(new Registration(Added: 2, Kept: 3, Orphaned: 1), sweep.Register(FormulaRunner.Grid(6).Skip(1)));
        Assert.Equal(5, sweep.Run().Status.Completed);
    }

    [Fact]
    public void Orphans_keep_their_results_and_lose_their_turn()
    {
        using var sweep = Sweep();
        var trials = FormulaRunner.Grid(3).ToList();
        sweep.Register(trials[0]);
        sweep.Run();
        sweep.Register(trials[1]);
        sweep.Register(trials[2]);

        Assert.Equal([trials[0].Id, trials[2].Id], sweep.Trials().Select(t => t.Id));
        Assert.Equal(2, sweep.Run().Status.Completed);
    }

    [Fact]
    public void A_trial_that_two_sweeps_share_is_one_and_an_orphan_of_neither_until_both_drop_it()
    {
        using var sweep = Sweep();
        var trial = FormulaRunner.Trial();
        sweep.Register(trial);
        Assert.Equal(1, sweep.Store.Register("other", "q", "f", [trial], sweep.Runner.StackKey).Kept);

        Assert.Equal(1, sweep.Register().Orphaned);
        Assert.Single(sweep.Trials());
        sweep.Store.Register("other", "q", "f2", [], sweep.Runner.StackKey);
        Assert.Empty(sweep.Trials());
    }

    [Fact]
    public void Where_the_data_lie_may_change_until_a_trial_has_ended()
    {
        using var sweep = Sweep();
        sweep.Register(FormulaRunner.Trial(0, ("data.path", "/old")));

        Assert.Equal(1, sweep.Register(FormulaRunner.Trial(0, ("data.path", "/new"))).Kept);
        Assert.Equal("/new", sweep.Trials()[0].Settings["data.path"].Text);
        sweep.Run();
        sweep.Register(FormulaRunner.Trial(0, ("data.path", "/newer")));
        Assert.Equal("/new", sweep.Trials()[0].Settings["data.path"].Text);
    }

    [Fact]
    public void Names_and_texts_are_data()
    {
        var evil = $"'); DROP TABLE trial; --\"\n{(HasNull ? "\0" : "")}%s{{0}}";
        using var sweep = Sweep();
        var trial = Trial.Of(FormulaRunner.Trial(0, ("formula.word", evil)).Settings, 0, evil);
        sweep.Store.Register(evil, evil, evil, [trial], _ => evil);
        sweep.Run();

        using var reader = sweep.Read();
        Assert.Equal(new RecordedSweep(evil, evil, evil), Assert.Single(reader.Sweeps()));
        var recorded = Assert.Single(reader.Trials());
        Assert.Equal((evil, evil), (recorded.Block, recorded.Settings["formula.word"].Text));
    }

    [Fact]
    public void Numbers_come_back_to_the_last_bit()
    {
        double[] values = [0.1, 1.0 / 3, 1e-300, double.MaxValue, double.Epsilon, -0.0, 123456789.123456789];
        using var sweep = Sweep();
        sweep.Register(values.Select(v => FormulaRunner.Trial(0, ("formula.slope", v))));

        Assert.Equal(values, sweep.Trials().Select(t => t.Settings["formula.slope"].Number!.Value));
    }
}
