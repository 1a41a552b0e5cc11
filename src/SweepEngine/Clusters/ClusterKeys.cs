namespace VicRegSweeps.SweepEngine.Clusters;

/// <summary>The keys of a cluster file, in the order in which they are documented.</summary>
internal static class ClusterKeys
{
    private const string Word = @"^[^\s""'\\#$`;&|<>]+\z";
    private const string WordForm = "a name without spaces, quotes and signs that a shell obeys";
    private const string Line = @"^[^\x00-\x1f\x7f]+\z";
    private const string LineForm = "one line of text";
    private const string Label = @"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\z";
    private const string LabelForm = "small letters, digits, hyphens and dots, as Kubernetes names things";

    /// <summary>A line of a script.</summary>
    public static ClusterKey SetupLine { get; } = new("setup", "A line of bash that is run before the worker, such as module load cuda.")
    {
        Pattern = Line,
        Form = LineForm,
    };

    /// <summary>What an option of sbatch has for a value.</summary>
    public static ClusterKey OptionValue { get; } = new("options", "Further options of sbatch, as it names them without the hyphens; true for one "
        + "without a value.")
    {
        Pattern = @"^[^\x00-\x1f\x7f""\\]+\z",
        Form = "one line of text without double quotes and backslashes",
    };

    /// <summary>The name of an option of sbatch.</summary>
    public static ClusterKey OptionName { get; } = new("options", "")
    {
        Pattern = @"^[a-z][a-z0-9-]*\z",
        Form = "the long name of an option without its hyphens",
    };

    /// <summary>An argument of the program that starts a container.</summary>
    public static ClusterKey ContainerOption { get; } = new("options", "An argument of apptainer exec, or of srun, such as --bind.")
    {
        Pattern = Line,
        Form = LineForm,
    };

    public static ClusterKey Apptainer { get; } = new("apptainer", "The image that the worker runs in, a file or an address, started by apptainer exec.")
    {
        Pattern = Line,
        Form = LineForm,
    };

    public static ClusterKey Pyxis { get; } = new("pyxis", "The image that the worker runs in, started by srun --container-image, which NVIDIA's "
        + "pyxis adds to Slurm.")
    {
        Pattern = Line,
        Form = LineForm,
    };

    public static ClusterKey Workers { get; } = new("workers", "How many workers are started: tasks of Slurm's array, or pods. With shards, so many shards.")
    {
        Maximum = 10_000,
        Default = "1",
    };

    public static ClusterKey Gpus { get; } = new("gpus", "How many GPUs each of them gets.") { Minimum = 0, Maximum = 64, Default = "0" };

    public static ClusterKey WorkersPerGpu { get; } = new("workers_per_gpu", "How many processes share a GPU; all of a task's are watched over by one.")
    {
        Maximum = 64,
        Default = "1",
    };

    public static ClusterKey Cpus { get; } = new("cpus", "How many cores each of them gets.") { Maximum = 4096 };

    public static ClusterKey Command { get; } = new("command", "The vicreg-sweep that workers start, by its path on the nodes; the one that submits, "
        + "unless given.")
    {
        Pattern = @"^/[^\x00-\x1f\x7f]*\z",
        Form = "a path that begins with /",
    };

