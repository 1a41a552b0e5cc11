using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.Stores.Postgres;

namespace VicRegSweeps.SweepEngine.Tests.Stores.Postgres;

/// <summary>A schema of its own on the server that the tests of this process share.</summary>
internal sealed class PostgresPlace : IDisposable
{
    private static int Count;

    private readonly bool inFolder;
    private readonly string schema = $"test_{Interlocked.Increment(ref Count)}";

    /// <param name="inFolder">Whether files lie in a folder, and not in the database.</param>
    public PostgresPlace(bool inFolder = false)
    {
        this.inFolder = inFolder;
        Assert.SkipWhen(PostgresCluster.Lack is not null, PostgresCluster.Lack ?? "");
        PostgresCluster.GivePassword();
        Address = PostgresCluster.Shared.Address(schema);
    }

    public string Address { get; }

    public string Schema => schema;

    /// <summary>What the names of the store's files begin with.</summary>
    public string Files => $"{schema}-{Sql("SELECT value FROM @meta WHERE key = 'store_id'")}";

    /// <param name="time">Measures leases, in place of the server's clock.</param>
    public IStore Open(ParameterCatalogue catalogue, TimeProvider time, string folder) =>
        PostgresRoom.Open(PostgresAddress.Parse(Address), catalogue, time, inFolder ? folder : null);

    public IStoreReader Read(TimeProvider time) => new StoreReader(new PostgresReadingRoom(PostgresAddress.Parse(Address), time));

    /// <summary>Runs SQL; a table is named with an @ before it.</summary>
    public string Sql(string sql) => PostgresCluster.Shared.Sql(sql.Replace("@", schema + ".", StringComparison.Ordinal));

    public void Dispose() => Sql($"DROP SCHEMA IF EXISTS {schema} CASCADE");
}
