using System.Text.RegularExpressions;

namespace VicRegSweeps.Cli.Tests;

/// <summary>Whoever can put a file into the folder that somebody works in must not thereby run a program of theirs.</summary>
public sealed partial class ForeignCodeTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Theory]
    [InlineData("{0}")]
    [InlineData(".::{0}")]
    [InlineData("bin:./bin:{0}")]
    public void A_python3_of_the_current_folder_is_not_run(string path)
    {
        PutProgram("python3", "touch was-run");
        PutProgram("bin/python3", "touch was-run");
        place.Variables["PATH"] = string.Format(null, path, Environment.GetEnvironmentVariable("PATH"));
        place.Write("tiny.yaml", Workplace.TinySweep);

        Assert.Equal(0, place.Run("devices").ExitCode);
        Assert.Equal(2, place.Run("score", "--view1", "absent.npy", "--libtorch", "python3").ExitCode);
        Assert.Equal(2, place.Run("run", "tiny.yaml", "--device", "cuda:99").ExitCode);

        Assert.False(File.Exists(place.PathOf("was-run")));
    }

    [Fact]
    public void A_torch_in_the_current_folder_is_not_what_python3_imports()
    {
        PutTorch("torch");
        foreach (var (name, value) in new[] { ("PYTHONPATH", "."), ("PYTHONPATH", ":"), ("PYTHONSAFEPATH", "") })
        {
            place.Variables.Clear();
            place.Variables[name] = value;

            var devices = place.Run("devices");
            Assert.Equal(0, devices.ExitCode);
            Assert.DoesNotContain(place.PathOf("torch"), devices.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_virtual_environment_that_PATH_names_is_what_python3_imports_from()
    {
        var python = SweepEngine.Running.Programs.Find("python3");
        Assert.SkipWhen(python is null, "There is no python3 here.");
        using (var made = place.StartProgram(python!, "-m", "venv", "--without-pip", "environment"))
            Assert.SkipWhen(made.Finish(TimeSpan.FromMinutes(1)).ExitCode != 0, "This python3 makes no virtual environments.");
        var library = Directory.GetDirectories(place.PathOf("environment/lib"), "python3*").Single();
        PutTorch($"{Path.GetRelativePath(place.PathOf("."), library)}/site-packages/torch");
        place.Variables["PATH"] = $"{place.PathOf("environment/bin")}:{Environment.GetEnvironmentVariable("PATH")}";

        var devices = place.Run("devices");

        Assert.Matches($"\npython3   .*{Regex.Escape(place.PathOf("environment/lib"))}.*site-packages/torch/lib \\(from python3\\)", devices.Output);
    }

    [Fact]
    public void Python3_is_run_in_the_root_folder_and_told_to_leave_the_current_one_out()
    {
        PutProgram("bin/python3", $"echo \"$PWD $PYTHONSAFEPATH\" > {place.PathOf("said")}");
        place.Variables["PATH"] = place.PathOf("bin") + ":" + Environment.GetEnvironmentVariable("PATH");

        place.Run("devices");

        Assert.Equal("/ 1", Assert.Single(place.Lines("said")));
    }

    [Theory]
    [InlineData(".")]
    [InlineData("")]
    public void The_launcher_runs_no_program_of_the_current_folder(string entry)
    {
        // The real launcher and what it looks for dotnet with, over what the tests were built with; nothing is built.
        foreach (var script in new[] { "vicreg-sweep", "eng/find-dotnet" })
        {
            place.Write(script, File.ReadAllText(Path.Combine(Workplace.Repository, script)));
            MakeRunnable(script);
        }

        PutProgram("eng/build", "");
        Directory.CreateDirectory(place.PathOf("artifacts/bin/Cli"));
        File.CreateSymbolicLink(place.PathOf("artifacts/bin/Cli/release"), AppContext.BaseDirectory);
        foreach (var name in new[] { "readlink", "dotnet", "find", "flock", "mkdir", "dirname", "ldconfig", "awk", "grep" }) PutProgram(name, "touch was-run");
        place.Variables["PATH"] = $"{entry}:{Environment.GetEnvironmentVariable("PATH")}";

        // bash by its path: env would look for it along this very PATH.
        using var launcher = place.StartProgram("/bin/bash", place.PathOf("vicreg-sweep"), "schema");

        Assert.Equal(0, launcher.Finish(TimeSpan.FromMinutes(1)).ExitCode);
        Assert.False(File.Exists(place.PathOf("was-run")));

        // And it hands over how it was called, for hints.
        using var misspelt = place.StartProgram("/bin/bash", "./vicreg-sweep", "reprot");
        Assert.EndsWith("See: ./vicreg-sweep --help\n", misspelt.Finish(TimeSpan.FromMinutes(1)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_in_the_tree_starts_a_program_by_a_bare_name()
    {
        var sources = new[] { "src", "tests", "bench" }.SelectMany(folder =>
            Directory.GetFiles(Path.Combine(Workplace.Repository, folder), "*.cs", SearchOption.AllDirectories)).ToList();

        Assert.True(sources.Count > 300);
        Assert.DoesNotContain(sources, path => BareName().IsMatch(File.ReadAllText(path)));
    }

    private void PutProgram(string name, string script)
    {
        place.Write(name, $"#!/bin/sh\n{script}\n");
        MakeRunnable(name);
    }

    private void MakeRunnable(string name)
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(place.PathOf(name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private void PutTorch(string folder)
    {
        place.Write($"{folder}/__init__.py", "");
        place.Write($"{folder}/version.py", "__version__ = '2.10.0'\ncuda: Optional[str] = '13.0'\n");
        foreach (var library in new[] { "libc10.so", "libtorch_cpu.so", "libtorch_cuda.so", "libtorch.so" })
            place.Write($"{folder}/lib/{library}", "no library");
    }

    [GeneratedRegex(@"(ProcessStartInfo|Process\.Start)\(\s*""(?!/)")]
    private static partial Regex BareName();
}
