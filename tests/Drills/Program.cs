using System.Globalization;
using VicRegSweeps.Drills;
using VicRegSweeps.Formula;

// Long runs under fire, by hand: tests/Drills NAME [ROUNDS-OR-MINUTES]. Each prints what it did, and ends with 1 when a promise
// of docs/store.md was broken. The tests run the same in small.
Dictionary<string, (double Default, Func<double, string> Run)> drills = new()
{
    ["kill"] = (200, rounds => KillDrill.Formula((int)rounds)),
    ["kill-training"] = (30, rounds => KillDrill.Training((int)rounds)),
    ["crowd"] = (5000, trials => CrowdDrill.Run((int)trials)),
    ["readers"] = (5, minutes => ReadersDrill.Run(minutes)),
    ["kill-postgres"] = (100, rounds => OnServer(() => KillDrill.Formula((int)rounds, "pg:killed"))),
    ["crowd-postgres"] = (2000, trials => OnServer(() => CrowdDrill.Run((int)trials, "pg:crowd"))),
    ["readers-postgres"] = (2, minutes => OnServer(() => ReadersDrill.Run(minutes, "pg:busy"))),
    ["kill-shards"] = (100, rounds => ShardsDrill.Kill((int)rounds)),
    ["disk-full"] = (3, rounds => DiskFullDrill.Run((int)rounds)),
    ["clock"] = (20, seconds => ClockDrill.Run(seconds)),
    ["suspend"] = (5, rounds => SuspendDrill.Run((int)rounds)),
    ["pairs"] = (50, pairs => PairsDrill.Run((int)pairs)),
    ["collections"] = (10_000_000, operations => CollectionsDrill.Run((long)operations)),
    ["damage"] = (1000, times => DamageDrill.Run((int)times)),
};

if (args.Length is 0 or > 2 || !drills.TryGetValue(args[0], out var drill))
{
    Console.Error.WriteLine($"tests/Drills NAME [AMOUNT], where NAME is one of {string.Join(", ", drills.Keys)}.");
    return 2;
}

try
{
    Console.WriteLine($"{args[0]}: {drill.Run(args.Length == 2 ? double.Parse(args[1], CultureInfo.InvariantCulture) : drill.Default)}");
    return 0;
}
catch (BrokenPromiseException broken)
{
    Console.WriteLine($"{args[0]} BROKEN: {broken.Message}");
    return 1;
}

// A server of its own, that ends with the drill.
static string OnServer(Func<string> drill)
{
    if (PostgresCluster.Lack is { } lack) return $"not run: {lack}";

    PostgresCluster.GivePassword();
    try
    {
        return drill();
    }
    finally
    {
        PostgresCluster.End();
    }
}
