using CsCheck;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stopping;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.SweepEngine.Tests.Running;

/// <summary>What stop rules do to a sweep, and that an interruption changes nothing about it.</summary>
public sealed class StoppingTests
{
    private static readonly SweepRules Rules = new()
    {
        Stop = new StopRules
        {
            Collapse = new CollapseRule { Action = CollapseAction.Stop, AfterEpochs = 1, Sustained = 2 },
            Halving = new HalvingRule("embedding/rank") { Keep = 0.5, EveryEpochs = 3 },
        },
    };

    [Fact]
    public void Halving_leaves_the_best_of_a_stack_and_says_so_of_the_others()
    {
        using var sweep = new FormulaSweep(new FormulaRunner { Width = 8 });
        sweep.Register(
            new SweepRules { Stop = new StopRules { Halving = new HalvingRule("embedding/rank") { EveryEpochs = 2 } } }, Trials(8, epochs: 8));

        Assert.Equal((1, 7), (sweep.Run().Status.Completed, sweep.Store.Status().Stopped));

        // Rungs after epochs 2, 4 and 6: 8, 4, 2, 1. Whoever ended at a rung was worse there than all who went on.
        var trials = sweep.Trials();
        Assert.Equal([2, 2, 2, 2, 4, 4, 6, 8], trials.Select(t => t.Epochs!.Value).Order());
        using var reader = sweep.Read();
        var ranks = reader.MetricValues().Where(m => m is { Space: "embedding", Metric: "rank" }).ToLookup(m => (m.Trial, m.Epoch), m => m.Value);
        foreach (var rung in new[] { 2, 4, 6 })
        {
            var worstKept = trials.Where(t => t.Epochs > rung).Min(t => ranks[(t.Id, rung)].Single());
            Assert.All(trials.Where(t => t.Epochs == rung), t => Assert.True(ranks[(t.Id, rung)].Single() <= worstKept));
            Assert.All(trials.Where(t => t.Epochs == rung), t => Assert.StartsWith("stop.halving: embedding/rank was ", t.Reason));
        }
    }

    [Fact]
    public void The_seeds_of_a_point_are_in_one_stack_so_that_halving_judges_them_together()
    {
        using var sweep = new FormulaSweep(new FormulaRunner { Width = 7 });
        sweep.Register(
            new SweepRules { Stop = new StopRules { Halving = new HalvingRule("embedding/rank") { EveryEpochs = 1 } } }, FormulaRunner.Grid(4, seeds: 3));

        sweep.Run();

        Assert.Equal([6, 6], sweep.Runner.Runs.Select(w => w.Trials.Count));
        Assert.All(sweep.Trials().GroupBy(t => t.Point), point => Assert.Single(point.Select(t => t.State).Distinct()));
        Assert.Equal(6, sweep.Store.Status().Stopped);
    }

    [Theory]
    [InlineData("aaabbbccc", 7, 6)]
    [InlineData("aaabbbccc", 6, 6)]
    [InlineData("aaabbb", 9, 6)]
    [InlineData("aaaaa", 2, 2)]      // a point that is wider than a stack
    [InlineData("abbbb", 2, 1)]      // what is left of one, and another
    public void A_stack_takes_whole_points_where_it_can(string waiting, int width, int taken) =>
        Assert.Equal(taken, StackFormation.WholePoints([.. waiting.Take(width + 1).Select(p => p.ToString())], width));

    [Theory]
    [InlineData("aaabbb", 3)]
    [InlineData("aabbbb", 2)]
    [InlineData("aaaab", 4)]
    [InlineData("aaaa", 2)]
    [InlineData("abcde", 3)]
    public void A_stack_that_broke_is_halved_between_two_points_where_it_has_two(string points, int middle) =>
        Assert.Equal(middle, StackFormation.Middle([.. points.Select(p => p.ToString())]));

    [Fact]
    public void A_trial_may_train_as_long_as_its_sweep_says()
    {
        using var sweep = new FormulaSweep();
        sweep.Register(new SweepRules { Stop = new StopRules { Timeout = TimeSpan.FromSeconds(2.5) } }, Trials(4, epochs: 5));

        Assert.Equal(4, sweep.Run().Status.Failed);

        // A step takes a tenth of a second; after the third epoch it is too late.
        Assert.All(sweep.Trials(), t => Assert.Equal(("timeout", 3, 3.0), (t.FailureClass, t.Epochs, t.Seconds)));
    }

