using System.Net.Sockets;
using Npgsql;

namespace VicRegSweeps.SweepEngine.Stores.Postgres;

/// <summary>What PostgreSQL's errors mean to whoever runs a sweep.</summary>
internal static class PostgresFault
{
    /// <summary>Runs what touches the database; its errors come out as sentences, and what passes by itself as the kind of fault that it is.</summary>
    /// <param name="isOpen">Whether the store was there already, so that tables that are not have been removed.</param>
    public static T Guard<T>(PostgresAddress address, bool isOpen, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception error) when (Of(address, isOpen, error) is { } fault)
        {
            throw fault;
        }
    }

    /// <summary>Runs what only reads; values that make no sense are damage too.</summary>
    public static T GuardReading<T>(PostgresAddress address, Func<T> action)
    {
        try
        {
            return Guard(address, isOpen: true, action);
        }
        catch (Exception error) when (error is not NpgsqlException && StoreDamage.IsNonsense(error))
        {
            throw new SweepException(
                $"{address.Text}: the database is damaged ({Visible.Line(error.Message).TrimEnd('.')}), or somebody has changed it; restore a copy.", error);
        }
    }

    /// <summary>The same for rows that are read one by one.</summary>
    public static IEnumerable<T> GuardEach<T>(PostgresAddress address, IEnumerable<T> rows)
    {
        using var enumerator = GuardReading(address, rows.GetEnumerator);
        while (GuardReading(address, enumerator.MoveNext))
        {
            yield return enumerator.Current;
        }
    }

    /// <summary>What an error is to those who know no PostgreSQL; null for one that is a bug of ours.</summary>
    internal static SweepException? Of(PostgresAddress address, bool isOpen, Exception error) => error switch
    {
        PostgresException { SqlState: var state } answer => OfState(address, isOpen, state, answer),
        NpgsqlException { InnerException: PostgresException inner } => Of(address, isOpen, inner),
        NpgsqlException { InnerException: System.Security.Authentication.AuthenticationException tls } => new SweepException(
            $"{address.Text}: no TLS connection can be made ({Said(tls)}). sslmode and sslrootcert of the address say what is asked for, "
                + "and by which certificate the server is known.", error),
        NpgsqlException when error.Message.Contains("pool", StringComparison.Ordinal) => new StoreBusyException(
            $"{address.Text}: all connections of this process are in use.", error),
        NpgsqlException when error.Message.StartsWith("No password", StringComparison.Ordinal) => new SweepException(
            $"{address.Text}: the server asks {User(address)} for a password, and there is none. Give it by the variable PGPASSWORD or the "
                + "file ~/.pgpass, which nobody else may read.", error),
        NpgsqlException when HasInner<SocketException>(error) || HasInner<IOException>(error) || HasInner<TimeoutException>(error) => new StoreAwayException(
            $"{address.Text}: the server does not answer ({Said(error.InnerException ?? error)}).", error),
        NpgsqlException => new SweepException($"{address.Text}: {Said(error)}.", error),
        ObjectDisposedException or InvalidOperationException when error.Message.Contains("onnection", StringComparison.Ordinal) => new StoreAwayException(
            $"{address.Text}: the connection to the server broke.", error),
        TimeoutException or SocketException => new StoreAwayException($"{address.Text}: the server does not answer ({Said(error)}).", error),
        _ => null,
    };

    private static SweepException? OfState(PostgresAddress address, bool isOpen, string state, PostgresException error) => state switch
    {
        "53100" => new StoreFullException($"{address.Text}: the disk of the server is full.", error),
        "53300" => new StoreBusyException(
            $"{address.Text}: the server has no connection left ({Said(error)}); max_connections of its configuration says how many it has", error),
        "53200" or "53000" or "53400" => new StoreBusyException($"{address.Text}: the server has not enough of something ({Said(error)}).", error),
        "40001" or "40P01" => new StoreBusyException($"{address.Text}: another process wrote to the same rows ({Said(error)}).", error),
        "55P03" => new StoreBusyException($"{address.Text}: another process has kept the store locked for {PostgresAddress.LockSeconds} seconds.", error),
        "57014" => new StoreBusyException($"{address.Text}: the server did not get done in time ({Said(error)}).", error),
        "57P01" or "57P02" or "57P03" or "57P05" or "25P03" or ['0', '8', ..] => new StoreAwayException(
            $"{address.Text}: the server ended the connection ({Said(error)}).", error),
        "3D000" when isOpen => new StoreGoneException($"{address.Text}: the database was removed while it was written to, and its results with it."),
        "3D000" => new SweepException(
            $"{address.Text}: the server has no database '{address.Connection.Database}'. Make it with: createdb {address.Connection.Database}", error),
        "3F000" or "42P01" when isOpen => new StoreGoneException(
            $"{address.Text}: the tables of the store were removed while it was open, and its results with them. To train the sweep again, start it again."),
        "28P01" => new SweepException(
            $"{address.Text}: the server does not take the password of {User(address)}. It comes from the variable PGPASSWORD or the file ~/.pgpass.", error),
        "28000" => new SweepException(
            $"{address.Text}: the server does not let {User(address)} in ({Said(error)}). Where it wants TLS, add sslmode=require to the "
                + "address; who may come in is said in its pg_hba.conf.", error),
        "42501" => new SweepException(
            $"{address.Text}: {User(address)} may not do that ({Said(error)}). Workers need to write to the schema '{address.Schema}'; a "
                + "role that may only read can see status, export and report.", error),
        "25006" => new SweepException($"{address.Text}: the server can only be read ({Said(error)}); it may be a standby. Name the primary.", error),
        "58030" or "XX001" or "XX002" => new SweepException(
            $"{address.Text}: the server reports that its disk or its data are damaged ({Said(error)}). Restore a copy.", error),
        "0A000" or ['4', '2', ..] => null,
        ['2', '2', ..] or ['2', '3', ..] => new SweepException(
            $"{address.Text}: the store does not take what is to be written ({Said(error)}). It is damaged, or somebody has changed it; "
                + "restore a copy.", error),
        _ => new SweepException($"{address.Text}: the server says: {Said(error)} ({state}).", error),
    };

    /// <summary>What the error itself says. Neither Npgsql nor the server repeats a password.</summary>
    private static string Said(Exception error) => Visible.Line(error is PostgresException answer ? answer.MessageText : error.Message).TrimEnd('.');

    private static string User(PostgresAddress address) => $"the user '{address.Connection.Username}'";

    private static bool HasInner<T>(Exception error)
        where T : Exception
    {
        for (var inner = error.InnerException; inner is not null; inner = inner.InnerException)
        {
            if (inner is T) return true;
        }

        return false;
    }
}
