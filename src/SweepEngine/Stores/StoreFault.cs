using Microsoft.Data.Sqlite;

namespace VicRegSweeps.SweepEngine;

/// <summary>What SQLite's errors mean to whoever runs a sweep.</summary>
internal static class StoreFault
{
    // SQLITE_IOERR_SHMSIZE: the index of the log, which is shared between processes, has no room to grow.
    private const int NoRoomForIndex = 10 | (19 << 8);

    private const int Generic = 1, Busy = 5, Protocol = 15, ReadOnly = 8, InputOutput = 10, Corrupt = 11, Full = 13, CannotOpen = 14, NotADatabase = 26;

    // SQLite has no code of its own for a file whose header or schema make no sense.
    private static readonly string[] DamagedSchema = ["unsupported file format", "malformed", "no such table", "no such column"];

    /// <summary>Whether there was no room to write.</summary>
    public static bool IsFullDisk(Exception error) =>
        error is SqliteException { SqliteErrorCode: Full } or SqliteException { SqliteExtendedErrorCode: NoRoomForIndex }
        || (error is IOException && (error.HResult & 0xFFFF) is 28 or 112)    // ENOSPC; ERROR_DISK_FULL
        || (error.InnerException is { } inner && IsFullDisk(inner));

    /// <summary>Whether other processes kept the store locked: a matter of time.</summary>
    public static bool IsBusy(Exception error) =>
        error is SqliteException { SqliteErrorCode: Busy or Protocol } || (error.InnerException is { } inner && IsBusy(inner));

    /// <summary>Runs what touches the database; its errors come out as sentences.</summary>
    public static T Guard<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (SqliteException error) when (Sentence(path, error) is { } sentence)
        {
            throw new SweepException(sentence, error);
        }
    }

    /// <summary>The same for rows that are read one by one.</summary>
    public static IEnumerable<T> GuardEach<T>(string path, IEnumerable<T> rows)
    {
        using var enumerator = Guard(path, rows.GetEnumerator);
        while (Guard(path, enumerator.MoveNext))
        {
            yield return enumerator.Current;
        }
    }

    /// <param name="what">Is damaged, in SQLite's words.</param>
    public static string Damage(string path, string what) =>
        $"{path}: the database is damaged ({what}). Restore a copy, or salvage it with: sqlite3 '{path}' .recover";

    private static string? Sentence(string path, SqliteException error) => error.SqliteErrorCode switch
    {
        _ when IsFullDisk(error) => $"{path}: the disk is full.",
        Busy or Protocol => $"{path}: another process has kept the store locked for {StoreFile.BusySeconds} seconds.",
        ReadOnly => $"{path}: the store cannot be written; check the permissions of the file and its folder.",
        InputOutput => $"{path}: the disk reports an error ({error.Message}).",
        Corrupt => Damage(path, error.Message),
        Generic when DamagedSchema.Any(words => error.Message.Contains(words, StringComparison.Ordinal)) => Damage(path, error.Message),
        CannotOpen => $"{path}: the store cannot be opened; check the permissions of the file and its folder.",
        NotADatabase => $"{path} is not an SQLite database; nothing in it was changed.",
        _ => null,
    };
}
