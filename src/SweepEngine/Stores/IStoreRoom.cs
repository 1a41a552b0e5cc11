namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>
/// A database that is open for writing. A room keeps rows and finds them again; what is to be written is decided in <see cref="Store"/>
/// and what it calls. A room's own errors come out as <see cref="SweepException"/>s: <see cref="StoreBusyException"/>,
/// <see cref="StoreFullException"/>, <see cref="StoreGoneException"/>, or a sentence.
/// </summary>
/// <remarks>The one thread of a room opens no transaction within another.</remarks>
internal interface IStoreRoom : IDisposable
{
    /// <inheritdoc cref="IStore.Address"/>
    string Address { get; }

    /// <inheritdoc cref="IStore.IsGone"/>
    bool IsGone { get; }

    /// <inheritdoc cref="IStore.RefuseGone"/>
    void RefuseGone();

    /// <summary>Whether another address leads to this store.</summary>
    bool IsAt(string address);

    /// <summary>
    /// Does some work in one transaction. Nobody else's write to what it reaches can come into it. It is undone when the work throws.
    /// </summary>
    /// <param name="durable">
    /// Whether it must outlive a power failure; otherwise the end of the process alone, where workers end with the machine of the store.
    /// </param>
    /// <param name="work">May not keep what it is given.</param>
    T Within<T>(Reach reach, bool durable, Func<IStoreTransaction, T> work);

    /// <summary>Works on the lease of a stack from any other thread, beside what this thread does.</summary>
    T Beside<T>(long stack, Func<IStoreTransaction, T> work);

    /// <summary>Reads without keeping anybody from writing.</summary>
    T Look<T>(Func<IStoreRows, T> read);
}

/// <summary>A database that is open for reading, as it was at the first read.</summary>
internal interface IReadingRoom : IDisposable
{
    /// <inheritdoc cref="IStore.Address"/>
    string Address { get; }

    /// <summary>Where artifacts lie.</summary>
    ArtifactFiles Artifacts { get; }

    /// <inheritdoc cref="IStoreReader.Status"/>
    StoreStatus Status() => Read(StatusCount.Of);

    /// <summary>Reads at once. Values that make no sense come out as a sentence that says where they are.</summary>
    T Read<T>(Func<IStoreRows, T> read);

    /// <summary>Reads row by row.</summary>
    IEnumerable<T> Stream<T>(Func<IStoreRows, IEnumerable<T>> read);
}
