using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.Tests.Running;

namespace VicRegSweeps.SweepEngine.Tests.Stores;

/// <summary>What every store promises, kept by SQLite; and what its checkpoints promise because they lie beside its file.</summary>
public sealed class SqliteStoreTests : StoreContract
{
    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("sweep.db.stack-1.lease-1.1.step-1/../../../etc/passwd")]
    [InlineData("passwd")]
    public void A_database_from_elsewhere_cannot_point_out_of_the_folder(string name)
    {
        using var sweep = Interrupted();
        using (var connection = new SqliteConnection($"Data Source={sweep.Database};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE stack_checkpoint SET file = @name, sha256 = NULL WHERE step = (SELECT max(step) FROM stack_checkpoint)";
            command.Parameters.AddWithValue("name", name);
            command.ExecuteNonQuery();
        }

        var lease = sweep.Store.LeaseNext(sweep.Request()).Lease!;

        Assert.Contains("a name that no checkpoint has", Assert.Single(lease.Notices));
        Assert.Equal(4, lease.Work.Checkpoint!.Step);
    }

    [Fact]
    public void A_store_that_is_renamed_goes_on_from_its_checkpoints()
    {
        using var sweep = Interrupted();
        sweep.Store.Dispose();
        File.Move(sweep.Database, sweep["renamed.db"]);

        using var store = StoreRooms.Open(sweep["renamed.db"], FormulaRunner.Parameters, sweep.Time);
        Assert.Equal(9, store.LeaseNext(sweep.Request()).Lease!.Work.Checkpoint!.Step);
    }

    private protected override FormulaSweep Sweep(FormulaRunner? runner = null) => new(runner, onDisk: true);
}
