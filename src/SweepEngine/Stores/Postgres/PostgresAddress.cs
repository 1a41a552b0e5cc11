using System.Globalization;
using Npgsql;
using VicRegSweeps.SweepEngine.SweepFiles;

namespace VicRegSweeps.SweepEngine.Stores.Postgres;

/// <summary>
/// Where a store in PostgreSQL is: an address as libpq takes it, such as <c>postgres://ann@db.lab/sweeps?sslmode=verify-full</c>, and
/// <c>schema</c> besides, by which a database has room for several stores. What is left out comes from the environment, as libpq's does
/// (<c>PGHOST</c>, <c>PGPORT</c>, <c>PGUSER</c>, <c>PGDATABASE</c>, <c>PGSSLMODE</c>). Passwords come from <c>PGPASSWORD</c> or
/// <c>.pgpass</c> alone: an address stands in lists of processes, in logs and in a shell's history.
/// </summary>
/// <param name="Text">As it was given.</param>
/// <param name="Schema">The schema that holds the store's tables.</param>
/// <param name="Connection">Everything that a connection needs.</param>
internal sealed record PostgresAddress(string Text, string Schema, NpgsqlConnectionStringBuilder Connection)
{
    public const string DefaultSchema = "vicreg_sweep";

    private const string Schemes = "postgres:// or postgresql://";
    private const string LocalSockets = "/var/run/postgresql";

    /// <summary>How long a statement may take, in seconds. Whatever hangs for longer is given up, and tried again.</summary>
    private const int StatementSeconds = 120;

    /// <summary>How long a lock is waited for, in seconds.</summary>
    public const int LockSeconds = 30;

    private static readonly Dictionary<string, Action<NpgsqlConnectionStringBuilder, string>> Settings = new(StringComparer.Ordinal)
    {
        ["host"] = (c, value) => c.Host = value,
        ["port"] = (c, value) => c.Port = Number("port", value, 65535),
        ["user"] = (c, value) => c.Username = value,
        ["dbname"] = (c, value) => c.Database = value,
        ["sslmode"] = (c, value) => c.SslMode = Mode(value),
        ["sslrootcert"] = (c, value) => c.RootCertificate = value,
        ["sslcert"] = (c, value) => c.SslCertificate = value,
        ["sslkey"] = (c, value) => c.SslKey = value,
        ["passfile"] = (c, value) => c.Passfile = value,
        ["connect_timeout"] = (c, value) => c.Timeout = Number("connect_timeout", value, 1024),
        ["application_name"] = (c, value) => c.ApplicationName = value,
        ["options"] = (c, value) => c.Options = value,
        ["target_session_attrs"] = (c, value) => c.TargetSessionAttributes = value,
        ["krbsrvname"] = (c, value) => c.KerberosServiceName = value,
    };

