using System.Security.Cryptography;
using Npgsql;
using NpgsqlTypes;

namespace VicRegSweeps.SweepEngine.Stores.Postgres;

/// <summary>
/// Files of a store in its database, in parts of a megabyte: a value of a column must fit in memory, and large objects would outlive the
/// store's schema and have rights of their own. A file that is read is fetched into a folder of this machine, and looked over on the way.
/// </summary>
/// <param name="connect">Opens a connection to the store.</param>
/// <param name="prefix">What names begin with.</param>
/// <param name="used">The table that names the files of this kind that the store holds.</param>
/// <param name="isCheckpoint">Whether they are checkpoints: of what was fetched the last alone is kept.</param>
internal sealed class DatabaseFiles(
    Func<NpgsqlConnection> connect, PostgresAddress address, string prefix, string used, bool isCheckpoint, FetchedFiles fetched) : IStoreFiles
{
    private const int PartBytes = 1 << 20;

    public string Prefix { get; } = FileNames.Of(prefix);

    public string PathOf(string name) => fetched.PathOf(name);

    public bool Has(string name) => Within(session => session.Truth("SELECT EXISTS (SELECT 1 FROM kept_file WHERE name = $1)", name));

    public (string Checksum, long Bytes) Write(string name, long stack, Action<Stream> write) => Within(session =>
    {
        using var hash = SHA256.Create();
        long bytes;
        using (var importer = session.Connection.BeginBinaryImport("COPY kept_file_part (file, place, content) FROM STDIN (FORMAT BINARY)"))
        {
            using (var parts = new PartStream(PartBytes, (place, content) =>
            {
                importer.StartRow();
                importer.Write(name, NpgsqlDbType.Text);
                importer.Write(place, NpgsqlDbType.Bigint);
                importer.Write(content, NpgsqlDbType.Bytea);
            }))
            {
                using (var both = new CryptoStream(parts, hash, CryptoStreamMode.Write, leaveOpen: true)) write(both);
                bytes = parts.Finish();
            }

            importer.Complete();
        }

        session.Execute("INSERT INTO kept_file (name, stack, bytes) VALUES ($1, $2, $3)", name, stack, bytes);
        return (Convert.ToHexStringLower(hash.Hash!), bytes);
    });

    public string? FaultOf(string what, string name, string? checksum)
    {
        if (isCheckpoint) fetched.Clear();
        var place = $"{what} {name} in the database";
        var found = Within(session =>
        {
            if (!session.Truth("SELECT EXISTS (SELECT 1 FROM kept_file WHERE name = $1)", name)) return null;

            var count = session.Number("SELECT count(*) FROM kept_file_part WHERE file = $1", name) ?? 0;
            return fetched.Write(name, to =>
            {
                for (var part = 0L; part < count; part++)
                {
                    var content = session.All("SELECT content FROM kept_file_part WHERE file = $1 AND place = $2", row => row.Bytes(0), name, part);
                    foreach (var bytes in content) to.Write(bytes);
                }
            });
        });
        return found is null ? $"{place} is not there any more"
            : checksum is not null && found != checksum ? $"{place} is damaged: it does not have the checksum that it was written with"
            : null;
    }

    public void Delete(string name)
    {
        fetched.Delete(name);
        try
        {
            Within(session => session.Execute("DELETE FROM kept_file WHERE name = $1", name));
        }
        catch (SweepException)
        {
            // One that cannot be deleted costs room and nothing else.
        }
    }

    /// <remarks>
    /// Asks the database alone, in one statement. A file that another worker writes at this moment is not seen, and one that it has written
    /// belongs to a stack that is open.
    /// </remarks>
    public void DeleteUnused(long? stack, Func<(IReadOnlySet<long> Open, IReadOnlySet<string> Used)> needed)
    {
        Within(session => session.Execute(
            $"""
            DELETE FROM kept_file f
            WHERE {(isCheckpoint ? "" : "NOT ")}f.name ~ '\.step-[0-9]+$'
              AND (f.stack = $1 OR NOT EXISTS (SELECT 1 FROM stack s WHERE s.number = f.stack AND s.finished_utc IS NULL))
              AND NOT EXISTS (SELECT 1 FROM {used} u WHERE u.file = f.name)
            """,
            stack ?? 0));
    }

    private T Within<T>(Func<Session, T> work) => PostgresFault.Guard(address, isOpen: true, () =>
    {
        using var connection = connect();
        using var transaction = connection.BeginTransaction();
        var result = work(new Session(connection));
        transaction.Commit();
        return result;
    });
}
