namespace VicRegSweeps.SweepEngine.Tests;

public sealed class SweepRunTests
{
    [Fact]
    public void Every_trial_ends_in_exactly_one_final_row()
    {
        using var sweep = new FormulaSweep();
        sweep.Register(FormulaRunner.Grid(100, seeds: 3));

        var summary = sweep.Run();

        Assert.False(summary.Interrupted);
        Assert.Equal(300, summary.Status.Completed);
        Assert.Equal(300, summary.Status.Total);
        Assert.Equal(300, sweep.Observer.Finished.Distinct().Count());
        Assert.Equal(300, sweep.Observer.Finished.Count);
        Assert.All(sweep.Trials(), t => Assert.Equal(30, t.Steps));
    }
}
