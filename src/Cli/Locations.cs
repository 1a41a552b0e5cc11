using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Cli;

/// <summary>Where things are kept unless the user says otherwise.</summary>
internal static class Locations
{
    /// <summary>The folder in which a store lies; the current one where it lies on a server.</summary>
    public static string Beside(string store) => !StoreAddress.IsServer(store) && Path.GetDirectoryName(store) is { Length: > 0 } folder ? folder : ".";

    /// <summary><c>results/NAME/sweep.db</c> below the current folder.</summary>
    /// <param name="sweep">A sweep's name: lower-case letters, digits and hyphens, so it cannot leave the folder.</param>
    public static string Store(string sweep) => Path.Combine("results", sweep, "sweep.db");

    /// <summary><c>results/NAME/shards</c> below the current folder.</summary>
    /// <param name="sweep">See <see cref="Store"/>.</param>
    public static string Shards(string sweep) => Path.Combine("results", sweep, "shards");

    /// <summary><c>$XDG_CACHE_HOME/vicreg-sweep</c>, where XDG_CACHE_HOME is ~/.cache unless it is set.</summary>
    public static string Cache()
    {
        var caches = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (string.IsNullOrEmpty(caches))
        {
            caches = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        }

        return Path.Combine(caches, "vicreg-sweep");
    }
}
