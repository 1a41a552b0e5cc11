using System.Diagnostics;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Clusters;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Cli.Clusters;

/// <summary><c>submit --kubernetes</c>.</summary>
internal static class KubernetesSubmission
{
    /// <summary>Where pods keep feature banks: the user's folder of caches means nothing in an image.</summary>
    private const string Cache = "/tmp/vicreg-sweep";

    /// <returns>An exit code.</returns>
    public static int Run(Submission submission, KubernetesSettings settings)
    {
        if (submission.Store is not { } store || !StoreAddress.IsServer(store))
            throw new SweepException("Pods have no folder in common: with --kubernetes, the store is in PostgreSQL. Name it as --store "
                + "postgres://USER@HOST/DATABASE.");

        var name = ClusterName.Of(submission.Sweep, store);
        var manifest = KubernetesManifest.Of(settings, name, [.. (submission.Options with { Cache = Cache }).ToArguments(), "--quiet"]);
        if (submission.IsDry)
        {
            Console.Out.Write(manifest);
            return ExitCodes.Done;
        }

        var kubectl = Programs.Find("kubectl") ?? throw new SweepException(
            $"There is no kubectl on this machine. Print the manifest with --dry-run, and create it where there is one: kubectl create -f FILE");
        submission.Register(store);
        Create(kubectl, manifest);
        Notice.Say($"Job {name}: {Texts.Counted(settings.Workers, "worker")}");
        Notice.Say($"Logs:      kubectl logs --prefix -l app.kubernetes.io/instance={name}");
        Notice.Say($"Status:    {CommandName.Line("status", store)}");
        Notice.Say($"Take back: kubectl delete job {name}");
        return ExitCodes.Done;
    }

    private static void Create(string kubectl, string manifest)
    {
        using var process = Process.Start(new ProcessStartInfo(kubectl, ["create", "-f", "-"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        process.StandardInput.Write(manifest);
        process.StandardInput.Close();
        process.WaitForExit();
        _ = output.Result;
        if (process.ExitCode != 0) throw new SweepException($"kubectl ended with {process.ExitCode}: {error.Result.Trim()}");
    }
}
