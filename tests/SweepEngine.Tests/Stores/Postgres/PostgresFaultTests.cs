using System.Diagnostics;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.Stores.Postgres;
using VicRegSweeps.SweepEngine.Tests.Running;

namespace VicRegSweeps.SweepEngine.Tests.Stores.Postgres;

/// <summary>What goes wrong between here and a server: it is survived, or comes out as a sentence without a password in it.</summary>
public sealed class PostgresFaultTests
{
    [Fact]
    public void A_wrong_password_gets_a_sentence_that_does_not_repeat_it()
    {
        using var place = new PostgresPlace();
        place.Sql($"CREATE ROLE {place.Schema}_ann LOGIN PASSWORD 'another'");

        var said = Refusal(PostgresCluster.Shared.Address(place.Schema, $"{place.Schema}_ann"));

        Assert.Contains("does not take the password", said, StringComparison.Ordinal);
        place.Sql($"DROP ROLE {place.Schema}_ann");
    }

    [Fact]
    public void A_role_that_may_only_read_reads_and_is_told_that_it_may_not_write()
    {
        using var place = new PostgresPlace();
        using var sweep = new FormulaSweep(postgres: place);
        sweep.Register(FormulaRunner.Grid(2));
        var role = $"{place.Schema}_reader";
        place.Sql($"CREATE ROLE {role} LOGIN PASSWORD '{PostgresCluster.Password}'; GRANT USAGE ON SCHEMA {place.Schema} TO {role}; GRANT SELECT ON ALL TABLES IN SCHEMA {place.Schema} TO {role}");
        var address = PostgresCluster.Shared.Address(place.Schema, role);

        using (var reader = StoreRooms.OpenReader(address)) Assert.Equal((2, 2), (reader.Status().Pending, reader.Trials().Count()));
        Assert.Contains("may not do that", Refusal(address), StringComparison.Ordinal);
        Assert.Contains("may not do that", Refusal(PostgresCluster.Shared.Address(place.Schema + "_new", role)), StringComparison.Ordinal);
        place.Sql($"DROP OWNED BY {role}; DROP ROLE {role}");
    }

    [Fact]
    public void Connections_that_break_again_and_again_lose_nothing()
    {
        using var place = new PostgresPlace();
        using var whole = new FormulaSweep();
        var observer = new RecordingObserver();
        var steps = 0;
        var runner = new FormulaRunner
        {
            BeforeStep = (_, _) =>
            {
                if (++steps % 7 == 0) place.Sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'broken'");
            },
        };
        using var store = StoreRooms.CreateOrOpen(place.Address + "&application_name=broken", FormulaRunner.Parameters, TimeProvider.System);
        store.Register("formula", "Does it add up?", "version: 1", FormulaRunner.Grid(6), runner.StackKey);
        whole.Register(FormulaRunner.Grid(6));
        whole.Run();

        var options = new SweepRunOptions { FlushEvery = TimeSpan.Zero, CheckpointEvery = TimeSpan.Zero, PollEvery = TimeSpan.FromMilliseconds(10) };
        Assert.Equal(6, new SweepRun(store, runner, observer, options).Execute(CancellationToken.None).Status.Completed);

        Assert.Contains(observer.Messages, m => m.Contains("the server", StringComparison.Ordinal) && m.Contains("trying again", StringComparison.Ordinal));
        Assert.Contains(observer.Messages, m => m.Contains("answers again", StringComparison.Ordinal));
        Assert.All(observer.Messages, m => Assert.DoesNotContain(PostgresCluster.Password, m, StringComparison.Ordinal));
        using var reader = StoreRooms.OpenReader(place.Address);
        using var expected = whole.Read();
        reader.RefuseDamage();
        Assert.Equal(expected.Losses(), reader.Losses());
        Assert.Equal("0", place.Sql("SELECT count(*) FROM @kept_file"));
    }

    [Fact]
    public void A_server_that_is_started_again_is_waited_for()
    {
        using var place = new PostgresPlace();
        using var cluster = new PostgresCluster();
        var address = cluster.Address("restarted");
        var observer = new RecordingObserver();
        var restarts = 0;
        var runner = new FormulaRunner
        {
            BeforeStep = (_, done) =>
            {
                if (done != 12 || restarts > 0) return;

                restarts++;
                cluster.Stop();
                Assert.Throws<StoreAwayException>(() => StoreRooms.OpenReader(address));
                Task.Delay(1500).ContinueWith(_ => cluster.Start(), TaskScheduler.Default);
            },
        };
        using var store = StoreRooms.CreateOrOpen(address, FormulaRunner.Parameters, TimeProvider.System);
        store.Register("formula", "", "version: 1", FormulaRunner.Grid(3), runner.StackKey);

        var options = new SweepRunOptions { FlushEvery = TimeSpan.Zero, CheckpointEvery = TimeSpan.Zero };
        Assert.Equal(3, new SweepRun(store, runner, observer, options).Execute(CancellationToken.None).Status.Completed);

        Assert.Contains(observer.Messages, m => m.Contains("until it is back", StringComparison.Ordinal));
        using var reader = StoreRooms.OpenReader(address);
        Assert.Equal(18, reader.Losses().Count());
    }

