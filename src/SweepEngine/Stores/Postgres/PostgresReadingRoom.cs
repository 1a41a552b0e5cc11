using System.Data;
using Npgsql;

namespace VicRegSweeps.SweepEngine.Stores.Postgres;

/// <summary>A store in PostgreSQL, open for reading, as it was at the first read. A role that may only read is enough.</summary>
internal sealed class PostgresReadingRoom : IReadingRoom
{
    private readonly PostgresAddress address;
    private readonly NpgsqlConnection connection;
    private readonly NpgsqlTransaction transaction;
    private readonly PostgresRows rows;
    private readonly PostgresFiles files;

    /// <param name="time">Decides which leases hold; the server's clock unless given.</param>
    public PostgresReadingRoom(PostgresAddress address, TimeProvider? time)
    {
        this.address = address;
        connection = PostgresFault.Guard(address, isOpen: false, () => PostgresServer.Connect(address));
        try
        {
            transaction = connection.BeginTransaction(IsolationLevel.RepeatableRead);
            (rows, files) = PostgresFault.GuardReading(address, () => Open(time));
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public string Address => address.Text;

    public ArtifactFiles Artifacts => files.Artifacts;

    public T Read<T>(Func<IStoreRows, T> read) => PostgresFault.GuardReading(address, () => read(rows));

    public IEnumerable<T> Stream<T>(Func<IStoreRows, IEnumerable<T>> read) => PostgresFault.GuardEach(address, read(rows));

    public void Dispose()
    {
        files.Dispose();
        try
        {
            transaction.Dispose();
            connection.Dispose();
        }
        catch (Exception error) when (error is NpgsqlException or InvalidOperationException)
        {
            // The connection broke, and with it the transaction ended.
        }
    }

    private (PostgresRows Rows, PostgresFiles Files) Open(TimeProvider? time)
    {
        var session = new Session(connection);

        // All rows of a cursor are read, so the plan that has all of them soonest is the best.
        session.Execute("SET TRANSACTION READ ONLY; SET LOCAL cursor_tuple_fraction = 1");
        var version = PostgresSchema.Check(session, address) ?? throw new SweepException($"{address.Text}: there is no such store.");
        if (version < PostgresSchema.Newest)
            throw new SweepException($"{address.Text} was written by an older vicreg-sweep. To bring it up to date: "
                + $"{CommandName.Line("resume", address.Text)}");

        return (new PostgresRows(session, address.Text, new WordsInMind(), Begin.TimeOf(session, time)),
            PostgresFiles.Of(session, address, () => PostgresServer.Connect(address), () => { }));
    }
}
