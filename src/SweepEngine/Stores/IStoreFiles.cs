using System.Globalization;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>Files that belong to a store, wherever they are kept: in a folder, or in the database itself. Names begin with the store's own.</summary>
internal interface IStoreFiles
{
    /// <summary>What the names of all files of the store begin with.</summary>
    string Prefix { get; }

    /// <summary>Where a file can be read on this machine, once <see cref="FaultOf"/> has found nothing wrong with it.</summary>
    string PathOf(string name);

    /// <summary>Whether there is a file of this name.</summary>
    bool Has(string name);

    /// <summary>Writes a new file, whole or not at all.</summary>
    /// <param name="stack">In whose lease it is written.</param>
    /// <returns>Its SHA-256 in lower-case hex, and its length.</returns>
    (string Checksum, long Bytes) Write(string name, long stack, Action<Stream> write);

    /// <summary>What is wrong with a file; null when it is the one that was written.</summary>
    /// <param name="what">What messages call it, such as <c>the checkpoint</c>.</param>
    /// <param name="checksum">Null where none was kept.</param>
    string? FaultOf(string what, string name, string? checksum);

    /// <summary>Deletes a file of this store; what another store's files are called is left alone.</summary>
    void Delete(string name);

    /// <summary>
    /// Deletes what nobody needs: files of stacks that are done or were halved, and what a process left that was killed
    /// while it wrote.
    /// </summary>
    /// <param name="stack">Whose files may go although it is not done, because this process has its lease; null for none.</param>
    /// <param name="needed">The stacks that are not done, and the names that the store holds. Asked for once the files are known.</param>
    void DeleteUnused(long? stack, Func<(IReadOnlySet<long> Open, IReadOnlySet<string> Used)> needed);
}

/// <summary>How the names of files begin that are written under a lease.</summary>
internal static class FileNames
{
    public static string PrefixOf(this IStoreFiles files, StackLease lease) => files.PrefixOf(lease.Stack, lease.Token);

    /// <param name="token">Of the lease.</param>
    public static string PrefixOf(this IStoreFiles files, long stack, long token) =>
        string.Create(CultureInfo.InvariantCulture, $"{files.Prefix}{stack}.lease-{token}");

    /// <summary>What the names of all files of a store begin with.</summary>
    /// <param name="store">What the store is called in names.</param>
    public static string Of(string store) => store + ".stack-";
}
