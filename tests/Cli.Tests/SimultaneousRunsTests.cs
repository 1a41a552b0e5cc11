using System.Text.Json;

namespace VicRegSweeps.Cli.Tests;

/// <summary>Two first runs of one sweep at the same instant are both fine; tests/Drills pairs does the same fifty times.</summary>
public sealed class SimultaneousRunsTests : IDisposable
{
    private const int Pairs = 3;

    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void Two_first_runs_at_the_same_instant_both_end_well_and_train_nothing_twice()
    {
        place.Write("tiny.yaml", Workplace.TinySweep + "run: {stack: 1}\n");
        Assert.Equal(0, place.Run("run", "tiny.yaml", "--store", "through.db").ExitCode);
        place.Run("export", "through.db", "--csv", "through");

        for (var pair = 0; pair < Pairs; pair++)
        {
            // Neither the store, nor its folder, nor the feature bank is there yet.
            string[] run = ["run", "tiny.yaml", "--store", $"pair-{pair}/new/sweep.db", "--cache", $"pair-{pair}/cache"];
            using var one = place.Start(run);
            using var other = place.Start(run);
            var ends = new[] { one, other }.Select(r => r.Finish(TimeSpan.FromMinutes(2))).ToList();

            Assert.All(ends, end => Assert.True(end.ExitCode == 0, end.Error));
            var status = JsonDocument.Parse(place.Run("status", $"pair-{pair}/new/sweep.db", "--json").Output).RootElement;
            Assert.Equal((4, 4), (status.GetProperty("completed").GetInt32(), status.GetProperty("total").GetInt32()));
            place.Run("export", $"pair-{pair}/new/sweep.db", "--csv", $"csv-{pair}");
            Assert.Equal(place.Lines("through/curves.csv"), place.Lines($"csv-{pair}/curves.csv"));
            Assert.Equal(place.Lines("through/metrics.csv"), place.Lines($"csv-{pair}/metrics.csv"));
        }
    }
}
