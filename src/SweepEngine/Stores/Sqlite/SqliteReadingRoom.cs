using Dapper;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>A store in one SQLite file, open for reading.</summary>
internal sealed class SqliteReadingRoom : IReadingRoom
{
    private readonly ReadingConnection reading;
    private readonly SqliteRows rows;

    public SqliteReadingRoom(string path, TimeProvider time)
    {
        Address = path;
        reading = StoreFile.OpenForReading(path);
        reading.Connection.Execute("BEGIN DEFERRED");
        rows = new SqliteRows(reading.Connection, path, time);
    }

    public string Address { get; }

    public ArtifactFiles Artifacts => SqliteFiles.Of(Address, () => { }).Artifacts;

    public T Read<T>(Func<IStoreRows, T> read) => StoreFault.GuardReading(Address, () => read(rows));

    public IEnumerable<T> Stream<T>(Func<IStoreRows, IEnumerable<T>> read) => StoreFault.GuardEach(Address, read(rows));

    public void Dispose()
    {
        rows.Dispose();
        reading.Dispose();
    }
}
