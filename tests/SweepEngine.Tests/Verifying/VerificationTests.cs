using Dapper;
using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Stopping;
using VicRegSweeps.SweepEngine.Tests.Running;
using VicRegSweeps.SweepEngine.Verifying;

namespace VicRegSweeps.SweepEngine.Tests.Verifying;

public sealed class VerificationTests
{
    [Fact]
    public void What_was_recorded_comes_out_again()
    {
        using var sweep = Done();

        var verified = Verify(sweep, 4);

        Assert.Equal(4, verified.Count);
        Assert.Equal(4, verified.Select(v => v.Trial).Distinct().Count());
        Assert.All(verified, v => Assert.True(v is { Largest: null, Obstacle: null, Values: >= 4 }));
    }

    [Fact]
    public void Asked_for_more_than_there_are_all_are_verified_but_those_that_broke()
    {
        using var sweep = Done();

        // Of twenty trials, four threw.
        Assert.Equal(16, Verify(sweep, 1000).Count);
    }

    [Fact]
    public void A_number_that_was_changed_is_found_and_shown_by_its_size()
    {
        using var sweep = Done();
        var trial = sweep.Trials()[0];
        using (var connection = new SqliteConnection($"Data Source={sweep.Database};Pooling=False"))
        {
            connection.Execute("UPDATE term_value SET value = value + 0.25 WHERE trial = 1 AND step = 10 AND term = 3");
        }

        var found = Assert.Single(Verify(sweep, 1000), v => v.Largest is not null);

        Assert.Equal(trial.Id, found.Trial);
        Assert.Equal("loss/variance at step 10", found.Largest!.What);
        Assert.Equal(0.25, found.Largest.Recorded - found.Largest.Again);
        using var reader = sweep.Read();
        var scale = reader.Losses(trial.Id).Max(l => Math.Abs(l.Terms[2]!.Value));
        Assert.Equal(0.25 / scale, found.Largest.Relative, 1e-12);
    }

    [Fact]
    public void A_trial_that_this_version_does_not_know_is_said_to_be_one()
    {
        using var sweep = Done();
        using (var connection = new SqliteConnection($"Data Source={sweep.Database};Pooling=False"))
        {
            connection.Execute("UPDATE trial SET settings = json_set(settings, '$.\"formula.lost\"', 1) WHERE number = 1");
        }

        Assert.Contains("another trial", Assert.Single(Verify(sweep, 1000), v => v.Obstacle is not null).Obstacle);
    }

    private static IReadOnlyList<VerifiedTrial> Verify(FormulaSweep sweep, int count)
    {
        using var reader = sweep.Read();
        return Verification.Run(reader, new FormulaRunner(), count, null, new RecordingObserver(), CancellationToken.None);
    }

    private static FormulaSweep Done()
    {
        var sweep = new FormulaSweep(onDisk: true);
        string[] endings = ["complete", "stop", "diverge", "throw", "complete"];
        sweep.Register(
            new SweepRules { MostRetries = 0, Stop = new StopRules { Halving = new HalvingRule("embedding/rank") { EveryEpochs = 2 } } },
            Enumerable.Range(0, 20).Select(i => FormulaRunner.Trial(i, ("formula.slope", 0.3 * i), ("formula.ending", endings[i % 5]))));
        sweep.Run();
        return sweep;
    }
}
