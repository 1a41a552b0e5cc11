namespace VicRegSweeps.SweepEngine.Stores.Shards;

/// <summary>A copy of what shards have published, which goes with its reader.</summary>
/// <param name="address">Of the folder of shards.</param>
/// <param name="copy">Is closed with this.</param>
/// <param name="scratch">Where the copy lies.</param>
/// <param name="status">Where the trials stand, where others than the copy know who is at work; null for what the copy says.</param>
internal sealed class ShardReadingRoom(string address, IReadingRoom copy, ScratchFolder scratch, StoreStatus? status = null) : IReadingRoom
{
    public string Address => address;

    public ArtifactFiles Artifacts => copy.Artifacts;

    public StoreStatus Status() => status ?? copy.Status();

    public T Read<T>(Func<IStoreRows, T> read) => copy.Read(read);

    public IEnumerable<T> Stream<T>(Func<IStoreRows, IEnumerable<T>> read) => copy.Stream(read);

    public void Dispose()
    {
        copy.Dispose();
        scratch.Dispose();
    }
}
