using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Stores.Sqlite;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>Opens stores. The address decides which database holds a store: the path of a file means SQLite.</summary>
public static class StoreRooms
{
    /// <summary>Opens a store for writing; where there is none, it is made.</summary>
    /// <param name="address">See <see cref="StoreAddress"/>.</param>
    /// <param name="catalogue">The runner's: the store keeps its words, and names what is recorded by them.</param>
    /// <param name="time">What leases are measured by.</param>
    /// <exception cref="SweepException">The address names no store, cannot be written, or holds something else.</exception>
    public static IStore CreateOrOpen(string address, ParameterCatalogue catalogue, TimeProvider time) =>
        SqliteRoom.CreateOrOpen(StoreAddress.Checked(address), catalogue, time);

    /// <summary>Opens a store that is there already for writing.</summary>
    /// <inheritdoc cref="CreateOrOpen"/>
    public static IStore Open(string address, ParameterCatalogue catalogue, TimeProvider time) =>
        SqliteRoom.Open(StoreAddress.Checked(address), catalogue, time);

    /// <summary>Opens a store for reading. It may be written to meanwhile, or lie in a read-only place.</summary>
    /// <param name="address">See <see cref="StoreAddress"/>.</param>
    /// <param name="time">Decides which leases hold; this machine's clock unless given.</param>
    /// <exception cref="SweepException">There is no store, or none that this version reads.</exception>
    public static IStoreReader OpenReader(string address, TimeProvider? time = null) =>
        new StoreReader(new SqliteReadingRoom(StoreAddress.Checked(address), time ?? TimeProvider.System));
}
