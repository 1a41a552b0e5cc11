using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace VicRegSweeps.SweepEngine.Clusters;

/// <summary>Writes the Job of workers in Kubernetes. It follows from its settings alone.</summary>
public static class KubernetesManifest
{
    /// <summary>It is read by people and by kubectl, and never becomes a part of a page.</summary>
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private const string StoreVariable = "VICREG_SWEEP_STORE";
    private const string ContainerName = "worker";

    /// <summary>The user must mend something: no further attempt helps, see the exit codes of the command.</summary>
    private const int UserError = 2;

    /// <summary>Done, but some trials failed: that is a result.</summary>
    private const int SomeTrialsFailed = 3;

    /// <param name="name">Of the Job, see <see cref="ClusterName"/>.</param>
    /// <param name="arguments">Of the verb <c>worker</c>, without the store, which the Secret has.</param>
    /// <returns>JSON, which is YAML too.</returns>
    public static string Of(KubernetesSettings settings, string name, IReadOnlyList<string> arguments) =>
        Job(settings, name, arguments).ToJsonString(Readable) + "\n";

    private static JsonObject Job(KubernetesSettings settings, string name, IReadOnlyList<string> arguments)
    {
        var labels = new JsonObject { ["app.kubernetes.io/name"] = "vicreg-sweep", ["app.kubernetes.io/instance"] = name };
        var metadata = new JsonObject { ["name"] = name };
        if (settings.Namespace is { } space) metadata["namespace"] = space;
        var ownLabels = labels.DeepClone().AsObject();
        if (settings.Queue is { } queue) ownLabels["kueue.x-k8s.io/queue-name"] = queue;
        metadata["labels"] = ownLabels;
        var spec = new JsonObject
        {
            ["completionMode"] = "Indexed",
            ["completions"] = settings.Workers,
            ["parallelism"] = settings.Workers,
            ["backoffLimitPerIndex"] = settings.Retries,

            // One that failed does not take the others with it.
            ["maxFailedIndexes"] = settings.Workers,

            // A pod that is being ended still holds its trials: the next begins when it is gone.
            ["podReplacementPolicy"] = "Failed",
            ["podFailurePolicy"] = new JsonObject
            {
                ["rules"] = new JsonArray(
                    new JsonObject
                    {
                        ["action"] = "Ignore",
                        ["onPodConditions"] = new JsonArray(new JsonObject { ["type"] = "DisruptionTarget", ["status"] = "True" }),
                    },
                    new JsonObject
                    {
                        ["action"] = "FailIndex",
                        ["onExitCodes"] = new JsonObject { ["containerName"] = ContainerName, ["operator"] = "In", ["values"] = new JsonArray(UserError) },
                    }),
            },
            ["template"] = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = labels }, ["spec"] = Pod(settings, arguments) },
        };
        if (settings.Queue is not null) spec["suspend"] = true;    // Until Kueue lets it begin.
        return new JsonObject { ["apiVersion"] = "batch/v1", ["kind"] = "Job", ["metadata"] = metadata, ["spec"] = spec };
    }

    private static JsonObject Pod(KubernetesSettings settings, IReadOnlyList<string> arguments)
    {
        var pod = new JsonObject
        {
            ["restartPolicy"] = "Never",
            ["terminationGracePeriodSeconds"] = settings.Grace,
            ["containers"] = new JsonArray(Container(settings, arguments)),
        };
        if (settings.NodeSelector.Count > 0)
            pod["nodeSelector"] = new JsonObject(settings.NodeSelector.Select(l => KeyValuePair.Create(l.Label, (JsonNode?)l.Value)));
        if (settings.Volumes.Count > 0)
        {
            pod["volumes"] = new JsonArray([.. settings.Volumes.Index().Select(v => (JsonNode)new JsonObject
            {
                ["name"] = VolumeName(v.Index),
                ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = v.Item.Claim },
            })]);
        }

        return pod;
    }

    private static JsonObject Container(KubernetesSettings settings, IReadOnlyList<string> arguments)
    {
        string[] worker = [settings.Command, "worker", "--store", $"$({StoreVariable})", .. arguments, "--workers", Text(settings.Processes)];

        // That trials failed is a result, which status and exports have: the pod's work is done.
        var script = string.Create(CultureInfo.InvariantCulture, $"trap 'kill -TERM \"$child\"' TERM; \"$@\" & child=$!; "
            + $"while kill -0 \"$child\" 2> /dev/null; do wait \"$child\"; done; wait \"$child\"; code=$?; [ \"$code\" != {SomeTrialsFailed} ] || "
                + $"code=0; exit \"$code\"");
        var container = new JsonObject
        {
            ["name"] = ContainerName,
            ["image"] = settings.Image,
            ["command"] = Array(["/bin/bash", "-c", script, "bash"]),
            ["args"] = Array(worker),
            ["env"] = new JsonArray(
                Secret(StoreVariable, settings.Secret, "url"),
                Secret("PGPASSWORD", settings.Secret, "password"),
                new JsonObject
                {
                    ["name"] = ClusterJob.Variable,
                    ["valueFrom"] = new JsonObject { ["fieldRef"] = new JsonObject { ["fieldPath"] = "metadata.name" } },
                }),
        };
        var limits = new JsonObject();
        if (settings.Gpus > 0) limits[settings.GpuResource] = Text(settings.Gpus);
        if (settings.Memory is { } memory) limits["memory"] = memory;
        var requests = limits.DeepClone().AsObject();
        if (settings.Cpus is { } cpus) requests["cpu"] = Text(cpus);
        if (requests.Count > 0) container["resources"] = new JsonObject { ["requests"] = requests, ["limits"] = limits };
        if (settings.Volumes.Count > 0)
        {
            container["volumeMounts"] = new JsonArray([.. settings.Volumes.Index().Select(v => (JsonNode)new JsonObject
            {
                ["name"] = VolumeName(v.Index),
                ["mountPath"] = v.Item.Path,
            })]);
        }

        return container;
    }

    private static JsonObject Secret(string variable, string secret, string key) => new()
    {
        ["name"] = variable,
        ["valueFrom"] = new JsonObject { ["secretKeyRef"] = new JsonObject { ["name"] = secret, ["key"] = key } },
    };

    private static string VolumeName(int index) => $"volume-{Text(index)}";

    private static JsonArray Array(IEnumerable<string> words) => new([.. words.Select(w => (JsonNode)w)]);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
