using Npgsql;

namespace VicRegSweeps.SweepEngine.Stores.Postgres;

/// <summary>Opens connections. They come from a pool that the whole process shares, and go back to it after every transaction.</summary>
internal static class PostgresServer
{
    /// <summary>The oldest version whose servers still get mends.</summary>
    private static readonly Version Oldest = new(14, 0);

    public static NpgsqlConnection Connect(PostgresAddress address)
    {
        var connection = new NpgsqlConnection(address.Connection.ConnectionString);
        try
        {
            connection.Open();
            RefuseOld(address.Text, connection.PostgreSqlVersion);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Has further connections made anew: those that wait in the pool may be of a server that has gone.</summary>
    public static void Forget(PostgresAddress address)
    {
        using var connection = new NpgsqlConnection(address.Connection.ConnectionString);
        NpgsqlConnection.ClearPool(connection);
    }

    /// <exception cref="SweepException">It is too old.</exception>
    internal static void RefuseOld(string address, Version server)
    {
        if (server < Oldest)
            throw new SweepException($"{address}: the server is PostgreSQL {server}, but a store needs {Oldest.Major} or later. Nothing in it was changed.");
    }
}
