using Dapper;
using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Tests.Running;

namespace VicRegSweeps.SweepEngine.Tests.Stores;

/// <summary>A number that is not the one that was recorded is noticed, whatever table it stands in.</summary>
public sealed class TrialDigestTests
{
    [Theory]
    [InlineData("UPDATE term_value SET value = 0.75 WHERE trial = 2 AND step = 10 AND term = 3")]
    [InlineData("DELETE FROM term_value WHERE trial = 2 AND step = 10 AND term = 3")]
    [InlineData("DELETE FROM term_value WHERE trial = 2 AND step = 10")]
    [InlineData("DELETE FROM logged_step WHERE trial = 2 AND step = 10")]
    [InlineData("UPDATE logged_step SET batches = 6 WHERE trial = 2 AND step = 10")]
    [InlineData("UPDATE panel SET value = NULL WHERE evaluation = 3 AND metric = 1")]
    [InlineData("UPDATE evaluation SET verdict = 'dimensional' WHERE number = 3")]
    [InlineData("UPDATE evaluation SET spectrum = '[1]' WHERE number = 3")]
    [InlineData("UPDATE trial SET seconds = seconds * 2 WHERE number = 2")]
    [InlineData("UPDATE trial SET settings = json_set(settings, '$.\"formula.slope\"', 7) WHERE number = 2")]
    [InlineData("UPDATE trial SET seed = 4 WHERE number = 2")]
    [InlineData("UPDATE trial SET digest = 'd' WHERE number = 2")]
    public void What_was_changed_afterwards_is_refused(string change)
    {
        using var sweep = Done();
        using (var reader = sweep.Read()) reader.RefuseDamage();
        using (var connection = new SqliteConnection($"Data Source={sweep.Database};Pooling=False")) connection.Execute(change);

        using var later = sweep.Read();
        Assert.Contains("does not have the checksum", Assert.Throws<SweepException>(later.RefuseDamage).Message);
    }

    [Fact]
    public void Trials_that_wait_or_train_or_run_again_are_no_damage()
    {
        using var sweep = Done();
        sweep.Register(FormulaRunner.Grid(9));
        sweep.Store.LeaseNext(sweep.Request());
        using (var reader = sweep.Read()) reader.RefuseDamage();

        sweep.Store.Requeue(TrialState.Completed);
        using (var reader = sweep.Read()) reader.RefuseDamage();
    }

    private static FormulaSweep Done()
    {
        var sweep = new FormulaSweep(onDisk: true);
        sweep.Register(FormulaRunner.Grid(4));
        sweep.Run();
        return sweep;
    }
}
