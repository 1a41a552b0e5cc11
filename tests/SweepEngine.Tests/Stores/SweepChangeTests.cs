using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.SweepFiles;
using VicRegSweeps.SweepEngine.Tests.Catalogue;
using VicRegSweeps.SweepEngine.Tests.Planning;

namespace VicRegSweeps.SweepEngine.Tests.Stores;

/// <summary>What a changed file changes is known before anything is written.</summary>
public sealed class SweepChangeTests : IDisposable
{
    private const string Before = "seeds: 2\ngrid: {loss.epsilon: [1, 2, 3]}";
    private const string After = "seeds: [1, 2]\ngrid: {loss.epsilon: [2, 3, 4, 5]}";

    private readonly TemporaryFolder folder = new();
    private readonly TestRunner runner = new(width: 4);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_new_store_adds_everything()
    {
        using var store = Open();

        Assert.Equal(new SweepChange(3, 0, 0, 6, 0, 0, 0, 0), store.ChangeBy(TestCatalogue.Plan(Before)));
        Assert.False(store.ChangeBy(TestCatalogue.Plan(Before)).Continues);
    }

    [Fact]
    public void The_same_file_keeps_everything()
    {
        using var store = Open();
        Register(store, Before);

        Assert.Equal(new SweepChange(0, 3, 0, 0, 6, 0, 0, 0), store.ChangeBy(TestCatalogue.Plan(Before)));
    }

    [Fact]
    public void A_changed_file_adds_keeps_and_orphans_and_looking_writes_nothing()
    {
        using var store = Open();
        Register(store, Before);
        var before = File.ReadAllBytes(store.Address);

        var change = store.ChangeBy(TestCatalogue.Plan(After));

        // Points 4 and 5 are new, 2 and 3 are there, 1 is gone. Of their trials, seed 1 of 2 and 3 is there.
        Assert.Equal(new SweepChange(2, 2, 1, 6, 2, 0, 4, 0), change);
        Assert.Equal(before, File.ReadAllBytes(store.Address));
        using (var reader = StoreRooms.OpenReader(store.Address))
            Assert.Equal(change, reader.ChangeBy(TestCatalogue.Plan(After)));

        Assert.Equal((6, 2, 4), Register(store, After));
    }

    [Fact]
    public void Finished_trials_are_counted_among_the_kept_and_the_orphaned()
    {
        using var store = Open();
        Register(store, Before);
        var answer = store.LeaseNext(new LeaseRequest("w", TimeSpan.FromMinutes(1), (_, _) => 4));
        var finished = answer.Lease!.Work.Trials;
        var batch = new RowBatch();
        foreach (var trial in finished)
            batch.Add(trial, new Outcome(TrialState.Completed, null, null, 1, 1, 1));
        store.Record(answer.Lease, batch);

        var change = store.ChangeBy(TestCatalogue.Plan(After));

        // The first stack has both seeds of 1 and of 2: of these the file keeps seed 1 of 2.
        Assert.Equal((1, 3), (change.KeptFinished, change.OrphanedFinished));
    }

    [Fact]
    public void Trials_of_another_sweep_in_the_store_are_kept_and_never_orphaned()
    {
        using var store = Open();
        var other = SweepPlan.Of(SweepFileReader.Parse("version: 1\nname: other\n" + Before, "other.yaml", TestCatalogue.Instance), TestCatalogue.Instance);
        store.Register(other.File.Name, "", other.File.Text, other.Trials(), runner.StackKey);

        Assert.Equal(new SweepChange(2, 2, 0, 6, 2, 0, 0, 0), store.ChangeBy(TestCatalogue.Plan(After)));
    }

    private IStore Open() => StoreRooms.CreateOrOpen(folder["sweep.db"], TestCatalogue.Instance, TimeProvider.System);

    private (int Added, int Kept, int Orphaned) Register(IStore store, string rest)
    {
        var plan = TestCatalogue.Plan(rest);
        var registration = store.Register(plan.File.Name, "", plan.File.Text, plan.Trials(), runner.StackKey);
        return (registration.Added, registration.Kept, registration.Orphaned);
    }
}
