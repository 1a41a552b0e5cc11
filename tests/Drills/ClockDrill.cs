namespace VicRegSweeps.Drills;

/// <summary>Four workers, three of whose clocks jump an hour ahead and back all the time; each at moments of its own.</summary>
internal static class ClockDrill
{
    /// <param name="seconds">About how long the trials take.</param>
    public static string Run(double seconds)
    {
        using var site = new Site();
        var trials = (int)Math.Max(40, seconds * 20);
        site.Register("through.db", trials, epochs: 12);
        site.Register("jumping.db", trials, epochs: 12);
        site.Finish("through.db");

        var workers = new[] { 0, 1.1, 1.7, 2.3 }.Select(jump => site.Worker(
            "jumping.db", "pace=3", "checkpoint=0.2", FormattableString.Invariant($"jump={jump}"))).ToList();
        var refused = 0;
        foreach (var worker in workers)
        {
            var told = worker.StandardError.ReadToEnd();
            worker.WaitForExit();
            if (worker.ExitCode != 0) throw new BrokenPromiseException($"a worker ended with {worker.ExitCode}: {told}");
            refused += told.Split('\n').Count(line => line.Contains("ran out", StringComparison.Ordinal));
        }

        return $"four workers, leases lost to a clock {refused} times: {site.Compare("through.db", "jumping.db")}";
    }
}
