using Microsoft.Data.Sqlite;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>What SQLite's errors mean to whoever runs a sweep.</summary>
internal static class StoreFault
{
    // SQLITE_IOERR_SHMSIZE: the index of the log, which is shared between processes, has no room to grow.
    private const int NoRoomForIndex = 10 | (19 << 8);

    // Generic is what SQLite reports of a header or a schema that makes no sense, and of a statement that does not fit the schema.
    private const int Generic = 1, Busy = 5, Protocol = 15, ReadOnly = 8, InputOutput = 10, Corrupt = 11, Full = 13, CannotOpen = 14, TooBig = 18,
        Constraint = 19, Mismatch = 20, NotADatabase = 26;

    /// <summary>Runs what touches the database; its errors come out as sentences, and what passes by itself as the kind of fault that it is.</summary>
    public static T Guard<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (SqliteException error) when (Fault(path, error) is { } fault)
        {
            throw fault;
        }
    }

    /// <summary>Runs what only reads; values that make no sense are damage too.</summary>
    public static T GuardReading<T>(string path, Func<T> action)
    {
        try
        {
            return Guard(path, action);
        }
        catch (Exception error) when (StoreDamage.IsNonsense(error))
        {
            throw new SweepException(Damage(path, error.Message), error);
        }
    }

    /// <summary>The same for rows that are read one by one.</summary>
    public static IEnumerable<T> GuardEach<T>(string path, IEnumerable<T> rows)
    {
        using var enumerator = GuardReading(path, rows.GetEnumerator);
        while (GuardReading(path, enumerator.MoveNext))
        {
            yield return enumerator.Current;
        }
    }

    /// <param name="what">Is damaged, in SQLite's words.</param>
    public static string Damage(string path, string what) =>
        $"{path}: the database is damaged ({Visible.Line(what).TrimEnd('.')}). Restore a copy, or salvage it with: sqlite3 '{path}' .recover";

    /// <summary>What an error of SQLite is to those who know no SQLite; null for one that is a bug of ours.</summary>
    internal static SweepException? Fault(string path, SqliteException error) => error switch
    {
        { SqliteErrorCode: Full } or { SqliteExtendedErrorCode: NoRoomForIndex } => new StoreFullException($"{path}: the disk is full.", error),
        { SqliteErrorCode: Busy or Protocol } => new StoreBusyException(
            $"{path}: another process has kept the store locked for {StoreFile.BusySeconds} seconds.", error),
        _ => Sentence(path, error) is { } sentence ? new SweepException(sentence, error) : null,
    };

    private static string? Sentence(string path, SqliteException error) => error.SqliteErrorCode switch
    {
        ReadOnly => $"{path}: the store cannot be written; check the permissions of the file and its folder.",
        InputOutput => $"{path}: the disk reports an error ({error.Message}).",
        Corrupt => Damage(path, error.Message),
        Generic or TooBig or Mismatch => Damage(path, error.Message),
        Constraint => $"{path}: the store does not take what is to be written ({error.Message}). It is damaged, or somebody has changed it; restore a copy.",
        CannotOpen => $"{path}: the store cannot be opened; check the permissions of the file and its folder.",
        NotADatabase => $"{path} is not an SQLite database; nothing in it was changed.",
        _ => null,
    };
}
