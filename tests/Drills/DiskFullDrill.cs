using System.Diagnostics;

namespace VicRegSweeps.Drills;

/// <summary>A small file system that fills up while two workers write, and has room again later. Needs root, to mount a tmpfs.</summary>
internal static class DiskFullDrill
{
    private const int MegaBytes = 6;

    public static string Run(int rounds)
    {
        var mount = Directory.CreateTempSubdirectory("drill-small-").FullName;
        Shell($"mount -t tmpfs -o size={MegaBytes}m tmpfs '{mount}'");
        try
        {
            return Run(rounds, mount);
        }
        finally
        {
            Shell($"umount '{mount}'");
            Directory.Delete(mount);
        }
    }

    private static string Run(int rounds, string mount)
    {
        using var site = new Site();
        site.Register("through.db", 200, epochs: 12);
        site.Finish("through.db");
        var small = new Site(mount);
        small.Register("full.db", 200, epochs: 12);

        var waits = 0;
        string[] options = ["pace=4", "checkpoint=0.1", "poll=0.2"];
        var workers = new[] { small.Worker("full.db", options), small.Worker("full.db", options) };
        var told = workers.Select(w => w.StandardError.ReadToEndAsync()).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            Thread.Sleep(1500);
            Fill(small["filler"]);
            Thread.Sleep(2500);
            File.Delete(small["filler"]);
        }

        foreach (var (worker, text) in workers.Zip(told))
        {
            worker.WaitForExit();
            if (worker.ExitCode != 0) throw new BrokenPromiseException($"a worker ended with {worker.ExitCode}: {text.Result}");
            waits += text.Result.Split('\n').Count(line => line.Contains("waiting for room", StringComparison.Ordinal));
        }

        if (waits == 0) throw new BrokenPromiseException("no worker noticed that the disk was full");
        File.Copy(small["full.db"], site["full.db"]);
        return $"{rounds} times full, {waits} waits for room: {site.Compare("through.db", "full.db")}";
    }

    private static void Fill(string path)
    {
        var block = new byte[4096];
        try
        {
            using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            while (true) file.Write(block);
        }
        catch (IOException)
        {
            // Full, which was the aim.
        }
    }

    private static void Shell(string command)
    {
        using var process = Process.Start("/bin/sh", ["-c", command]);
        process.WaitForExit();
        if (process.ExitCode != 0) throw new BrokenPromiseException($"'{command}' ended with {process.ExitCode}; this drill needs root");
    }
}
