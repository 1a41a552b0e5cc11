using System.Collections.Concurrent;
using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using VicRegSweeps.SweepEngine.Files;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>Opens the database file, or says in a sentence why not.</summary>
internal static class StoreFile
{
    /// <summary>How long a writer waits, in seconds, while nothing that others write shows that they get on.</summary>
    public const int BusySeconds = 30;

    /// <summary>What the log may keep of the disk once it has been written back, in bytes: about what it grows to between two times.</summary>
    public const int LogBytes = 8 << 20;

    // Closing a file drops every POSIX lock that the process has on it, SQLite's too, and then the next reader of another
    // process takes itself for the last and deletes the log. So a file is looked into before SQLite opens it, and never again.
    private static readonly ConcurrentDictionary<FileIdentity, bool> Opened = new();

    private static ReadOnlySpan<byte> Magic => "SQLite format 3\0"u8;

    /// <summary>Opens for writing, creating file and folder where they are missing. Older schemas are migrated.</summary>
    public static (SqliteConnection Connection, OpenedStore File) OpenForWriting(string path, IEnumerable<string> mounts)
    {
        var real = StoreAddress.BehindLinks(StoreAddress.Checked(path));
        var folder = Path.GetDirectoryName(real)!;
        if (NetworkFileSystem.TypeOf(folder, mounts) is { } type)
        {
            throw new SweepException(
                $"{path} lies on a network file system ({type}), where SQLite corrupts. Put the store on a local disk; for workers on "
                    + "several machines, put it in PostgreSQL: --store postgres://USER@HOST/DATABASE, or give each a shard: --store DIR --shard 1/8 "
                    + "(docs/clusters.md).");
        }

        RefuseForeign(path, real);
        try
        {
            LastingFiles.MakeFolder(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SweepException($"{path}: the folder '{folder}' cannot be created ({error.Message})", error);
        }

        return StoreFault.Guard(path, () =>
        {
            var connection = Connect(real, SqliteOpenMode.ReadWriteCreate);
            try
            {
                var file = new OpenedStore(path);
                Schema.Check(connection, path);
                StoreShape.RefuseTriggers(connection, path);
                WriteAhead(connection);
                Schema.Migrate(connection, path);
                StoreShape.Check(connection, path, Schema.Newest);
                return (connection, file);
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        });
    }

    /// <summary>Opens a file that this process has open already once more, for another thread. It is never made.</summary>
    /// <param name="file">The same, as it was opened first.</param>
    public static SqliteConnection OpenAgain(string path, OpenedStore file) => StoreFault.Guard(path, () =>
    {
        var connection = Connect(StoreAddress.BehindLinks(path), SqliteOpenMode.ReadWrite);
        try
        {
            file.RefuseGone();
            WriteAhead(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    });

    /// <summary>Opens for reading; nothing is written, and a writer is never kept waiting.</summary>
    public static ReadingConnection OpenForReading(string path)
    {
        RefuseMissing(path);
        var real = StoreAddress.BehindLinks(path);
        RefuseForeign(path, real);
        return StoreFault.Guard(path, () =>
        {
            var reading = new ReadingConnection(real, Connect(real, SqliteOpenMode.ReadOnly));
            try
            {
                if (!CanRead(reading.Connection))
                {
                    // Neither written to nor writable: a copy in a read-only place, which nobody can change meanwhile.
                    reading.Dispose();
                    reading = new ReadingConnection(real, Connect($"file:{Uri.EscapeDataString(real)}?immutable=1", SqliteOpenMode.ReadOnly));
                }

                var version = Schema.Check(reading.Connection, path);
                if (version == 0) throw new SweepException($"{path} is an empty database, not a sweep store.");
                if (version < Schema.Newest)
                {
                    throw new SweepException($"{path} was written by an older vicreg-sweep. To bring it up to date: {CommandName.Line("resume", path)}");
                }

                StoreShape.Check(reading.Connection, path, version);
                return reading;
            }
            catch
            {
                reading.Dispose();
                throw;
            }
        });

        bool CanRead(SqliteConnection connection)
        {
            try
            {
                connection.ExecuteScalar<long>("SELECT count(*) FROM sqlite_master");
                return true;
            }
            catch (SqliteException error) when (error.SqliteErrorCode is 8 or 14 && !File.Exists(real + "-wal"))
            {
                return false;
            }
        }
    }

    public static void RefuseMissing(string path)
    {
        if (!Path.Exists(StoreAddress.Checked(path))) throw new SweepException($"{path}: there is no such store.");
    }

    /// <param name="source">A full path: it alone has no second meaning to SQLite.</param>
    internal static SqliteConnection Connect(string source, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = source,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = BusySeconds,
        }.ToString());
        connection.Open();
        if (FileIdentity.TryFind(source, out var file) && file is not null) Opened.TryAdd(file.Value, true);

        // A database from elsewhere may hold views and triggers: they may use no function that does more than compute.
        connection.Execute($"PRAGMA busy_timeout = {BusySeconds}000; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON");
        return connection;
    }

    private static void WriteAhead(SqliteConnection connection) => connection.Execute(string.Create(
        CultureInfo.InvariantCulture, $"PRAGMA journal_mode = WAL; PRAGMA journal_size_limit = {LogBytes}; PRAGMA foreign_keys = ON"));

    /// <summary>Refuses what is not an SQLite file before SQLite touches it.</summary>
    private static void RefuseForeign(string path, string real)
    {
        if (Directory.Exists(real)) throw new SweepException($"{path} is a folder, not a store.");
        if (FileIdentity.TryFind(real, out var file) && file is { } there)
        {
            if (!there.IsOrdinary) throw new SweepException($"{path} is a device or a pipe, not a store.");
            if (Opened.ContainsKey(there)) return;
        }

        if (!File.Exists(real)) return;

        try
        {
            using var content = new FileStream(real, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Span<byte> head = stackalloc byte[Magic.Length];
            var read = content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            if (read > 0 && !head[..read].SequenceEqual(Magic))
            {
                throw new SweepException($"{path} is not an SQLite database; nothing in it was changed.");
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SweepException($"{path} cannot be read ({error.Message})", error);
        }
    }
}
