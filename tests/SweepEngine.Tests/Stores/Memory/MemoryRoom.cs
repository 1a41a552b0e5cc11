using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.SweepEngine.Tests.Stores.Memory;

/// <summary>A database in memory that several rooms may open: what a file is to SQLite.</summary>
/// <param name="address">A name for messages; there need not be such a file.</param>
/// <param name="folder">Where checkpoints and artifacts lie, in folders of their own.</param>
internal sealed class MemoryDatabase(string address, string folder, TimeProvider time)
{
    private readonly Lock writing = new();
    private volatile MemoryTables tables = new();

    public string Address => address;

    public TimeProvider Time => time;

    /// <summary>As they are now.</summary>
    public MemoryTables Tables => tables;

    public IStore Open(ParameterCatalogue catalogue)
    {
        Write(rows => MemoryWords.Declare(rows, catalogue));
        return new Store(new MemoryRoom(this), new CheckpointFiles(In("checkpoints")), Artifacts, catalogue).Cleared();
    }

    /// <summary>Where artifacts lie.</summary>
    public ArtifactFiles Artifacts => new(In("artifacts"));

    private FolderFiles In(string name) => new(Path.Combine(folder, name), "sweep.db", () => { });

    public IStoreReader OpenReader() => new StoreReader(new MemoryReadingRoom(this));

    /// <summary>Works in one transaction, which is undone when the work throws.</summary>
    public T Write<T>(Func<MemoryTransaction, T> work)
    {
        lock (writing)
        {
            var rows = new MemoryTransaction(tables, time);
            var result = work(rows);
            tables = rows.Tables;
            return result;
        }
    }
}

/// <summary>A store in memory, open for writing.</summary>
internal sealed class MemoryRoom(MemoryDatabase database) : IStoreRoom
{
    public string Address => database.Address;

    public bool IsGone => false;

    public void RefuseGone()
    {
    }

    public bool IsAt(string address) => address == Address;

    public T Within<T>(Reach reach, bool durable, Func<IStoreTransaction, T> work) => database.Write(work);

    public T Beside<T>(long stack, Func<IStoreTransaction, T> work) => database.Write(work);

    public T Look<T>(Func<IStoreRows, T> read) => read(new MemoryRows(database.Tables, database.Time));

    public void Dispose()
    {
    }
}

/// <summary>A store in memory as it was when it was opened for reading.</summary>
internal sealed class MemoryReadingRoom(MemoryDatabase database) : IReadingRoom
{
    private readonly MemoryRows rows = new(database.Tables, database.Time);
    private bool isClosed;

    public string Address => database.Address;

    public ArtifactFiles Artifacts => database.Artifacts;

    private MemoryRows Rows
    {
        get
        {
            ObjectDisposedException.ThrowIf(isClosed, this);
            return rows;
        }
    }

    public T Read<T>(Func<IStoreRows, T> read) => read(Rows);

    public IEnumerable<T> Stream<T>(Func<IStoreRows, IEnumerable<T>> read) => read(Rows);

    public void Dispose() => isClosed = true;
}
