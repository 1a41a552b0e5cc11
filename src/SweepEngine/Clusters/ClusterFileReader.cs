using System.Globalization;
using VicRegSweeps.SweepEngine.SweepFiles;

namespace VicRegSweeps.SweepEngine.Clusters;

/// <summary>Reads cluster files, and complains of all that is wrong with one at once.</summary>
public sealed class ClusterFileReader
{
    internal static readonly string[] Keys = ["version", "slurm", "kubernetes"];

    internal static readonly string[] SlurmKeys = [.. ClusterKeys.Slurm.Select(k => k.Name), "container", "setup", "options"];

    internal static readonly string[] KubernetesKeys = [.. ClusterKeys.Kubernetes.Select(k => k.Name), "volumes", "node_selector"];

    internal static readonly string[] ContainerKeys = ["apptainer", "pyxis", "options"];

    private static readonly string[] VolumeKeys = [ClusterKeys.VolumeClaim.Name, ClusterKeys.VolumePath.Name];

    private readonly Complaints complaints;
    private readonly SectionReader sections;

    private ClusterFileReader(Complaints complaints) => (this.complaints, sections) = (complaints, new SectionReader(complaints));

    /// <exception cref="SweepException">The file cannot be read, or all that is wrong with it, one complaint a line.</exception>
    public static ClusterFile Read(string path) => Parse(SweepText.Read(path, "cluster file"), path);

    /// <param name="path">What messages call the text.</param>
    /// <exception cref="SweepException">All that is wrong with the text, one complaint a line.</exception>
    public static ClusterFile Parse(string text, string path)
    {
        var complaints = new Complaints(path, "cluster file");
        var file = new ClusterFileReader(complaints).File(YamlTree.Parse(text, complaints));
        complaints.ThrowIfAny();
        return file;
    }

    private ClusterFile File(YamlNode? root)
    {
        if (root is not YamlMap map)
        {
            complaints.Add(root?.At ?? Place.Start, $"a cluster file is a mapping with {Wording.AllOf(Keys)}, not {root?.Kind ?? "empty"}.");
            return ClusterFile.Standard;
        }

        foreach (var (key, _) in map.Entries.Where(e => !Keys.Contains(e.Key.Text)))
            complaints.Add(key.At, $"unknown key {Wording.Quoted(key.Text)}{Wording.DidYouMean(key.Text, Keys, $"the keys are {Wording.AllOf(Keys)}.")}");
        SweepFileReader.CheckVersion(map, complaints);
        return new ClusterFile(SlurmBlocks(map["slurm"]?.Value), Kubernetes(map["kubernetes"]?.Value));
    }

    private IReadOnlyList<SlurmBlock> SlurmBlocks(YamlNode? node)
    {
        switch (node)
        {
            case null or YamlScalar { IsNull: true }:
                return ClusterFile.Standard.Slurm;
            case YamlList { Items.Count: > 0 } list:
                return [.. list.Items.Select(Block)];
            case YamlMap map:
                return [Block(map)];
            default:
                complaints.Add(node.At, $"'slurm' is {node.Kind}, but must be a mapping, or a list of mappings for several arrays of workers.");
                return ClusterFile.Standard.Slurm;
        }
    }

    private SlurmBlock Block(YamlNode node)
    {
        if (sections.Open("slurm", node, SlurmKeys) is not { } map) return new SlurmBlock();

        var block = new SlurmBlock();
        string? Text(string key) => Value(map, ClusterKeys.Slurm, key);
        int? Whole(string key) => Text(key) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
        block = new SlurmBlock
        {
            Partition = Text("partition"),
            Account = Text("account"),
            Time = Text("time"),
            Workers = Whole("workers") ?? block.Workers,
            AtOnce = Whole("at_once"),
            Gpus = Whole("gpus") ?? block.Gpus,
            GpuType = Text("gpu_type"),
            WorkersPerGpu = Whole("workers_per_gpu") ?? block.WorkersPerGpu,
            Cpus = Whole("cpus"),
            Memory = Text("memory"),
            SignalAhead = Whole("signal_ahead") ?? block.SignalAhead,
            TimeLimits = Whole("time_limits") ?? block.TimeLimits,
            Command = Text("command"),
            Container = Container(map["container"]?.Value),
            Setup = Lines(map["setup"]?.Value, ClusterKeys.SetupLine),
            Options = Options(map["options"]?.Value),
        };
        NeedGpus(map, block.Gpus, "gpu_type", "workers_per_gpu");
        if (block.Seconds <= block.SignalAhead)
            complaints.Add(map["time"]!.Value.At,
                $"'time' is {Wording.Quoted(block.Time!)}, but must be longer than 'signal_ahead', which is {block.SignalAhead} seconds.");
        return block;
    }

