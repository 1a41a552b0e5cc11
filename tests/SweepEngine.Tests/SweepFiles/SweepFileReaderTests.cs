using VicRegSweeps.SweepEngine.Stopping;
using VicRegSweeps.SweepEngine.SweepFiles;
using VicRegSweeps.SweepEngine.Tests.Catalogue;

namespace VicRegSweeps.SweepEngine.Tests.SweepFiles;

public class SweepFileReaderTests
{
    [Fact]
    public void A_whole_file_is_read()
    {
        const string Text =
            """
            version: 1
            name: loss-weights                        # a comment
            question: >
              Which loss weights keep
              a 50-d embedding from collapsing?
            seeds: [3, 9007199254740993]
            fixed:
              backbone.weights: vgg16.safetensors
              backbone.standardize: FALSE
              train.epochs: 1e1
              'train.optimizer': "sgd"
              data.path: /data/cifar 10
            grid:
              loss.variance_weight: [0, 1.50, .5e+1, 0x1F, 0o17, +7]
              augment.views: [2, stream]
              train.shift: [-0, -1.]
            """;

        var file = SweepFileReader.Parse(Text, "sweeps/x.yaml", TestCatalogue.Instance);

        Assert.Equal(("loss-weights", "Which loss weights keep a 50-d embedding from collapsing?", Text, "sweeps/x.yaml"),
            (file.Name, file.Question, file.Text, file.Path));
        Assert.Equal([3, 9007199254740993], file.Seeds);
        var block = Assert.Single(file.Blocks);
        Assert.Equal(
            ["backbone.weights=vgg16.safetensors", "backbone.standardize=false", "train.epochs=10", "train.optimizer=sgd", "data.path=/data/cifar 10"],
            block.Fixed.Select(f => $"{f.Key}={f.Value}"));
        Assert.Equal(
            ["loss.variance_weight: 0 1.5 5 31 15 7", "augment.views: 2 stream", "train.shift: 0 -1"],
            block.Axes.Select(a => $"{a.Columns[0].Parameter.Name}: {string.Join(' ', a.Columns[0].Values)}"));
    }

    [Fact]
    public void Without_seeds_there_is_seed_0() => Assert.Equal([0], TestCatalogue.Read("").Seeds);

    [Fact]
    public void A_number_of_seeds_counts_from_0() => Assert.Equal([0, 1, 2], TestCatalogue.Read("seeds: 3").Seeds);

    [Fact]
    public void Empty_sections_and_an_empty_question_are_as_if_they_were_not_there()
    {
        var file = TestCatalogue.Read("question:\nfixed:\ngrid:\n");

        Assert.Null(file.Question);
        Assert.Empty(file.Blocks[0].Axes);
        Assert.Empty(file.Blocks[0].Fixed);
    }

    [Fact]
    public void What_a_file_does_not_say_about_running_has_its_defaults()
    {
        var file = TestCatalogue.Read("stop:\nretry: {}\nrun:\nsample:\n");

        Assert.Equal((StopRules.Default, 1, null, PointOrder.Grid, null), (file.Stop, file.MostRetries, file.StackWidth, file.Order, file.Sample));
    }

    [Fact]
    public void How_a_sweep_is_run_is_read()
    {
        var file = TestCatalogue.Read(
            """
            stop:
              timeout: 1h30m
              collapse: {action: stop, after_epochs: 0, sustained: 3}
              halving: {metric: loss/total, goal: minimize, keep: 0.25, every_epochs: 1}
            sample: {count: 500, seed: 7}
            retry: {max: 0}
            run: {stack: 64, order: shuffled}
            """);

        Assert.Equal(
            new StopRules
            {
                Timeout = TimeSpan.FromMinutes(90),
                Collapse = new() { Action = CollapseAction.Stop, AfterEpochs = 0, Sustained = 3 },
                Halving = new("loss/total") { Goal = HalvingGoal.Minimize, Keep = 0.25, EveryEpochs = 1 },
            },
            file.Stop);
        Assert.Equal((0, 64, PointOrder.Shuffled, new Sample(500, 7)), (file.MostRetries, file.StackWidth, file.Order, file.Sample));
    }

    [Fact]
    public void What_a_rule_does_not_say_has_its_default()
    {
        var stop = TestCatalogue.Read("stop: {collapse: {action: off}, halving: {metric: embedding/std_mean}}\nrun: {stack: auto}\nsample: {count: 1}").Stop;

        Assert.Equal(new StopRules { Collapse = new() { Action = CollapseAction.Off }, Halving = new("embedding/std_mean") }, stop);
    }

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("0.5s", 0.5)]
    [InlineData("20m", 1200)]
    [InlineData("1.5h", 5400)]
    [InlineData("2d", 172800)]
    [InlineData("1d2h3m4s", 93784)]
    public void Durations_are_written_with_their_units(string text, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), TestCatalogue.Read($"stop: {{timeout: {text}}}").Stop.Timeout);

    [Fact]
    public void A_name_may_look_like_a_number() =>
        Assert.Equal("2026", SweepFileReader.Parse("version: 1\nname: 2026", "x", TestCatalogue.Instance).Name);

    [Fact]
    public void JSON_is_read_too()
    {
        var file = SweepFileReader.Parse("""{"version": 1, "name": "j", "grid": {"train.optimizer": ["sgd", "adam"]}}""", "x", TestCatalogue.Instance);

        Assert.Equal(2, file.Blocks[0].Axes[0].Count);
    }

    [Fact]
    public void A_byte_order_mark_and_Windows_line_ends_do_not_matter()
    {
        using var file = new TemporaryFile([0xEF, 0xBB, 0xBF, .. "version: 1\r\nname: x\r\nseeds: 2\r\n"u8]);

        Assert.Equal(2, SweepFileReader.Read(file.Path, TestCatalogue.Instance).Seeds.Count);
    }

    [Fact]
    public void A_file_that_is_not_there_gets_a_sentence() =>
        AssertRefused("/no/such/sweep.yaml", "/no/such/sweep.yaml: there is no such file.");

    [Fact]
    public void A_folder_gets_a_sentence() =>
        AssertRefused("/", "/: this is a folder, not a sweep file.");

    [Fact]
    public void A_file_that_is_not_text_gets_a_sentence()
    {
        using var file = new TemporaryFile([.. "name: "u8, 0xFF, 0xFE]);

        AssertRefused(file.Path, $"{file.Path}: this is not a text file: byte 6 is not UTF-8.");
    }

    [Fact]
    public void A_file_of_100_MB_is_refused_without_being_read_to_its_end()
    {
        using var file = new TemporaryFile([]);
        using (var stream = File.OpenWrite(file.Path))
            stream.SetLength(100_000_000);

        AssertRefused(file.Path, $"{file.Path}: a sweep file has at most 4 MiB.");
    }

    [Fact]
    public void A_device_without_end_is_refused()
    {
        Assert.SkipUnless(File.Exists("/dev/zero"), "There is no /dev/zero here.");
        AssertRefused("/dev/zero", "/dev/zero: a sweep file has at most 4 MiB.");
    }

    private static void AssertRefused(string path, string message) =>
        Assert.Equal(message, Assert.Throws<SweepException>(() => SweepFileReader.Read(path, TestCatalogue.Instance)).Message);

    private sealed class TemporaryFile : IDisposable
    {
        public TemporaryFile(byte[] content) => File.WriteAllBytes(Path, content);

        public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"{Guid.NewGuid():N}.yaml");

        public void Dispose() => File.Delete(Path);
    }
}
