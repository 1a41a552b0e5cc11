using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.SweepFiles;
using VicRegSweeps.SweepEngine.Tests.Running;

namespace VicRegSweeps.SweepEngine.Tests.Stores;

/// <summary>Stores of older versions have twelve digits of each id, and go on with them.</summary>
public abstract partial class StoreContract
{
    private const string Grid = "version: 1\nname: formula\nseeds: 2\ngrid: {formula.slope: [0.5, 1.5, 2.5]}\n";

    private static readonly ParameterCatalogue Later = new(
        [
            .. FormulaRunner.Parameters.Parameters,
            new() { Name = "formula.later", Kind = ParameterKind.Real, Default = 2, Birth = 1, Doc = "What trials did not have before." },
        ],
        vocabulary: FormulaRunner.Words);

    [Fact]
    public void A_planned_trial_is_the_stored_one_whose_id_is_the_beginning_of_its_own()
    {
        using var sweep = Sweep();
        var plan = SweepPlan.Of(SweepFileReader.Parse(Grid, "formula.yaml", FormulaRunner.Parameters), FormulaRunner.Parameters);
        var old = plan.Trials().Where(t => t.Seed == 0).Select(Short).ToList();
        sweep.Register(old);
        sweep.Run();

        Assert.Equal(new SweepChange(0, 3, 0, 3, 3, 3, 0, 0), sweep.Store.ChangeBy(plan));
        Assert.Equal(new Registration(Added: 3, Kept: 3, Orphaned: 0), sweep.Register(plan.Trials()));

        // Further seeds of a point have whole ids, and belong to the point as the store calls it.
        Assert.Equal([.. old.Select(t => t.Id), .. plan.Trials().Where(t => t.Seed == 1).Select(t => t.Id)], sweep.Trials().Select(t => t.Id));
        Assert.Equal([.. old.Select(t => t.Point), .. old.Select(t => t.Point)], sweep.Trials().Select(t => t.Point));
        Assert.Equal(new Registration(Added: 0, Kept: 6, Orphaned: 0), sweep.Register(plan.Trials()));
        Assert.Equal(6, sweep.Run().Status.Completed);
    }

    [Fact]
    public void Another_trial_whose_id_begins_like_a_stored_one_is_a_trial_of_its_own()
    {
        using var sweep = Sweep();
        var (old, other) = (Short(FormulaRunner.Trial(0, ("formula.slope", 1))), FormulaRunner.Trial(0, ("formula.slope", 2)));
        sweep.Register(old);
        other = other with { Id = $"{old.Id}0123" };

        Assert.Equal(new Registration(Added: 1, Kept: 0, Orphaned: 1), sweep.Register(other));
        Assert.Contains(
            "two different trials have the id",
            Assert.Throws<SweepException>(() => sweep.Register(FormulaRunner.Trial(0, ("formula.slope", 3)) with { Id = other.Id })).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Stores_with_short_and_with_whole_ids_have_the_same_trials(bool isShortHere)
    {
        using var here = Trained([.. All[..4].Select(t => isShortHere ? Short(t) : t)]);
        using var there = Trained([.. All[2..].Select(t => isShortHere ? t : Short(t))]);
        var before = here.Trials().Select(t => t.Id).ToList();

        var report = here.Merge(there);

        Assert.Equal((2, 2, 2, 0), (report.Added, report.Ended, report.Agreed, report.Disagreements.Count));
        Assert.Equal(before, here.Trials().Take(4).Select(t => t.Id));
        Assert.Equal((0, 4), (here.Merge(there).Added, here.Merge(there).Agreed));
        using var reader = here.Read();
        reader.RefuseDamage();
    }

    [Fact]
    public void A_result_that_comes_from_a_store_with_short_ids_is_whole_under_the_id_that_it_gets()
    {
        using var here = Sweep();
        here.Register(All);
        using var there = Trained([.. All.Select(Short)]);

        Assert.Equal((0, 6), (here.Merge(there).Added, here.Store.Status().Completed));

        Assert.Equal(All.Select(t => t.Id), here.Trials().Select(t => t.Id));
        using var reader = here.Read();
        reader.RefuseDamage();
    }

    [Fact]
    public void An_interrupted_store_of_an_older_version_goes_on_under_a_catalogue_that_has_grown()
    {
        using var sweep = Sweep();
        sweep.Register(All.Select(Short));
        Run(sweep, 14);
        var before = sweep.Trials();

        using (var store = sweep.Open(Later))
        {
            var runner = new LaterRunner();
            var plan = All.Select((_, i) => Trial.Of(TrialSettings.From(Later, ("formula.slope", 0.1 + i), ("formula.later", 1)), seed: 0));
            Assert.Equal(new Registration(Added: 0, Kept: 6, Orphaned: 0), store.Register("formula", "", "version: 1", plan, runner.StackKey));
            var run = new SweepRun(store, runner, sweep.Observer, null, sweep.Time);
            Assert.Equal(6, run.Execute(CancellationToken.None).Status.Completed);
            Assert.All(runner.Seen, trial => Assert.Equal(1, trial.Settings.Real("formula.later")));
        }

        Assert.Equal(before.Select(t => (t.Id, t.Point)), sweep.Trials().Select(t => (t.Id, t.Point)));
        using var whole = Trained(All);
        Assert.Equal(Values(whole), Values(sweep));
    }

    /// <summary>The trial as a version with twelve digits named it.</summary>
    private static Trial Short(Trial trial) => trial with { Id = trial.Id[..TrialSettings.ShortIdDigits], Point = trial.Point[..TrialSettings.ShortIdDigits] };

    /// <summary>All loss rows, without the ids of their trials.</summary>
    private static List<LossRow> Values(FormulaSweep sweep)
    {
        using var reader = sweep.Read();
        return [.. reader.Losses().Select(l => l.Row)];
    }

    /// <summary>The formula under a catalogue with one parameter more.</summary>
    private sealed class LaterRunner(ParameterCatalogue? catalogue = null) : ITrialRunner
    {
        private readonly FormulaRunner formula = new();

        public Func<Trial, TrialInput>? Input { init => formula.Input = value; }

        public List<Trial> Seen { get; } = [];

        public ParameterCatalogue Catalogue => catalogue ?? Later;

        public string StackKey(Trial trial) => formula.StackKey(trial);

        public int StackWidth(Trial trial) => formula.StackWidth(trial);

        public void Run(StackWork work, ITrialSink sink, CancellationToken cancel)
        {
            Seen.AddRange(work.Trials);
            formula.Run(work, sink, cancel);
        }
    }
}
