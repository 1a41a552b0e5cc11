using System.Collections.Concurrent;
using Dapper;
using Microsoft.Data.Sqlite;

namespace VicRegSweeps.SweepEngine;

/// <summary>Opens the database file, or says in a sentence why not.</summary>
internal static class StoreFile
{
    /// <summary>How long a writer waits for another's transaction, in seconds.</summary>
    public const int BusySeconds = 30;

    // Closing a file drops every POSIX lock that the process has on it, SQLite's too, and then the next reader of another
    // process takes itself for the last and deletes the log. So a file is looked into before SQLite opens it, and never again.
    private static readonly ConcurrentDictionary<string, bool> Opened = new(StringComparer.Ordinal);

    private static ReadOnlySpan<byte> Magic => "SQLite format 3\0"u8;

    /// <summary>Opens for writing, creating file and folder where they are missing. Older schemas are migrated.</summary>
    public static SqliteConnection OpenForWriting(string path, IEnumerable<string> mounts)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (NetworkFileSystem.TypeOf(folder, mounts) is { } type)
        {
            throw new SweepException(
                $"{path} lies on a network file system ({type}), where SQLite corrupts. Put the store on a local disk, or use PostgreSQL.");
        }

        RefuseForeign(path);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SweepException($"{path}: the folder '{folder}' cannot be created ({error.Message})", error);
        }

        return StoreFault.Guard(path, () =>
        {
            var connection = Connect(path, SqliteOpenMode.ReadWriteCreate);
            try
            {
                Schema.Check(connection, path);
                StoreShape.RefuseTriggers(connection, path);
                connection.Execute("PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON");
                Schema.Migrate(connection, path);
                StoreShape.Check(connection, path);
                return connection;
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        });
    }

    /// <summary>Opens for reading; nothing is written, and a writer is never kept waiting.</summary>
    public static SqliteConnection OpenForReading(string path)
    {
        RefuseMissing(path);
        RefuseForeign(path);
        return StoreFault.Guard(path, () =>
        {
            var connection = Connect(path, SqliteOpenMode.ReadOnly);
            try
            {
                if (!CanRead(connection))
                {
                    // Neither written to nor writable: a copy in a read-only place, which nobody can change meanwhile.
                    connection.Dispose();
                    connection = Connect($"file:{Uri.EscapeDataString(Path.GetFullPath(path))}?immutable=1", SqliteOpenMode.ReadOnly);
                }

                var version = Schema.Check(connection, path);
                if (version == 0) throw new SweepException($"{path} is an empty database, not a sweep store.");
                if (version < Schema.Newest)
                {
                    throw new SweepException($"{path} was written by an older vicreg-sweep; 'vicreg-sweep resume {path}' brings it up to date.");
                }

                StoreShape.Check(connection, path);

                return connection;
            }
            catch
            {
                connection.Dispose();
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
            catch (SqliteException error) when (error.SqliteErrorCode is 8 or 14 && !File.Exists(path + "-wal"))
            {
                return false;
            }
        }
    }

    public static void RefuseMissing(string path)
    {
        if (!Path.Exists(path)) throw new SweepException($"{path}: there is no such store.");
    }

    private static SqliteConnection Connect(string source, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = source,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = BusySeconds,
        }.ToString());
        connection.Open();
        Opened.TryAdd(Path.GetFullPath(source), true);

        // A database from elsewhere may hold views and triggers: they may use no function that does more than compute.
        connection.Execute($"PRAGMA busy_timeout = {BusySeconds}000; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON");
        return connection;
    }

    /// <summary>Refuses what is not an SQLite file before SQLite touches it.</summary>
    private static void RefuseForeign(string path)
    {
        if (Directory.Exists(path)) throw new SweepException($"{path} is a folder, not a store.");
        if (!File.Exists(path) || Opened.ContainsKey(Path.GetFullPath(path))) return;

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Span<byte> head = stackalloc byte[Magic.Length];
            var read = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
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
