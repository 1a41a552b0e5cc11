using System.Security.Cryptography;
using System.Text;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.Stores.Postgres;

namespace VicRegSweeps.SweepEngine.Clusters;

/// <summary>
/// What the jobs of a store are called. The name alone says whose they are, so that they are found again wherever they were submitted from, and
/// nothing has to be written down.
/// </summary>
public static class ClusterName
{
    private const string Beginning = "vicreg-";
    private const int Digits = 10;

    /// <summary>Kubernetes adds a dash and up to five digits to it, and has room for 63 letters.</summary>
    private const int MostOfSweep = 36;

    /// <param name="sweep">Its name: small letters, digits and hyphens.</param>
    public static string Of(string sweep, string store) => $"{Beginning}{sweep[..Math.Min(sweep.Length, MostOfSweep)].TrimEnd('-')}-{Mark(store)}";

    /// <summary>Whether a job is one of a store's.</summary>
    public static bool IsOf(string job, string store) =>
        job.StartsWith(Beginning, StringComparison.Ordinal) && job.EndsWith($"-{Mark(store)}", StringComparison.Ordinal);

    /// <summary>The same for every way to write the same address.</summary>
    internal static string Mark(string store) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Place(store))))[..Digits];

    private static string Place(string store)
    {
        if (!StoreAddress.IsServer(store)) return StoreAddress.BehindLinks(Path.TrimEndingDirectorySeparator(store));

        var address = PostgresAddress.Parse(store);
        return $"postgres://{address.Connection.Host}:{address.Connection.Port}/{address.Connection.Database}/{address.Schema}";
    }
}