    public static IReadOnlyList<ClusterKey> Slurm { get; } =
    [
        new("partition", "The partition, or several with commas between; the site's own choice unless given.") { Pattern = Word, Form = WordForm },
        new("account", "The account that is charged.") { Pattern = Word, Form = WordForm },
        new("time", "How long a worker may run before Slurm ends it. It goes on in the next task of its own; the partition's limit unless given.")
        {
            Pattern = @"^(\d+|\d+:\d{2}|\d+:\d{2}:\d{2}|\d+-\d+|\d+-\d+:\d{2}|\d+-\d+:\d{2}:\d{2})\z",
            Form = "a time as Slurm writes it: minutes, hours:minutes:seconds or days-hours:minutes:seconds",
        },
        Workers,
        new("at_once", "How many of them run at once; as many as there is room for unless given.") { Maximum = 10_000 },
        Gpus,
        new("gpu_type", "The kind of GPU, as the site calls it.") { Pattern = @"^[A-Za-z0-9_.-]+\z", Form = "a name of letters, digits, _, . and -" },
        WorkersPerGpu,
        Cpus,
        new("memory", "How much memory each of them gets.") { Pattern = @"^\d+[KMGT]?\z", Form = "a whole number with K, M, G or T behind it, such as 32G" },
        new("signal_ahead", "How many seconds before the time limit a worker is told to write its checkpoint and to leave. Slurm may be a minute early.")
        {
            Minimum = 10,
            Maximum = 3600,
            Default = "90",
        },
        new("time_limits", "How often a task that ran into its time limit is queued again. Preemptions do not count.")
        {
            Minimum = 0,
            Maximum = 10_000,
            Default = "20",
        },
        Command,
    ];

    public static IReadOnlyList<ClusterKey> Kubernetes { get; } =
    [
        new("image", "The image of the workers, see the Dockerfile of the repository.") { Pattern = @"^[^\s""'\\]+\z", Form = "the address of an image" },
        new("namespace", "The namespace; that of kubectl's context unless given.") { Pattern = Label, Form = LabelForm },
        Workers,
        Gpus,
        new("gpu_resource", "What GPUs are called by the cluster.")
        {
            Pattern = @"^[a-z0-9.-]+/[A-Za-z0-9_.-]+\z",
            Form = "a name such as nvidia.com/gpu",
            Default = "nvidia.com/gpu",
        },
        WorkersPerGpu,
        Cpus,
        new("memory", "How much memory each pod gets.") { Pattern = @"^\d+(Ki|Mi|Gi|Ti|K|M|G|T)?\z", Form = "a whole number with a unit such as Gi behind it" },
        new("secret", "The Secret that holds the store's address (key url) and the password (key password).")
        {
            Pattern = Label,
            Form = LabelForm,
            Default = "vicreg-sweep-store",
        },
        new("grace", "How many seconds a worker has for its checkpoint when its pod is ended.") { Minimum = 10, Maximum = 3600, Default = "90" },
        new("retries", "How often each pod is started again after it failed. Disruptions of the cluster do not count.")
        {
            Minimum = 0,
            Maximum = 1000,
            Default = "6",
        },
        new("queue", "A queue of Kueue that decides when the job begins.") { Pattern = Label, Form = LabelForm },
        new("command", "The vicreg-sweep of the image.")
        {
            Pattern = @"^/[^\x00-\x1f\x7f]*\z",
            Form = "a path that begins with /",
            Default = "/opt/vicreg-sweep/vicreg-sweep",
        },
    ];

    /// <summary>A folder of pods, by the claim behind it.</summary>
    public static ClusterKey VolumeClaim { get; } = new("claim", "The PersistentVolumeClaim.") { Pattern = Label, Form = LabelForm };

    public static ClusterKey VolumePath { get; } = new("path", "Where its folder lies in the pod, such as /data.")
    {
        Pattern = @"^/[^\x00-\x1f\x7f:]*\z",
        Form = "a path that begins with /",
    };

    public static ClusterKey NodeLabel { get; } = new("node_selector", "A label that nodes must have, and its value.")
    {
        Pattern = @"^[A-Za-z0-9]([A-Za-z0-9_./-]*[A-Za-z0-9])?\z",
        Form = "a label as Kubernetes writes it",
    };

    /// <summary>Options of sbatch that the script has in any case.</summary>
    public static IReadOnlyList<string> Taken { get; } =
        ["array", "job-name", "output", "error", "open-mode", "requeue", "no-requeue", "signal", "wrap", "parsable", "test-only", "wait", "export", "partition",
            "account", "time", "gpus", "gres", "cpus-per-task", "mem", "chdir"];
}