    private KubernetesSettings? Kubernetes(YamlNode? node)
    {
        if (sections.Open("kubernetes", node, KubernetesKeys) is not { } map) return null;

        string? Text(string key) => Value(map, ClusterKeys.Kubernetes, key);
        int? Whole(string key) => Text(key) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
        if (map["image"] is null) complaints.Add(map.At, "'image' is missing; it must be the address of an image.");
        var standard = new KubernetesSettings(Text("image") ?? "");
        var settings = standard with
        {
            Namespace = Text("namespace"),
            Workers = Whole("workers") ?? standard.Workers,
            Gpus = Whole("gpus") ?? standard.Gpus,
            GpuResource = Text("gpu_resource") ?? standard.GpuResource,
            WorkersPerGpu = Whole("workers_per_gpu") ?? standard.WorkersPerGpu,
            Cpus = Whole("cpus"),
            Memory = Text("memory"),
            Secret = Text("secret") ?? standard.Secret,
            Grace = Whole("grace") ?? standard.Grace,
            Retries = Whole("retries") ?? standard.Retries,
            Queue = Text("queue"),
            Command = Text("command") ?? standard.Command,
            Volumes = Volumes(map["volumes"]?.Value),
            NodeSelector = Labels(map["node_selector"]?.Value),
        };
        NeedGpus(map, settings.Gpus, "workers_per_gpu");
        return settings;
    }

    private void NeedGpus(YamlMap map, int gpus, params string[] keys)
    {
        foreach (var key in keys.Where(key => gpus == 0 && map[key] is not null))
            complaints.Add(map[key]!.Key.At, $"'{key}' is given, but 'gpus' is 0: say how many GPUs each worker gets.");
    }

    private Container? Container(YamlNode? node)
    {
        if (sections.Open("container", node, ContainerKeys) is not { } map) return null;

        var (apptainer, pyxis) = (Value(map, [ClusterKeys.Apptainer], "apptainer"), Value(map, [ClusterKeys.Pyxis], "pyxis"));
        if (map["apptainer"] is null == map["pyxis"] is null)
            complaints.Add(map.At, "'container' must have one of 'apptainer' and 'pyxis', which names the image.");
        return new Container(pyxis is not null, pyxis ?? apptainer ?? "", Lines(map["options"]?.Value, ClusterKeys.ContainerOption));
    }

    private List<(string Name, string? Value)> Options(YamlNode? node)
    {
        var options = new List<(string Name, string? Value)>();
        foreach (var (key, value) in Entries("options", node))
        {
            if (!ClusterKeys.OptionName.Allows(key.Text))
                complaints.Add(key.At, $"{Wording.Quoted(key.Text)} in 'options' must be {ClusterKeys.OptionName.Rule}.");
            else if (ClusterKeys.Taken.Contains(key.Text))
                complaints.Add(key.At, $"{Wording.Quoted(key.Text)} cannot be among 'options': it has a key of its own in this file, or is set by "
                    + "vicreg-sweep.");
            else if (value is YamlScalar { IsPlain: true, Text: "true" })
                options.Add((key.Text, null));
            else if (Text(ClusterKeys.OptionValue with { Name = key.Text }, value) is { } text)
                options.Add((key.Text, text));
        }

        return options;
    }

    private List<(string Label, string Value)> Labels(YamlNode? node)
    {
        var labels = new List<(string Label, string Value)>();
        foreach (var (key, value) in Entries("node_selector", node))
        {
            if (!ClusterKeys.NodeLabel.Allows(key.Text))
                complaints.Add(key.At, $"{Wording.Quoted(key.Text)} in 'node_selector' must be {ClusterKeys.NodeLabel.Rule}.");
            else if (Text(ClusterKeys.NodeLabel with { Name = key.Text }, value) is { } text) labels.Add((key.Text, text));
        }

        return labels;
    }

    private List<(string Claim, string Path)> Volumes(YamlNode? node)
    {
        var volumes = new List<(string Claim, string Path)>();
        foreach (var item in Items("volumes", node))
        {
            if (sections.Open("volumes", item, VolumeKeys) is not { } map) continue;

            foreach (var key in VolumeKeys.Where(key => map[key] is null)) complaints.Add(map.At, $"'{key}' is missing in 'volumes'.");
            if (Value(map, [ClusterKeys.VolumeClaim], "claim") is { } claim && Value(map, [ClusterKeys.VolumePath], "path") is { } path)
                volumes.Add((claim, path));
        }

        return volumes;
    }

    private string[] Lines(YamlNode? node, ClusterKey rule) => [.. Items(rule.Name, node).Select(item => Text(rule, item)).OfType<string>()];

    private IReadOnlyList<YamlNode> Items(string name, YamlNode? node)
    {
        if (node is null or YamlScalar { IsNull: true }) return [];
        if (node is YamlList list) return list.Items;

        complaints.Add(node.At, $"'{name}' is {node.Kind}, but must be a list.");
        return [];
    }

    private IReadOnlyList<YamlEntry> Entries(string name, YamlNode? node)
    {
        if (node is null or YamlScalar { IsNull: true }) return [];
        if (node is YamlMap map) return map.Entries;

        complaints.Add(node.At, $"'{name}' is {node.Kind}, but must be a mapping.");
        return [];
    }

    private string? Value(YamlMap map, IReadOnlyList<ClusterKey> keys, string name)
    {
        var key = keys.First(k => k.Name == name);
        return map[name]?.Value is { } node ? Text(key, node) : null;
    }

    private string? Text(ClusterKey key, YamlNode node)
    {
        if (node is YamlScalar { IsNull: false } scalar && key.Allows(scalar.Text)) return scalar.Text;

        var found = node switch
        {
            YamlScalar { IsNull: true } => "has no value; it must be",
            YamlScalar text => $"is {Wording.Quoted(text.Text)}, but must be",
            _ => $"is {node.Kind}, but must be",
        };
        complaints.Add(node.At, $"'{key.Name}' {found} {key.Rule}.");
        return null;
    }
}
