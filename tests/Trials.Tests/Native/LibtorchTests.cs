using VicRegSweeps.SweepEngine;
using VicRegSweeps.Trials.Native;

namespace VicRegSweeps.Trials.Tests.Native;

public sealed class LibtorchTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("libtorch-tests-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_version_that_is_asked_for_is_the_one_that_the_binding_was_built_against() =>
        Assert.StartsWith(Libtorch.BuiltFor + ".", TorchSharp.torch.__version__, StringComparison.Ordinal);

    [Fact]
    public void The_package_s_is_loaded_from_its_own_folder() =>
        Assert.StartsWith(Path.GetFullPath(new DirectoryInfo(NativeRuntime.Libtorch.Folder).ResolveLinkTarget(true)?.FullName
            ?? NativeRuntime.Libtorch.Folder), NativeRuntime.LoadedFrom(), StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("torch")]
    [InlineData("torch/lib")]
    public void A_PyTorch_is_found_by_any_of_its_folders_with_its_version(string named)
    {
        PyTorch("__version__ = '2.10.1+cu130'\ndebug = False\ncuda: Optional[str] = '13.0'\n", "libtorch_cpu.so", "libtorch_cuda.so");

        var found = Libtorch.Named(Path.Combine(folder, named));

        Assert.Equal(("2.10.1+cu130", "13.0", true, true), (found.Version, found.CudaVersion, found.HasCuda, found.IsBuiltFor));
        Assert.Equal(Path.Combine(folder, "torch/lib"), found.Folder);
        Assert.Equal(["libtorch_cpu.so", "libtorch_cuda.so"], found.Libraries().Select(Path.GetFileName));
    }

    [Fact]
    public void One_for_processors_has_no_CUDA()
    {
        PyTorch("__version__ = '2.10.0+cpu'\ncuda: Optional[str] = None\n", "libtorch_cpu.so");

        var found = Libtorch.Named(folder);

        Assert.Equal((null, false), (found.CudaVersion, found.HasCuda));
    }

    [Fact]
    public void An_unpacked_libtorch_says_its_version_beside_its_libraries()
    {
        Directory.CreateDirectory(Path.Combine(folder, "lib"));
        File.WriteAllText(Path.Combine(folder, "lib/libtorch_cpu.so"), "");
        File.WriteAllText(Path.Combine(folder, "build-version"), "2.10.0+cpu\n");

        Assert.Equal("2.10.0+cpu", Libtorch.Named(folder).Version);
    }

    [Theory]
    [InlineData("1.13.1")]
    [InlineData("2.9.1+cu128")]
    public void An_older_one_is_refused_with_both_versions(string version)
    {
        PyTorch($"__version__ = '{version}'\n", "libtorch_cpu.so");

        var error = Assert.Throws<SweepException>(() => Libtorch.Named(folder));
        Assert.StartsWith($"libtorch {version} in {folder}/torch/lib (from --libtorch) is too old: TorchSharp was built against libtorch 2.10.",
            error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2.11.0+cu130")]
    [InlineData("10.0.0")]
    public void A_newer_one_is_to_be_tried_out(string version)
    {
        PyTorch($"__version__ = '{version}'\n", "libtorch_cpu.so");

        Assert.False(Libtorch.Named(folder).IsBuiltFor);
    }

    [Fact]
    public void A_folder_without_one_is_refused()
    {
        var error = Assert.Throws<SweepException>(() => Libtorch.Named(folder));
        Assert.Equal($"--libtorch is '{folder}', but there is no libtorch_cpu.so in that folder or in lib/ below it.", error.Message);
    }

    [Fact]
    public void The_libtorch_that_is_loaded_passes_the_trial_of_strangers() => LibtorchLoader.TryOut(NativeRuntime.Libtorch);

    private void PyTorch(string version, params string[] libraries)
    {
        Directory.CreateDirectory(Path.Combine(folder, "torch/lib"));
        File.WriteAllText(Path.Combine(folder, "torch/version.py"), version);
        foreach (var library in libraries) File.WriteAllText(Path.Combine(folder, "torch/lib", library), "");
    }
}