    /// <summary>Whether a text is meant to be such an address.</summary>
    public static bool IsMeant(string text) =>
        text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase);

    /// <exception cref="SweepException">It is no address, or has a password.</exception>
    public static PostgresAddress Parse(string text)
    {
        var rest = text[(text.IndexOf("://", StringComparison.Ordinal) + 3)..];
        var (place, query) = Cut(rest, '?');
        var at = place.LastIndexOf('@');
        var (user, password) = Cut(at < 0 ? "" : place[..at], ':');
        if (password.Length > 0) throw Password();

        var (hosts, database) = Cut(place[(at + 1)..], '/');
        var connection = Standard();
        if (user.Length > 0) connection.Username = Uri.UnescapeDataString(user);
        if (hosts.Length > 0) SetHosts(connection, hosts);
        if (database.Length > 0) connection.Database = Uri.UnescapeDataString(database);
        var schema = DefaultSchema;
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = Cut(pair, '=');
            (name, value) = (Uri.UnescapeDataString(name), Uri.UnescapeDataString(value));
            if (name is "password") throw Password();

            if (name == "schema") schema = Checked(value);
            else if (Settings.TryGetValue(name, out var set)) Set(name, value, () => set(connection, value));
            else throw Unknown(name);
        }

        if (string.IsNullOrEmpty(connection.Database)) connection.Database = connection.Username;
        if (connection.Database!.Contains('/', StringComparison.Ordinal))
            throw new SweepException($"The address of the database has '{connection.Database}' for a database's name; it is {Schemes}USER@HOST:PORT/DATABASE.");

        connection.SearchPath = $"\"{schema}\"";
        connection.Options = string.Join(' ', [
            connection.Options ?? "", $"-c statement_timeout={StatementSeconds}s", $"-c lock_timeout={LockSeconds}s", "-c client_min_messages=warning"]).Trim();
        return new PostgresAddress(text, schema, connection);
    }

    /// <summary>Whether both lead to the same store.</summary>
    public bool IsSameAs(PostgresAddress other) =>
        (Connection.Host, Connection.Port, Connection.Database, Schema)
        == (other.Connection.Host, other.Connection.Port, other.Connection.Database, other.Schema);

    /// <summary>What holds wherever the server is.</summary>
    private static NpgsqlConnectionStringBuilder Standard()
    {
        var connection = new NpgsqlConnectionStringBuilder
        {
            Host = Variable("PGHOST") ?? (Directory.Exists(LocalSockets) ? LocalSockets : "localhost"),
            Username = Variable("PGUSER") ?? Environment.UserName,
            Database = Variable("PGDATABASE"),
            ApplicationName = "vicreg-sweep",

            // A worker that trains says about once a second how far it is, by one connection; a server has room for some hundreds of them.
            MaxPoolSize = 16,
            ConnectionIdleLifetime = 20,
            ConnectionPruningInterval = 5,
            NoResetOnClose = true,
            MaxAutoPrepare = 150,
            AutoPrepareMinUsages = 2,
            Timeout = 15,
            CommandTimeout = StatementSeconds + 30,
            TcpKeepAlive = true,
            TcpKeepAliveTime = 30,
            TcpKeepAliveInterval = 10,
            IncludeErrorDetail = false,
            Enlist = false,
        };
        if (Variable("PGPORT") is { } port) connection.Port = Number("PGPORT", port, 65535);
        if (Variable("PGSSLMODE") is { } mode) connection.SslMode = Mode(mode);
        return connection;
    }

    /// <param name="hosts">One, or several with commas between; those are tried in turn.</param>
    private static void SetHosts(NpgsqlConnectionStringBuilder connection, string hosts)
    {
        if (hosts.Contains(',', StringComparison.Ordinal))
        {
            connection.Host = Uri.UnescapeDataString(hosts);
            return;
        }

        var colon = hosts.LastIndexOf(':');
        if (colon >= 0 && !hosts.EndsWith(']'))
        {
            connection.Port = Number("port", hosts[(colon + 1)..], 65535);
            hosts = hosts[..colon];
        }

        if (hosts.Length > 0) connection.Host = Uri.UnescapeDataString(hosts.Trim('[', ']'));
    }

    private static void Set(string name, string value, Action set)
    {
        try
        {
            set();
        }
        catch (ArgumentException)
        {
            throw new SweepException($"The address of the database has '{value}' for '{name}', which PostgreSQL does not know.");
        }
    }

    /// <summary>A name that can stand in SQL as it is: in quotes it would have to be given in them everywhere else too.</summary>
    private static string Checked(string schema) =>
        schema.Length is > 0 and <= 63 && !char.IsAsciiDigit(schema[0]) && schema.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_')
        && !schema.StartsWith("pg_", StringComparison.Ordinal)
            ? schema
            : throw new SweepException(
                $"The address of the database has the schema '{schema}', but a schema's name is made of small letters, digits and _, begins "
                    + "with no digit and not with pg_, and has at most 63 of them.");

    private static SslMode Mode(string text) => text switch
    {
        "disable" => SslMode.Disable,
        "allow" => SslMode.Allow,
        "prefer" => SslMode.Prefer,
        "require" => SslMode.Require,
        "verify-ca" => SslMode.VerifyCA,
        "verify-full" => SslMode.VerifyFull,
        _ => throw new SweepException($"sslmode is '{text}', but must be disable, allow, prefer, require, verify-ca or verify-full."),
    };

    private static int Number(string name, string text, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most
            ? number
            : throw new SweepException($"{name} is '{text}', but must be a whole number from 1 to {most}.");

    private static SweepException Password() => new(
        "The address of the database has a password in it, which everybody could read in the list of processes. Take it out, and give it by "
            + "the variable PGPASSWORD or the file ~/.pgpass.");

    private static SweepException Unknown(string name)
    {
        string[] known = [.. Settings.Keys, "schema"];
        var meant = Spelling.Nearest(name, known) is { } near ? $"; did you mean '{near}'?" : $"; it may have {string.Join(", ", known)}.";
        return new SweepException($"The address of the database has the setting '{name}', which is not known{meant}");
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static (string Before, string After) Cut(string text, char at) =>
        text.IndexOf(at, StringComparison.Ordinal) is var place and >= 0 ? (text[..place], text[(place + 1)..]) : (text, "");
}
