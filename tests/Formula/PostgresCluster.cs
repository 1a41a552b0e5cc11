using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace VicRegSweeps.Formula;

/// <summary>
/// A PostgreSQL server on this machine's loopback, made from Debian's programs in a folder that goes with it. It loses what it was told when
/// the power fails, which makes it fast, and sorts text as English does, which no export may show. It ends with the process that started it.
/// </summary>
public sealed class PostgresCluster : IDisposable
{
    /// <summary>The one superuser.</summary>
    public const string User = "postgres";

    /// <summary>Of every user that is made with one.</summary>
    public const string Password = "not-a-secret-7f3a";

    private const string Programs = "/usr/lib/postgresql";
    private static readonly Lazy<PostgresCluster> Only = new(() => new PostgresCluster());

    private readonly string folder;
    private readonly string[] settings;
    private Process? server;

    /// <param name="settings">Further lines of its configuration, such as <c>ssl=on</c>.</param>
    public PostgresCluster(params string[] settings)
    {
        this.settings = settings;
        folder = Directory.CreateTempSubdirectory("postgres-").FullName;
        Run("/bin/chmod", "0755", folder);
        Port = FreePort();
        if (IsRoot) Run("/bin/chown", User, folder);
        File.WriteAllText(Path.Combine(folder, "password"), Password);
        Run("/bin/chmod", "0644", Path.Combine(folder, "password"));
        AsUser(Program("initdb"), "-D", Data, "-U", User, "--auth=scram-sha-256", $"--pwfile={Path.Combine(folder, "password")}", "--no-sync",
            "--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en");
        Start();
    }

    /// <summary>Why there is none to be had on this machine; null where there is.</summary>
    public static string? Lack =>
        Bin is null ? $"PostgreSQL's server is not installed under {Programs} (apt-get install postgresql)"
        : IsRoot && !HasUser ? $"PostgreSQL's server does not run as root, and there is no user '{User}' to run it"
        : null;

    /// <summary>The server that the tests of this process share. It is started when it is first asked for.</summary>
    public static PostgresCluster Shared => Only.Value;

    public int Port { get; private set; }

    /// <summary>The folder of its data, which the superuser of this machine may change.</summary>
    public string Data => Path.Combine(folder, "data");

    /// <summary>What the server has logged.</summary>
    public string Log => File.Exists(LogFile) ? File.ReadAllText(LogFile) : "";

    private static bool IsRoot => Environment.UserName == "root";

    private static bool HasUser => File.ReadLines("/etc/passwd").Any(line => line.StartsWith(User + ":", StringComparison.Ordinal));

    private static string? Bin => Directory.Exists(Programs)
        ? Directory.GetDirectories(Programs).Select(d => Path.Combine(d, "bin")).Where(d => File.Exists(Path.Combine(d, "initdb")))
            .OrderByDescending(d => int.TryParse(Path.GetFileName(Path.GetDirectoryName(d)), CultureInfo.InvariantCulture, out var version) ? version : 0)
                .FirstOrDefault()
        : null;

    private string LogFile => Path.Combine(folder, "log");

    /// <summary>The address of a store; the password is to come from <c>PGPASSWORD</c>.</summary>
    /// <param name="schema">A new name for each.</param>
    public string Address(string schema, string user = User, string more = "") =>
        string.Create(CultureInfo.InvariantCulture, $"postgres://{user}@127.0.0.1:{Port}/postgres?schema={schema}{more}");

    /// <summary>What .NET connects by to the schema of a store.</summary>
    public string ConnectionString(string address) => string.Create(
        CultureInfo.InvariantCulture,
        $"Host=127.0.0.1;Port={Port};Username={User};Password={Password};Database=postgres;Search Path={address.Split("schema=")[1].Split('&')[0]}");

    /// <summary>Lets this process and those that it starts in.</summary>
    public static void GivePassword() => Environment.SetEnvironmentVariable("PGPASSWORD", Password);

    /// <summary>Runs SQL as the superuser.</summary>
    /// <returns>What it prints, without headings.</returns>
    public string Sql(string sql) => AsUser(
        Program("psql"), "-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture), "-U", User, "-d", "postgres", "-X", "-q", "-A", "-t", "-v",
        "ON_ERROR_STOP=1", "-c", sql).TrimEnd();

    /// <summary>Starts it, and waits until it answers.</summary>
    public void Start()
    {
        string[] options =
        [
            Program("postgres"), "-D", Data, "-p", Port.ToString(CultureInfo.InvariantCulture), "-k", folder,
            .. new[] { "listen_addresses=127.0.0.1", "fsync=off", "full_page_writes=off", "max_connections=200", "shared_buffers=64MB", "log_min_messages=warning" }
                .Concat(settings).SelectMany(s => new[] { "-c", s }),
        ];
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true };

        // The shell reads until this process ends, however it ends, and then takes the server and its folder with it.
        const string script =
            "log=$1; folder=$2; shift 2; \"$@\" > \"$log\" 2>&1 < /dev/null & p=$!; read -r word; kill -QUIT $p; wait $p; [ -n \"$word\" ] || rm -rf \"$folder\"";
        foreach (var argument in new[] { "-c", script, "sh", LogFile, folder }) start.ArgumentList.Add(argument);
        foreach (var argument in IsRoot ? ["/usr/bin/setpriv", "--reuid", User, "--regid", User, "--clear-groups", .. options]
            : options) start.ArgumentList.Add(argument);
        server = Process.Start(start)!;
        var ready = Path.Combine(Data, "postmaster.pid");
        for (var watch = Stopwatch.StartNew(); !(File.Exists(ready) && File.ReadAllText(ready).Contains("ready", StringComparison.Ordinal)); Thread.Sleep(20))
        {
            if (server.HasExited || watch.Elapsed > TimeSpan.FromSeconds(30)) throw new InvalidOperationException($"PostgreSQL did not start: {Log}");
        }
    }

    /// <summary>Ends it at once, as a loss of power would, or a kill.</summary>
    public void Stop()
    {
        if (server is null) return;

        server.StandardInput.WriteLine("stop");
        server.StandardInput.Close();
        server.WaitForExit();
        server.Dispose();
        server = null;
        File.Delete(Path.Combine(Data, "postmaster.pid"));
    }

    public void Dispose()
    {
        Stop();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Ends the shared server, if it runs.</summary>
    public static void End()
    {
        if (Only.IsValueCreated) Only.Value.Dispose();
    }

    private static string Program(string name) => Path.Combine(Bin ?? throw new InvalidOperationException(Lack), name);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string AsUser(string program, params string[] arguments) => IsRoot
        ? Run("/usr/bin/setpriv", ["--reuid", User, "--regid", User, "--clear-groups", program, .. arguments])
        : Run(program, arguments);

    private static string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["PGPASSWORD"] = Password;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output
            : throw new InvalidOperationException($"{Path.GetFileName(program)} ended with {process.ExitCode}: {error.Result}");
    }
}