    [Fact]
    public void Time_is_counted_over_interruptions()
    {
        using var sweep = new FormulaSweep();
        sweep.Register(new SweepRules { Stop = new StopRules { Timeout = TimeSpan.FromSeconds(2.5) } }, Trials(4, epochs: 5));
        Interrupt(sweep, 14);
        Interrupt(sweep, 9);

        sweep.Run();

        Assert.All(sweep.Trials(), t => Assert.Equal(("timeout", 3), (t.FailureClass, t.Epochs)));
    }

    [Fact]
    public void Interrupted_or_killed_anywhere_the_same_trials_are_stopped_at_the_same_steps()
    {
        var whole = Record(_ => { });
        Assert.Contains("stop.halving", whole);
        Assert.Contains("stop.collapse", whole);
        Gen.Select(Gen.Int[0, 80].Array[1, 5], Gen.Bool).Sample(
            (gaps, kill) => Assert.Equal(whole, Record(sweep => Array.ForEach(gaps, gap => (kill ? (Action<FormulaSweep, int>)Kill : Interrupt)(sweep, gap)))),
            iter: 15,
            threads: 1);
    }

    [Fact]
    public void The_rules_of_a_sweep_hold_without_its_file_and_as_last_registered()
    {
        using var sweep = new FormulaSweep();
        sweep.Register(Trials(4, epochs: 5));
        sweep.Register(Rules with { MostRetries = 7 }, Trials(4, epochs: 5));

        using var later = sweep.Open();
        var rules = later.LeaseNext(sweep.Request()).Lease!.Rules;

        Assert.Equal(Rules with { MostRetries = 7 }, rules);
    }

    [Fact]
    public void Trials_of_sweeps_with_rules_of_their_own_are_not_stacked_together()
    {
        using var sweep = new FormulaSweep();
        sweep.Register(Trials(2, epochs: 3));
        sweep.Store.Register("other", "q", "f", Trials(4, epochs: 3), sweep.Runner.StackKey, Rules with { StackWidth = 1 });

        var leases = Enumerable.Range(0, 3).Select(_ => sweep.Store.LeaseNext(sweep.Request() with { StackWidth = (_, wish) => wish ?? 9 }).Lease!).ToList();

        Assert.Equal([2, 1, 1], leases.Select(l => l.Work.Trials.Count));
        Assert.Equal([SweepRules.Default, Rules with { StackWidth = 1 }], leases.Select(l => l.Rules).Distinct());
    }

    private static IEnumerable<Trial> Trials(int count, int epochs) => Enumerable.Range(0, count).Select(i =>
        FormulaRunner.Trial(i, ("formula.slope", 0.2 + (0.7 * i)), ("train.epochs", epochs)));

    private static string Record(Action<FormulaSweep> disturb)
    {
        using var sweep = new FormulaSweep(new FormulaRunner { Width = 8 });
        sweep.Register(Rules, Trials(20, epochs: 9));
        disturb(sweep);
        sweep.Run();
        using var reader = sweep.Read();
        return string.Join('\n',
        [
            .. reader.Trials().Select(t => $"{t.Id} {t.State} {t.Reason} {t.Epochs} {t.Steps} {t.Loss} {t.Panels[0]?.Verdict}"),
            .. reader.Losses().Select(l => l.ToString()),
            .. reader.MetricValues().Select(m => m.ToString()),
        ]);
    }

    private static void Interrupt(FormulaSweep sweep, int steps)
    {
        using var cancel = new CancellationTokenSource();
        sweep.RunWith(new FormulaRunner { Width = 8, BeforeStep = (_, _) => Count(() => cancel.Cancel()) }, null, cancel.Token);

        void Count(Action then)
        {
            sweep.Time.Advance(TimeSpan.FromSeconds(3));
            if (steps-- == 0) then();
        }
    }

    private static void Kill(FormulaSweep sweep, int steps)
    {
        using var store = sweep.Open();
        var runner = new FormulaRunner
        {
            Width = 8,
            BeforeStep = (_, _) =>
            {
                sweep.Time.Advance(TimeSpan.FromSeconds(3));
                if (steps-- == 0) store.Dispose();
            },
        };
        try
        {
            new SweepRun(store, runner, sweep.Observer, null, sweep.Time).Execute(CancellationToken.None);
        }
        catch (Exception error) when (error is not Xunit.Sdk.XunitException)
        {
            // As in a process that is no more: nothing after this moment counts.
        }

        sweep.Time.Advance(TimeSpan.FromMinutes(2));
    }
}
