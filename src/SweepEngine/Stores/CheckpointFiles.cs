using System.Globalization;
using System.Text.RegularExpressions;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>The files behind checkpoints. A file's name says whose it is.</summary>
internal sealed partial class CheckpointFiles(IStoreFiles files)
{
    private int written;

    /// <summary>Where a file can be read whose name the store holds and that has no fault.</summary>
    /// <returns>Null for a name that no checkpoint has: a database from elsewhere may say anything.</returns>
    public string? PathOf(string name) => NameOfOne().IsMatch(name) ? files.PathOf(name) : null;

    /// <summary>Writes a new file, whole or not at all.</summary>
    public StoredCheckpoint Write(StackLease lease, long step, double seconds, Action<Stream> write)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{files.PrefixOf(lease)}.{++written}.step-{step}");
        return new StoredCheckpoint(step, name, files.Write(name, lease.Stack, write).Checksum, seconds);
    }

    /// <summary>What is wrong with a checkpoint's file; null when it is the one that was written.</summary>
    public string? FaultOf(StoredCheckpoint checkpoint) => PathOf(checkpoint.File) is null
        ? $"the checkpoint '{Visible.Line(checkpoint.File)}' has a name that no checkpoint has"
        : files.FaultOf("the checkpoint", checkpoint.File, checkpoint.Checksum);

    /// <summary>Deletes a checkpoint of this store.</summary>
    public void Delete(string name)
    {
        if (PathOf(name) is not null) files.Delete(name);
    }

    /// <inheritdoc cref="IStoreFiles.DeleteUnused"/>
    public void DeleteUnused(long? stack, Func<(IReadOnlySet<long> Open, IReadOnlySet<string> Used)> needed) => files.DeleteUnused(stack, needed);

    [GeneratedRegex(@"^[^/\\\0]+\.stack-\d+\.lease-\d+\.\d+\.step-\d+\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameOfOne();
}
