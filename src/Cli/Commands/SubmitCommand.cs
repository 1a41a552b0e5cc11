using System.CommandLine;
using VicRegSweeps.Cli.Clusters;
using VicRegSweeps.Cli.Plans;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Clusters;
using VicRegSweeps.Trials;

namespace VicRegSweeps.Cli.Commands;

/// <summary><c>submit SWEEP.yaml --slurm|--kubernetes</c>: has a cluster run the workers of a sweep.</summary>
internal static class SubmitCommand
{
    private const string StandardFile = "cluster.yaml";

    public static Command Create()
    {
        var file = Shared.SweepFile();
        var slurm = new Option<bool>("--slurm") { Description = "Submit a job array to Slurm, of which each task is a worker." };
        var kubernetes = new Option<bool>("--kubernetes") { Description = "Create an Indexed Job in Kubernetes, of which each pod is a worker." };
        var cluster = new Option<string?>("--cluster")
        {
            Description = $"What the site has: partitions, time, GPUs, containers. [{StandardFile} in the current folder, if there is one]",
            HelpName = "FILE.yaml",
        };
        var store = Shared.StoreOption(
            "postgres://USER@HOST/DATABASE, or a folder that all nodes share, for shards without a database. [results/NAME/shards]");
        var dryRun = new Option<bool>("--dry-run") { Description = "Print the script or the manifest to standard output; write and submit nothing." };
        var limit = Shared.Limit();
        var arguments = new TrainingArguments();
        var command = new Command("submit", "Have a cluster run the workers of a sweep. Doing it again goes on with what is not done.")
        {
            file, slurm, kubernetes, cluster, store, dryRun, limit,
        }.WithExamples("submit sweeps/quickstart.yaml --slurm --dry-run", "submit sweeps/quickstart.yaml --slurm --store postgres://ann@db.lab/sweeps",
            "submit sweeps/quickstart.yaml --slurm --store /shared/quickstart --cluster gpu.yaml");
        arguments.AddTo(command, supervises: false);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(slurm) == parsed.GetValue(kubernetes)) throw new SweepException("Say which cluster is meant: --slurm or --kubernetes.");

            var options = arguments.Read(parsed);
            var sweep = Shared.ReadSweep(parsed.GetRequiredValue(file));
            var site = Site(parsed.GetValue(cluster));
            var plan = PlanReading.Of(sweep, TrialCatalogue.Parameters, parsed.GetValue(limit)!.Value, options.Cache, options.Quiet);
            InputCheck.Of(plan).RefuseMissing();
            var submission = new Submission(plan, options, parsed.GetValue(store), parsed.GetValue(dryRun));
            return parsed.GetValue(slurm) ? SlurmSubmission.Run(submission, site)
                : KubernetesSubmission.Run(submission, site.Kubernetes ?? throw new SweepException(
                    $"Kubernetes needs to know the image of the workers: write a cluster file with kubernetes: {{image: …}}, and name it by --cluster."));
        });
        return command;
    }

    private static ClusterFile Site(string? file) => file is not null ? ClusterFileReader.Read(file)
        : File.Exists(StandardFile) ? ClusterFileReader.Read(StandardFile)
        : ClusterFile.Standard;
}