    [Fact]
    public void A_full_disk_of_the_server_is_told_as_one_and_passes_when_there_is_room()
    {
        using var place = new PostgresPlace();
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["small"]);
        Assert.SkipUnless(Shell(
            $"mount -t tmpfs -o size=6m,mode=0777 tmpfs {folder["small"]} && chmod 0755 {Path.GetDirectoryName(folder["small"])} && chown postgres {folder["small"]}"), "no small disk can be mounted here");
        try
        {
            PostgresCluster.Shared.Sql($"CREATE TABLESPACE {place.Schema}_small LOCATION '{folder["small"]}'");
            var address = PostgresCluster.Shared.Address(place.Schema, more: $"&options=-c%20default_tablespace%3D{place.Schema}_small");
            using (var store = StoreRooms.CreateOrOpen(address, FormulaRunner.Parameters, TimeProvider.System))
            {
                store.Register("formula", "", "version: 1", FormulaRunner.Grid(1), _ => "1");
                var lease = store.LeaseNext(new LeaseRequest("a", TimeSpan.FromMinutes(1), (_, _) => 4)).Lease!;

                Assert.Throws<StoreFullException>(() => store.RecordCheckpoint(lease, new RowBatch(), 1, 0, to => to.Write(new byte[8 << 20])));

                Assert.True(Shell($"mount -o remount,size=40m {folder["small"]}"));
                store.RecordCheckpoint(lease, new RowBatch(), 1, 0, to => to.Write(new byte[8 << 20]));
            }

            place.Sql($"DROP SCHEMA {place.Schema} CASCADE");
            PostgresCluster.Shared.Sql($"DROP TABLESPACE {place.Schema}_small");
        }
        finally
        {
            Shell($"umount -l {folder["small"]}");
        }
    }

    [Fact]
    public void A_server_that_wants_TLS_is_reached_by_it_and_says_so_where_it_is_not()
    {
        using var place = new PostgresPlace();
        using var folder = new TemporaryFolder();
        var (key, certificate) = (folder["server.key"], folder["server.crt"]);
        Assert.SkipUnless(
            Shell($"openssl req -new -x509 -days 2 -nodes -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 -keyout {key} -out {certificate} 2> /dev/null && chmod 0600 {key} && chmod 0755 {Path.GetDirectoryName(key)}"
                + (Environment.UserName == "root" ? $" && chown postgres {key} {certificate}" : "")),
            "there is no openssl");
        using var cluster = new PostgresCluster("ssl=on", $"ssl_cert_file={certificate}", $"ssl_key_file={key}");
        File.WriteAllText(Path.Combine(cluster.Data, "pg_hba.conf"), "hostssl all all 127.0.0.1/32 scram-sha-256\n");
        cluster.Sql("SELECT pg_reload_conf()");
        Thread.Sleep(300);

        Assert.Contains("add sslmode=require", Refusal(cluster.Address("tls", more: "&sslmode=disable")), StringComparison.Ordinal);
        Assert.Contains("TLS", Refusal(cluster.Address("tls", more: "&sslmode=verify-full")), StringComparison.Ordinal);
        foreach (var mode in new[] { "", "&sslmode=require", $"&sslmode=verify-full&sslrootcert={Uri.EscapeDataString(certificate)}" })
            StoreRooms.CreateOrOpen(cluster.Address("tls", more: mode), FormulaRunner.Parameters, TimeProvider.System).Dispose();
    }

    [Fact]
    public void A_store_whose_tables_are_removed_while_it_is_open_is_gone()
    {
        using var place = new PostgresPlace();
        using var store = StoreRooms.CreateOrOpen(place.Address, FormulaRunner.Parameters, TimeProvider.System);
        place.Sql($"DROP SCHEMA {place.Schema} CASCADE");

        Assert.Contains("were removed", Assert.Throws<StoreGoneException>(() => store.Status()).Message, StringComparison.Ordinal);
        Assert.True(store.IsGone);
        Assert.Throws<StoreGoneException>(store.RefuseGone);
    }

    [Fact]
    public void What_is_no_store_is_refused_and_left_alone()
    {
        using var place = new PostgresPlace();
        Assert.EndsWith("there is no such store.", Assert.Throws<SweepException>(() => StoreRooms.OpenReader(place.Address)).Message, StringComparison.Ordinal);
        Assert.EndsWith("there is no such store.",
            Assert.Throws<SweepException>(() => StoreRooms.Open(place.Address, FormulaRunner.Parameters, TimeProvider.System)).Message,
            StringComparison.Ordinal);

        place.Sql($"CREATE SCHEMA {place.Schema}; CREATE TABLE @mine (a int)");
        Assert.Contains("holds something else", Refusal(place.Address), StringComparison.Ordinal);
        place.Sql("DROP TABLE @mine");
        StoreRooms.CreateOrOpen(place.Address, FormulaRunner.Parameters, TimeProvider.System).Dispose();
        place.Sql("UPDATE @meta SET value = '99' WHERE key = 'schema_version'");
        Assert.Contains("written by a newer vicreg-sweep", Refusal(place.Address), StringComparison.Ordinal);
        Assert.Contains("has no database 'nowhere'", Refusal(place.Address.Replace("/postgres?", "/nowhere?", StringComparison.Ordinal)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Servers_that_are_no_longer_mended_are_refused()
    {
        Assert.Contains("is PostgreSQL 13.4, but a store needs 14 or later",
            Assert.Throws<SweepException>(() => PostgresServer.RefuseOld("db", new Version(13, 4))).Message, StringComparison.Ordinal);
        PostgresServer.RefuseOld("db", new Version(14, 0));
        PostgresServer.RefuseOld("db", new Version(18, 1));
    }

    [Fact]
    public void Workers_that_make_and_claim_at_once_get_what_no_other_has()
    {
        using var place = new PostgresPlace();
        const int workers = 8, trials = 96;
        Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = workers }, _ =>
            StoreRooms.CreateOrOpen(place.Address, FormulaRunner.Parameters, TimeProvider.System).Dispose());
        using (var store = StoreRooms.Open(place.Address, FormulaRunner.Parameters, TimeProvider.System))
            store.Register("formula", "", "version: 1", FormulaRunner.Grid(trials), _ => "1");

        var claimed = new List<string>();
        var threads = Enumerable.Range(0, workers).Select(worker => new Thread(() =>
        {
            using var store = StoreRooms.Open(place.Address, FormulaRunner.Parameters, TimeProvider.System);
            while (store.LeaseNext(new LeaseRequest($"w{worker}", TimeSpan.FromMinutes(5), (_, _) => 4)).Lease is { } lease)
            {
                lock (claimed) claimed.AddRange(lease.Work.Trials.Select(t => t.Id));
            }
        })).ToList();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();

        Assert.Equal(trials, claimed.Count);
        Assert.Equal(trials, claimed.Distinct().Count());
    }

    [Fact]
    public void Leases_are_measured_by_the_servers_clock()
    {
        using var place = new PostgresPlace();
        using var store = StoreRooms.CreateOrOpen(place.Address, FormulaRunner.Parameters, new Microsoft.Extensions.Time.Testing.FakeTimeProvider());
        store.Register("formula", "", "version: 1", FormulaRunner.Grid(1), _ => "1");
        var lease = store.LeaseNext(new LeaseRequest("a", TimeSpan.FromSeconds(60), (_, _) => 4)).Lease!;

        Assert.Equal("t", place.Sql("SELECT lease_until::timestamptz BETWEEN now() + interval '50 seconds' AND now() + interval '60 seconds' FROM @stack"));
        Assert.True(store.Renew(lease, TimeSpan.FromMilliseconds(1)));
        Thread.Sleep(20);
        Assert.False(store.Renew(lease, TimeSpan.FromSeconds(60)));
        Assert.Throws<LeaseLostException>(() => store.Record(lease, new RowBatch()));
    }

    private static string Refusal(string address)
    {
        var said = Assert.ThrowsAny<SweepException>(() => StoreRooms.CreateOrOpen(address, FormulaRunner.Parameters, TimeProvider.System)).Message;
        Assert.DoesNotContain(PostgresCluster.Password, said, StringComparison.Ordinal);
        return said;
    }

    private static bool Shell(string command)
    {
        using var process = Process.Start("/bin/sh", ["-c", command]);
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
