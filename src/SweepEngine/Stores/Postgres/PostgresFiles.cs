using Npgsql;

namespace VicRegSweeps.SweepEngine.Stores.Postgres;

/// <summary>Where the files of a store in PostgreSQL are: in the database, or in a folder that all machines share. The store says which.</summary>
internal sealed class PostgresFiles : IDisposable
{
    private readonly FetchedFiles checkpoints = new();
    private readonly FetchedFiles artifacts = new();

    private PostgresFiles(PostgresAddress address, string identity, string? folder, Func<NpgsqlConnection> connect, Action refuseGone)
    {
        Folder = folder;

        // A folder may be shared by stores of several databases.
        var name = $"{address.Schema}-{identity}";
        Checkpoints = new CheckpointFiles(folder is null
            ? new DatabaseFiles(connect, address, name, "stack_checkpoint", isCheckpoint: true, checkpoints)
            : new FolderFiles(Path.Combine(folder, "checkpoints"), name, refuseGone));
        Artifacts = new ArtifactFiles(folder is null
            ? new DatabaseFiles(connect, address, name, "trial_artifact", isCheckpoint: false, artifacts)
            : new FolderFiles(Path.Combine(folder, "artifacts"), name, refuseGone));
    }

    /// <summary>The shared folder; null where files are in the database.</summary>
    public string? Folder { get; }

    public CheckpointFiles Checkpoints { get; }

    public ArtifactFiles Artifacts { get; }

    /// <param name="connect">Opens a further connection to the store.</param>
    /// <param name="refuseGone">Throws where the store is no longer there.</param>
    public static PostgresFiles Of(Session session, PostgresAddress address, Func<NpgsqlConnection> connect, Action refuseGone)
    {
        var meta = session.All("SELECT key, value FROM meta", row => KeyValuePair.Create(row.Text(0), row.Text(1))).ToDictionary(StringComparer.Ordinal);
        return new PostgresFiles(address, meta[PostgresSchema.Identity], meta.GetValueOrDefault(PostgresSchema.Folder), connect, refuseGone);
    }

    /// <exception cref="SweepException">The shared folder is not there, or another was asked for.</exception>
    public void Check(string address, string? asked)
    {
        if (asked is not null && asked != Folder)
        {
            throw new SweepException(Folder is null
                ? $"{address}: the store keeps checkpoints and artifacts in the database, as was said when it was made; --artifacts can no longer be given."
                : $"{address}: the store keeps checkpoints and artifacts in {Folder}, as was said when it was made, not in {asked}.");
        }

        if (Folder is not null && !Directory.Exists(Folder))
            throw new SweepException($"{address}: the store keeps checkpoints and artifacts in {Folder}, which is not there on this "
                + "machine. Mount it under that path, so that all workers have the same files.");
    }

    public void Dispose()
    {
        checkpoints.Dispose();
        artifacts.Dispose();
    }
}
