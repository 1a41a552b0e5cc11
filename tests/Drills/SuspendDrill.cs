using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Drills;

/// <summary>A worker that is suspended past its lease and then goes on: another has its stack by then, and the late one is refused.</summary>
internal static class SuspendDrill
{
    public static string Run(int rounds)
    {
        var refused = 0;
        var compared = "";
        for (var round = 0; round < rounds; round++)
        {
            using var site = new Site();
            site.Register("through.db", 24, epochs: 12);
            site.Register("suspended.db", 24, epochs: 12);
            site.Finish("through.db");

            using var late = site.Worker("suspended.db", "pace=20", "lease=2", "checkpoint=0.3");
            Until(site, status => status.Running > 0);
            Thread.Sleep(300 + (round * 150));
            Site.Signal(late, "STOP");
            using var other = site.Worker("suspended.db", "pace=3", "lease=2");
            other.WaitForExit();
            var error = other.StandardError.ReadToEnd();
            if (other.ExitCode != 0) throw new BrokenPromiseException($"the other worker ended with {other.ExitCode}: {error}");

            Site.Signal(late, "CONT");
            late.WaitForExit();
            var told = late.StandardError.ReadToEnd();
            if (late.ExitCode != 0) throw new BrokenPromiseException($"the late worker ended with {late.ExitCode}: {told}");
            if (told.Contains("ran out", StringComparison.Ordinal)) refused++;
            compared = site.Compare("through.db", "suspended.db");
        }

        return refused == rounds
            ? $"{rounds} suspensions, each time the late worker was refused: {compared}"
            : throw new BrokenPromiseException($"the late worker was refused {refused} of {rounds} times");
    }

    private static void Until(Site site, Func<StoreStatus, bool> holds)
    {
        for (; ; Thread.Sleep(20))
        {
            using var reader = StoreRooms.OpenReader(site["suspended.db"]);
            if (holds(reader.Status())) return;
        }
    }
}
