using VicRegSweeps.Reports.Single;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;
using static VicRegSweeps.Reports.Tests.ScriptedSweep;

namespace VicRegSweeps.Reports.Tests.Single;

public sealed class TrialPortraitTests
{
    [Fact]
    public void A_collapsed_trial_is_put_beside_its_nearest_healthy_neighbour()
    {
        using var sweep = new ScriptedSweep(ByWeights, Grid(2));
        using var reader = sweep.Read();
        var trials = reader.Trials().ToList();
        var collapsed = trials.First(t => t.Seed == 1 && t.Settings["loss.variance_weight"].Number == 25 && t.Settings["loss.covariance_weight"].Number == 0);
        var neighbour = HealthyNeighbour.Of(collapsed, trials, reader.Spaces, ["loss.variance_weight", "loss.covariance_weight"])!;

        Assert.Equal((1, 25.0, 1.0), (neighbour.Seed, neighbour.Settings["loss.variance_weight"].Number, neighbour.Settings["loss.covariance_weight"].Number));
        var text = Portrait(reader, collapsed.Id[..8]);
        Assert.Contains($"trial {collapsed.Id}, seed 1", text, StringComparison.Ordinal);
        Assert.Contains("representation: dimensional collapse, it is so", text, StringComparison.Ordinal);
        Assert.Matches($"loss.covariance_weight +0 +1\n", text);
        Assert.Contains(neighbour.Id[..8], text, StringComparison.Ordinal);
    }

    [Fact]
    public void Fewer_differing_parameters_come_before_nearer_values()
    {
        using var sweep = new ScriptedSweep(t =>
            new Script { Verdict = t.Settings.Real("loss.variance_weight") < 1 && t.Settings.Real("loss.covariance_weight") < 1 ? "complete" : "none" }, Grid(
            1));
        using var reader = sweep.Read();
        var trials = reader.Trials().ToList();

        // (0, 0) is ill; (0, 1) and (1, 0) differ in one parameter, and (1, 0) by half as many levels.
        Assert.Equal(1, HealthyNeighbour.Of(trials[0], trials, reader.Spaces,
            ["loss.variance_weight", "loss.covariance_weight"])!.Settings["loss.variance_weight"].Number);
    }

    [Fact]
    public void An_id_that_is_not_there_or_not_enough_is_a_sentence()
    {
        using var sweep = new ScriptedSweep(ByWeights, Grid(3));
        using var reader = sweep.Read();

        Assert.Contains("TRIAL is 'zzz', but there is no trial of that id", Assert.Throws<SweepException>(() => Portrait(reader, "zzz")).Message,
            StringComparison.Ordinal);
        Assert.Contains("but 18 trials begin so", Assert.Throws<SweepException>(() => Portrait(reader, "")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reason_cannot_steer_the_terminal()
    {
        using var sweep = new ScriptedSweep(_ => new Script { State = TrialState.Failed, Reason = "a\u001b[2Jb" }, Grid(1));
        using var reader = sweep.Read();

        Assert.DoesNotContain('\u001b', Portrait(reader, reader.Trials().First().Id));
    }

    private static string Portrait(IStoreReader reader, string id)
    {
        using var writer = new StringWriter();
        TrialPortrait.Write(reader, id, writer);
        return writer.ToString();
    }
}
