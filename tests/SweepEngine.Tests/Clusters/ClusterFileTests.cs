using System.Text.Json;
using Json.Schema;
using VicRegSweeps.SweepEngine.Clusters;
using VicRegSweeps.SweepEngine.Tests.SweepFiles;

namespace VicRegSweeps.SweepEngine.Tests.Clusters;

public sealed class ClusterFileTests
{
    [Theory]
    [InlineData("slurm: {partitoin: gpu}", "(2,9): unknown key 'partitoin' in 'slurm'; did you mean 'partition'?")]
    [InlineData("slrum: {}", "(2,1): unknown key 'slrum'; did you mean 'slurm'?")]
    [InlineData("slurm: {time: soon}", "(2,15): 'time' is 'soon', but must be a time as Slurm writes it: minutes, hours:minutes:seconds or "
        + "days-hours:minutes:seconds.")]
    [InlineData("slurm: {time: 1}", "(2,15): 'time' is '1', but must be longer than 'signal_ahead', which is 90 seconds.")]
    [InlineData("slurm: {workers: 0}", "(2,18): 'workers' is '0', but must be a whole number from 1 to 10000.")]
    [InlineData("slurm: {memory: lots}", "(2,17): 'memory' is 'lots', but must be a whole number with K, M, G or T behind it, such as 32G.")]
    [InlineData("slurm: {account: 'a b'}", "(2,18): 'account' is 'a b', but must be a name without spaces, quotes and signs that a shell obeys.")]
    [InlineData("slurm: {partition: 'x;reboot'}", "(2,20): 'partition' is 'x;reboot', but must be a name without spaces")]
    [InlineData("slurm: {workers_per_gpu: 2}", "(2,9): 'workers_per_gpu' is given, but 'gpus' is 0: say how many GPUs each worker gets.")]
    [InlineData("slurm: {options: {array: 0-9}}", "(2,19): 'array' cannot be among 'options': it has a key of its own in this file, or is set by "
        + "vicreg-sweep.")]
    [InlineData("slurm: {options: {Bad: 1}}", "(2,19): 'Bad' in 'options' must be the long name of an option without its hyphens.")]
    [InlineData("slurm: {options: {comment: \"a\\nb\"}}", "(2,28): 'comment' is 'a\\nb', but must be one line of text without double quotes and backslashes.")]
    [InlineData("slurm: {setup: module load}", "(2,16): 'setup' is a single value, but must be a list.")]
    [InlineData("slurm: {container: {}}", "(2,20): 'container' must have one of 'apptainer' and 'pyxis', which names the image.")]
    [InlineData("slurm: 4", "(2,8): 'slurm' is a single value, but must be a mapping, or a list of mappings for several arrays of workers.")]
    [InlineData("slurm: &a {}", "(2,8): the anchor '&a' is not supported in cluster files; leave it out.")]
    [InlineData("kubernetes: {workers: 2}", "(2,13): 'image' is missing; it must be the address of an image.")]
    [InlineData("kubernetes: {image: a, namespace: Big}", "(2,35): 'namespace' is 'Big', but must be small letters, digits, hyphens and dots, as "
        + "Kubernetes names things.")]
    [InlineData("kubernetes: {image: a, volumes: [{claim: b}]}", "(2,34): 'path' is missing in 'volumes'.")]
    public void What_is_wrong_is_said_with_place_value_and_rule(string wrong, string message)
    {
        var error = Assert.Throws<SweepException>(() => ClusterFileReader.Parse($"version: 1\n{wrong}\n", "cluster.yaml"));
        Assert.StartsWith($"cluster.yaml{message}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once() => Assert.Equal(
        3, Assert.Throws<SweepException>(() => ClusterFileReader.Parse("slurm: {workers: x, cpus: 0}\n", "c.yaml")).Message.Split('\n').Length);

    [Fact]
    public void Nothing_said_is_one_worker_as_the_site_has_it()
    {
        var file = ClusterFileReader.Parse("version: 1\n", "c.yaml");
        Assert.Equal((1, 1, 90), (Assert.Single(file.Slurm).Workers, file.Slurm[0].Processes, file.Slurm[0].SignalAhead));
        Assert.Null(file.Kubernetes);
        Assert.Equal(6, ClusterFileReader.Parse("version: 1\nslurm: {gpus: 2, workers_per_gpu: 3}\n", "c.yaml").Slurm[0].Processes);
    }

    [Theory]
    [InlineData("version: 1", true)]
    [InlineData("version: 1\nslurm: {workers: 8, time: '4:00:00', options: {qos: high, exclusive: true}, container: {apptainer: a.sif}}", true)]
    [InlineData("version: 1\nslurm: [{workers: 8}, {partition: other}]", true)]
    [InlineData("version: 1\nkubernetes: {image: a, volumes: [{claim: b, path: /c}], node_selector: {a: b}}", true)]
    [InlineData("version: 2", false)]
    [InlineData("version: 1\nslurm: {workers: 0}", false)]
    [InlineData("version: 1\nslurm: {time: soon}", false)]
    [InlineData("version: 1\nslurm: {options: {array: 1}}", false)]
    [InlineData("version: 1\nslurm: {container: {apptainer: a, pyxis: b}}", false)]
    [InlineData("version: 1\nkubernetes: {workers: 1}", false)]
    public void The_schema_accepts_what_the_reader_reads_and_refuses_what_it_refuses(string text, bool isRight)
    {
        var schema = JsonSchema.FromText(ClusterFileSchema.Create().ToJsonString());
        Assert.Equal(isRight, Reads(text));
        Assert.Equal(isRight, schema.Evaluate(JsonSerializer.SerializeToElement(YamlJson.Of(text))).IsValid);
    }

    private static bool Reads(string text)
    {
        try
        {
            ClusterFileReader.Parse(text, "c.yaml");
            return true;
        }
        catch (SweepException)
        {
            return false;
        }
    }
}
