using Npgsql;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.Stores.Postgres;

namespace VicRegSweeps.SweepEngine.Tests.Stores.Postgres;

/// <summary>Addresses as libpq takes them, and what is refused before anything is connected to.</summary>
public sealed class PostgresAddressTests
{
    [Fact]
    public void An_address_says_what_libpqs_does()
    {
        var address = PostgresAddress.Parse(
            "postgresql://ann%40lab@db.lab:6543/my%20sweeps?sslmode=verify-ca&sslrootcert=/etc/ca.pem&connect_timeout=5&schema=mine&options=-c%20work_mem%3D64MB");

        Assert.Equal(
            ("ann@lab", "db.lab", 6543, "my sweeps", SslMode.VerifyCA, "/etc/ca.pem", 5, "mine", "\"mine\""),
            (address.Connection.Username, address.Connection.Host, address.Connection.Port, address.Connection.Database, address.Connection.SslMode,
                address.Connection.RootCertificate, address.Connection.Timeout, address.Schema, address.Connection.SearchPath));
        Assert.StartsWith("-c work_mem=64MB -c statement_timeout=", address.Connection.Options, StringComparison.Ordinal);
        Assert.Equal("vicreg_sweep", PostgresAddress.Parse("postgres://db.lab/x").Schema);
        Assert.Equal("/run/pg", PostgresAddress.Parse("postgres://%2Frun%2Fpg/x").Connection.Host);
        Assert.Equal("::1", PostgresAddress.Parse("postgres://[::1]:7/x").Connection.Host);
        Assert.Equal("a:1,b:2", PostgresAddress.Parse("postgres://a:1,b:2/x").Connection.Host);
        Assert.Equal("ann", PostgresAddress.Parse("postgres://ann@h").Connection.Database);
    }

    [Theory]
    [InlineData("postgres://ann:hunter2@db/x", "has a password in it")]
    [InlineData("postgres://ann@db/x?password=hunter2", "has a password in it")]
    [InlineData("postgres://db/x?sslmod=require", "did you mean 'sslmode'?")]
    [InlineData("postgres://db/x?sslmode=always", "must be disable, allow, prefer")]
    [InlineData("postgres://db:99999/x", "must be a whole number from 1 to 65535")]
    [InlineData("postgres://db/x?schema=My-Schema", "made of small letters")]
    [InlineData("postgres://db/x?schema=pg_catalog", "begins with no digit and not with pg_")]
    [InlineData("postgres://db/x/y", "USER@HOST:PORT/DATABASE")]
    [InlineData("postgres://db/x?target_session_attrs=odd", "which PostgreSQL does not know")]
    public void What_is_no_address_gets_a_sentence_and_a_password_is_not_repeated(string text, string said)
    {
        var error = Assert.Throws<SweepException>(() => StoreAddress.Checked(text)).Message;

        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_ways_to_write_an_address_lead_to_the_same_store()
    {
        var one = PostgresAddress.Parse("postgres://ann@db/x");

        Assert.True(one.IsSameAs(PostgresAddress.Parse("postgresql://bob@db:5432/x?schema=vicreg_sweep&sslmode=require")));
        Assert.False(one.IsSameAs(PostgresAddress.Parse("postgres://ann@db/x?schema=other")));
    }
}
