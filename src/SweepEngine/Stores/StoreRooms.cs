using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Stores.Postgres;
using VicRegSweeps.SweepEngine.Stores.Shards;
using VicRegSweeps.SweepEngine.Stores.Sqlite;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>
/// Opens stores. The address decides which database holds a store: the path of a file means SQLite, <c>postgres://…</c> PostgreSQL, whose clock
/// measures leases. A folder of shards is read as one store, and written by the worker of each shard alone.
/// </summary>
public static class StoreRooms
{
    /// <summary>Opens a store for writing; where there is none, it is made.</summary>
    /// <param name="address">See <see cref="StoreAddress"/>.</param>
    /// <param name="catalogue">The runner's: the store keeps its words, and names what is recorded by them.</param>
    /// <param name="time">What leases are measured by where the database has no clock of its own.</param>
    /// <param name="artifacts">
    /// The folder in which a store in PostgreSQL keeps checkpoints and artifacts from the first time on, the same on all machines; null for the
    /// database itself.
    /// </param>
    /// <exception cref="SweepException">The address names no store, cannot be written, or holds something else.</exception>
    public static IStore CreateOrOpen(string address, ParameterCatalogue catalogue, TimeProvider time, string? artifacts = null)
    {
        if (StoreAddress.IsServer(StoreAddress.Checked(address))) return PostgresRoom.Open(PostgresAddress.Parse(address), catalogue, folder: artifacts);
        if (artifacts is not null)
            throw new SweepException($"{address} is a file, which has its checkpoints and artifacts beside it: --artifacts is for stores in PostgreSQL.");

        RefuseShards(address);
        return SqliteRoom.CreateOrOpen(address, catalogue, time);
    }

    /// <summary>Whether there is a store, whatever is in its place and however old it is.</summary>
    /// <exception cref="SweepException">The address names no store, or the server of the store does not let it be looked for.</exception>
    public static bool IsThere(string address) =>
        StoreAddress.IsServer(StoreAddress.Checked(address)) ? PostgresRoom.IsThere(PostgresAddress.Parse(address))
            : File.Exists(address) || ShardFolder.IsOne(address);

    /// <summary>Opens a store that is there already for writing.</summary>
    /// <inheritdoc cref="CreateOrOpen"/>
    public static IStore Open(string address, ParameterCatalogue catalogue, TimeProvider time)
    {
        if (StoreAddress.IsServer(StoreAddress.Checked(address))) return PostgresRoom.Open(PostgresAddress.Parse(address), catalogue, make: false);

        RefuseShards(address);
        return SqliteRoom.Open(address, catalogue, time);
    }

    /// <summary>Opens a store for reading. It may be written to meanwhile, or lie in a read-only place.</summary>
    /// <param name="address">See <see cref="StoreAddress"/>.</param>
    /// <param name="time">Decides which leases hold where the database has no clock of its own; this machine's clock unless given.</param>
    /// <exception cref="SweepException">There is no store, or none that this version reads.</exception>
    public static IStoreReader OpenReader(string address, TimeProvider? time = null) =>
        StoreAddress.IsServer(StoreAddress.Checked(address)) ? new StoreReader(new PostgresReadingRoom(PostgresAddress.Parse(address), time: null))
        : ShardFolder.IsOne(address) ? ShardFolder.Open(address).OpenTogether()
        : new StoreReader(new SqliteReadingRoom(address, time ?? TimeProvider.System));

    private static void RefuseShards(string address)
    {
        if (!ShardFolder.IsOne(address)) return;

        var folder = ShardFolder.Open(address);
        throw new SweepException(
            $"{address} is a folder of {folder.Count} shards, and only the worker of a shard writes to it: "
                + $"{CommandName.Line("worker", "--store", address, "--shard", $"1/{folder.Count}")}. "
                + $"To have all in one store that can be written to: {CommandName.Line("merge", "all.db", address)}");
    }
}
