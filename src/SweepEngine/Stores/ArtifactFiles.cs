using System.Globalization;
using System.Text.RegularExpressions;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>The files behind artifacts. A file's name says in whose lease it was written.</summary>
internal sealed partial class ArtifactFiles(IStoreFiles files)
{
    private int written;

    /// <summary>Where a file can be read whose name the store holds and that has no fault.</summary>
    /// <returns>Null for a name that no artifact has: a database from elsewhere may say anything.</returns>
    public string? PathOf(StoredArtifact artifact) => NameOfOne().IsMatch(artifact.File) ? files.PathOf(artifact.File) : null;

    /// <summary>Writes a new file, whole or not at all.</summary>
    /// <param name="bestBy">What it is kept for being the best by, and the value; null where it is kept in any case.</param>
    public StoredArtifact Write(StackLease lease, string artifact, (string Metric, double? Value)? bestBy, Action<Stream> write)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{files.PrefixOf(lease)}.{++written}.{artifact}");
        var (checksum, bytes) = files.Write(name, lease.Stack, write);
        return new StoredArtifact(artifact, name, bytes, checksum, bestBy?.Metric, bestBy?.Value);
    }

    /// <summary>Copies a file of another store that has no fault.</summary>
    /// <param name="stack">The stack here that the trial was trained in.</param>
    public StoredArtifact Copy(StoredArtifact artifact, ArtifactFiles from, long stack)
    {
        string name;
        do name = string.Create(CultureInfo.InvariantCulture, $"{files.PrefixOf(stack, token: 0)}.{++written}.{artifact.Name}");
        while (files.Has(name));

        using var source = File.OpenRead(from.PathOf(artifact)!);
        files.Write(name, stack, source.CopyTo);
        return artifact with { File = name };
    }

    /// <summary>What is wrong with an artifact's file; null when it is the one that was written.</summary>
    public string? FaultOf(StoredArtifact artifact) => PathOf(artifact) is null
        ? $"the artifact '{Visible.Line(artifact.File)}' has a name that no artifact has"
        : files.FaultOf("the artifact", artifact.File, artifact.Checksum);

    /// <inheritdoc cref="IStoreFiles.DeleteUnused"/>
    public void DeleteUnused(long? stack, Func<(IReadOnlySet<long> Open, IReadOnlySet<string> Used)> needed) => files.DeleteUnused(stack, needed);

    [GeneratedRegex(@"^[^/\\\0]+\.stack-\d+\.lease-\d+\.\d+\.[a-z0-9_]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameOfOne();
}

/// <summary>A file that a trial has left, as the store knows it.</summary>
/// <param name="Name">One of the vocabulary's artifacts.</param>
/// <param name="File">Its name in the folder of artifacts.</param>
/// <param name="Checksum">SHA-256 of the file in lower-case hex.</param>
/// <param name="BestBy">What the trial has to be the best of its sweep by for the file to stay; null where it stays in any case.</param>
/// <param name="Value">The trial's value of that; null where it has none.</param>
public sealed record StoredArtifact(string Name, string File, long Bytes, string Checksum, string? BestBy, double? Value);
