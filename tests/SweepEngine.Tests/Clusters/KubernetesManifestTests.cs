using System.Text.Json.Nodes;
using VicRegSweeps.SweepEngine.Clusters;

namespace VicRegSweeps.SweepEngine.Tests.Clusters;

/// <summary>The Job of workers, against a text that was read by a person, and what must hold whatever the cluster file says.</summary>
public sealed class KubernetesManifestTests
{
    private const string Everything = """
        version: 1
        kubernetes:
          image: registry.lab/vicreg-sweep:1
          namespace: vision
          workers: 8
          gpus: 1
          workers_per_gpu: 2
          cpus: 4
          memory: 16Gi
          secret: sweeps
          grace: 120
          retries: 3
          queue: ours
          volumes: [{claim: data, path: /data}]
          node_selector: {gpu.kind: a100}
        """;

    [Fact]
    public void Everything_that_a_cluster_file_can_say_is_as_it_was_read() => SlurmScriptTests.AsRecorded("everything.json", Of(Everything));

    [Fact]
    public void Workers_that_end_are_told_apart_by_their_exit_codes_and_no_password_stands_in_it()
    {
        var spec = JsonNode.Parse(Of("version: 1\nkubernetes: {image: lab/image, workers: 3}"))!["spec"]!;

        Assert.Equal(("Indexed", 3, 3), ((string)spec["completionMode"]!, (int)spec["completions"]!, (int)spec["parallelism"]!));
        Assert.Equal("Failed", (string)spec["podReplacementPolicy"]!);
        var rules = spec["podFailurePolicy"]!["rules"]!.AsArray();
        Assert.Equal(["Ignore", "FailIndex"], rules.Select(r => (string)r!["action"]!));
        Assert.Equal(2, (int)rules[1]!["onExitCodes"]!["values"]![0]!);

        // The API refuses a failure policy with another restart policy, and a policy by index without a limit by index.
        var pod = spec["template"]!["spec"]!;
        Assert.Equal("Never", (string)pod["restartPolicy"]!);
        Assert.Equal((6, 3, 90), ((int)spec["backoffLimitPerIndex"]!, (int)spec["maxFailedIndexes"]!, (int)pod["terminationGracePeriodSeconds"]!));
        var container = pod["containers"]![0]!;
        Assert.Equal((string)rules[1]!["onExitCodes"]!["containerName"]!, (string)container["name"]!);
        Assert.Equal(["url", "password"], container["env"]!.AsArray().Select(e => (string?)e!["valueFrom"]!["secretKeyRef"]?["key"]).OfType<string>());
        Assert.Contains("$(VICREG_SWEEP_STORE)", container["args"]!.AsArray().Select(a => (string)a!));
        Assert.Null(spec["suspend"]);
    }

    private static string Of(string file) => KubernetesManifest.Of(
        ClusterFileReader.Parse(file, "cluster.yaml").Kubernetes!, "vicreg-quickstart-0123456789", ["--device", "auto"]);
}
