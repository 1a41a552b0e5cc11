using System.Text.Json;

namespace VicRegSweeps.Cli.Tests;

/// <summary>Another libtorch than the package's, in processes of their own, since a process can have but one.</summary>
public sealed class LibtorchTests : IDisposable
{
    private static readonly string[] Needed = ["libc10.so", "libtorch.so", "libtorch_cpu.so", "libgomp*"];

    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void A_sweep_trains_with_the_libtorch_of_another_folder_and_ends_with_the_same_bits()
    {
        // A copy, not a link: the linker takes files of one inode for the same, and would hide that both were loaded.
        var (ours, theirs) = (Path.Combine(AppContext.BaseDirectory, "libtorch"), place.PathOf("torch/lib"));
        Directory.CreateDirectory(theirs);
        foreach (var file in Needed.SelectMany(pattern => Directory.GetFiles(ours, pattern))) File.Copy(file, Path.Combine(theirs, Path.GetFileName(file)));
        place.Write("torch/version.py", "__version__ = '2.10.0+cpu'\ncuda: Optional[str] = None\n");
        place.Write("tiny.yaml", Workplace.TinySweep);

        var devices = JsonDocument.Parse(place.Run("devices", "--libtorch", "torch", "--json").Output).RootElement;
        Assert.Equal(Path.Combine(theirs, "libtorch_cpu.so"), devices.GetProperty("loaded_from").GetString());
        Assert.Equal("2.10.0+cpu", devices.GetProperty("libtorch").GetProperty("version").GetString());

        var run = place.Run("run", "tiny.yaml", "--libtorch", "torch", "--workers", "1", "--store", "theirs.db");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains($"Using libtorch 2.10.0+cpu in {theirs} (from --libtorch).", run.Error, StringComparison.Ordinal);

        Assert.Equal(0, place.Run("run", "tiny.yaml", "--store", "ours.db").ExitCode);
        place.Run("export", "theirs.db", "--csv", "theirs");
        place.Run("export", "ours.db", "--csv", "ours");
        foreach (var file in new[] { "curves.csv", "metrics.csv" }) Assert.Equal(place.Lines($"ours/{file}"), place.Lines($"theirs/{file}"));
    }

    [Theory]
    [InlineData("--device", "gpu", "--device is 'gpu', but must be auto, cpu, cuda or cuda:N.")]
    [InlineData("--device", "cuda:99", "--device is 'cuda:99', but ")]
    [InlineData("--libtorch", "nowhere", "--libtorch is 'nowhere', but there is no libtorch_cpu.so in that folder or in lib/ below it.")]
    public void Workers_are_not_started_for_what_cannot_be_used_and_no_store_is_left(string option, string value, string refusal)
    {
        place.Write("tiny.yaml", Workplace.TinySweep);

        var run = place.Run("run", "tiny.yaml", option, value, "--workers", "2");

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith(refusal, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
        Assert.False(Directory.Exists(place.PathOf("results")));
    }

    [Fact]
    public void What_is_no_libtorch_is_refused_in_a_sentence_and_devices_says_so_too()
    {
        place.Write("tiny.yaml", Workplace.TinySweep);
        place.Write("torch/lib/libtorch_cpu.so", "no library");

        var run = place.Run("run", "tiny.yaml", "--libtorch", "torch");
        Assert.Equal(2, run.ExitCode);
        Assert.Matches("^libtorch of unknown version in .*/torch/lib \\(from --libtorch\\) cannot be used: .*libtorch_cpu.so: .*\\. TorchSharp was built "
            + "against libtorch 2\\.10; .*\n$", run.Error);
        Assert.False(Directory.Exists(place.PathOf("results")));

        var devices = place.Run("devices", "--libtorch", "torch");
        Assert.Equal(2, devices.ExitCode);
        Assert.Contains("libtorch  none", devices.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_package_s_libtorch_that_cannot_be_read_is_said_to_be_so_with_its_place()
    {
        // The program with all that it needs, but a link to a libtorch that nobody can read: built in another user's home.
        Directory.CreateDirectory(place.PathOf("program"));
        foreach (var path in Directory.GetFileSystemEntries(AppContext.BaseDirectory))
        {
            var (name, copy) = (Path.GetFileName(path), place.PathOf($"program/{Path.GetFileName(path)}"));
            if (name.StartsWith("vicreg-sweep.", StringComparison.Ordinal)) File.Copy(path, copy);
            else if (name != "libtorch") File.CreateSymbolicLink(copy, path);
        }

        File.CreateSymbolicLink(place.PathOf("program/libtorch"), "/home/somebody/.nuget/native");
        using var devices = place.StartProgram(
            SweepEngine.Running.Programs.Find("dotnet")!, place.PathOf("program/vicreg-sweep.dll"), "score", "--view1", "a.npy");
        var result = devices.Finish(TimeSpan.FromMinutes(1));

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith(
            "The libtorch that belongs to the program, '/home/somebody/.nuget/native/libtorch_cpu.so', cannot be read: it is not there any more.",
            result.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Devices_says_what_there_is_and_why_a_GPU_is_not()
    {
        var devices = place.Run("devices");

        Assert.Equal(0, devices.ExitCode);
        Assert.Matches("^libtorch  libtorch 2\\.10 in .*/libtorch \\(from the package\\), for the processor alone\n", devices.Output);
        Assert.Matches("\ncpu       [0-9]+ cores? with ", devices.Output);
        Assert.Matches("\ncuda      no: ", devices.Output);
        Assert.EndsWith("\nauto      cpu\n", devices.Output, StringComparison.Ordinal);
    }
}
