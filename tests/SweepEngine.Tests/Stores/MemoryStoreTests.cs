using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.Tests.Running;

namespace VicRegSweeps.SweepEngine.Tests.Stores;

/// <summary>What every store promises, kept by the store in memory that other tests run on.</summary>
public sealed class MemoryStoreTests : StoreContract
{
    [Fact]
    public void A_trial_has_the_same_checksum_in_every_room()
    {
        using var here = Sweep();
        using var there = new FormulaSweep(onDisk: true);
        string[] endings = ["complete", "stop", "diverge"];
        foreach (var sweep in new[] { here, there })
        {
            sweep.Register(Enumerable.Range(0, 6).Select(i => FormulaRunner.Trial(i, ("formula.slope", i / 3.0), ("formula.ending", endings[i % 3]))));
            sweep.Run();
        }

        Assert.Equal(6, Digests(here).Count);
        Assert.All(Digests(here), digest => Assert.Matches("^[0-9a-f]{32}$", digest));
        Assert.Equal(Digests(there), Digests(here));
    }

    private protected override FormulaSweep Sweep(FormulaRunner? runner = null) => new(runner);

    private static List<string?> Digests(FormulaSweep sweep)
    {
        using var reader = sweep.Read();
        return ((StoreReader)reader).Room.Read(rows => rows.StoredTrials().Select(t => t.Digest).ToList());
    }
}
