using System.Text.Json;

namespace VicRegSweeps.Cli.Tests;

/// <summary>What <c>submit</c> says and prints where there is no cluster.</summary>
public sealed class SubmitTests : IDisposable
{
    private readonly Workplace place = new();

    public SubmitTests()
    {
        place.Write("tiny.yaml", Workplace.TinySweep);
        place.Variables["PATH"] = place.PathOf("");    // Where no cluster's programs are.
    }

    public void Dispose() => place.Dispose();

    [Fact]
    public void A_dry_run_prints_the_script_and_writes_nothing()
    {
        var dry = place.Run("submit", "tiny.yaml", "--slurm", "--store", "postgres://ann@db.lab/sweeps", "--dry-run", "--device", "cuda", "--stack", "16");

        Assert.Equal((0, ""), (dry.ExitCode, dry.Error));
        Assert.StartsWith("#!/bin/bash\n#SBATCH --job-name=vicreg-tiny-", dry.Output, StringComparison.Ordinal);
        Assert.Contains("worker --store postgres://ann@db.lab/sweeps --quiet --device cuda --stack 16 --cache ", dry.Output, StringComparison.Ordinal);
        Assert.Equal([place.PathOf("tiny.yaml")], Directory.GetFileSystemEntries(place.PathOf("")));
    }

    [Fact]
    public void Blocks_of_a_cluster_file_are_arrays_that_share_the_shards()
    {
        place.Write("cluster.yaml", "version: 1\nslurm: [{workers: 3, partition: one}, {workers: 2, partition: two, command: /other/run}]\n");

        var scripts = place.Run("submit", "tiny.yaml", "--slurm", "--dry-run").Output.Split("#!/bin/bash\n", StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(["#SBATCH --array=1-3", "#SBATCH --array=4-5"], scripts.Select(s => s.Split('\n')[1]));
        Assert.Contains($"--store {place.PathOf("results/tiny/shards")} ", scripts[0], StringComparison.Ordinal);
        Assert.Contains("worker=(/other/run worker ", scripts[1], StringComparison.Ordinal);
        Assert.Contains("--shard \"$SLURM_ARRAY_TASK_ID/5\"", scripts[1], StringComparison.Ordinal);
    }

    [Fact]
    public void The_manifest_for_Kubernetes_is_JSON_without_the_address_of_the_store()
    {
        place.Write("k8s.yaml", "version: 1\nkubernetes: {image: lab/vicreg:1, workers: 4}\n");

        var dry = place.Run("submit", "tiny.yaml", "--kubernetes", "--cluster", "k8s.yaml", "--store", "postgres://ann@db.lab/sweeps", "--dry-run");

        Assert.Equal((0, ""), (dry.ExitCode, dry.Error));
        using var manifest = JsonDocument.Parse(dry.Output);
        Assert.Equal(4, manifest.RootElement.GetProperty("spec").GetProperty("completions").GetInt32());
        Assert.DoesNotContain("db.lab", dry.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Say which cluster is meant: --slurm or --kubernetes.")]
    [InlineData("Say which cluster is meant: --slurm or --kubernetes.", "--slurm", "--kubernetes")]
    [InlineData("There is no squeue on this machine", "--slurm")]
    [InlineData("tiny.yaml is a file, which nodes cannot share", "--slurm", "--store", "tiny.yaml")]
    [InlineData("Kubernetes needs to know the image of the workers", "--kubernetes")]
    [InlineData("Pods have no folder in common", "--kubernetes", "--cluster", "k8s.yaml")]
    [InlineData("There is no kubectl on this machine", "--kubernetes", "--cluster", "k8s.yaml", "--store", "postgres://ann@127.0.0.1:1/sweeps")]
    [InlineData("wrong.yaml(2,9): unknown key 'nodes' in 'slurm'", "--slurm", "--cluster", "wrong.yaml")]
    public void What_cannot_be_is_said_in_a_sentence_and_nothing_is_made(string message, params string[] options)
    {
        place.Write("k8s.yaml", "version: 1\nkubernetes: {image: lab/vicreg:1}\n");
        place.Write("wrong.yaml", "version: 1\nslurm: {nodes: 4}\n");

        var result = place.Run(["submit", "tiny.yaml", .. options]);

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith(message, result.Error, StringComparison.Ordinal);
        Assert.Equal(["k8s.yaml", "tiny.yaml", "wrong.yaml"],
            Directory.GetFileSystemEntries(place.PathOf("")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Cancel_without_trials_needs_a_cluster()
    {
        Assert.Equal(0, place.Run("run", "tiny.yaml", "--store", "sweep.db", "--quiet").ExitCode);
        var result = place.Run("cancel", "sweep.db");
        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("Name the trials to stop.", result.Error, StringComparison.Ordinal);
    }
}
