namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>Where the files of a store lie that is an SQLite file: in folders beside it, which other stores there share.</summary>
internal static class SqliteFiles
{
    /// <param name="path">The database: whatever path it is opened by, it has the same files.</param>
    /// <param name="refuseGone">Throws where the store is no longer the one that was opened.</param>
    public static (CheckpointFiles Checkpoints, ArtifactFiles Artifacts) Of(string path, Action refuseGone)
    {
        var database = StoreAddress.BehindLinks(path);
        return (new CheckpointFiles(In("checkpoints")), new ArtifactFiles(In("artifacts")));

        FolderFiles In(string folder) => new(Path.Combine(Path.GetDirectoryName(database)!, folder), Path.GetFileName(database), refuseGone);
    }
}
