using VicRegSweeps.SweepEngine;
using VicRegSweeps.Trials.Costs;
using VicRegSweeps.Trials.Native;

namespace VicRegSweeps.Trials.Tests.Native;

public sealed class DevicesTests
{
    private static readonly NvidiaDriver None = new(null, [], "this machine has no NVIDIA driver: libcuda.so.1 is not found");
    private static readonly NvidiaDriver OneGpu = new("12.4", [new NvidiaGpu(0, "NVIDIA H200", 150L << 30, "9.0")], null);
    private static readonly Libtorch ForProcessors = new("/opt/torch/lib", "python3", "2.10.0+cpu", null, false);
    private static readonly Libtorch ForCuda = new("/opt/torch/lib", "python3", "2.10.0+cu130", "13.0", true);

    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:x")]
    public void Other_words_are_refused(string word)
    {
        var error = Assert.Throws<SweepException>(() => Devices.Resolve(word));
        Assert.Equal($"--device is '{word}', but must be auto, cpu, cuda or cuda:N.", error.Message);
    }

    [Fact]
    public void Without_a_driver_the_driver_is_what_is_missing() => Assert.Equal(
        "--device is 'cuda', but this machine has no NVIDIA driver: libcuda.so.1 is not found; install or repair the driver, or use --device cpu.",
        Devices.WhyNot("cuda", 0, ForCuda, None));

    [Fact]
    public void With_a_driver_and_a_libtorch_for_processors_another_libtorch_is_the_way_out() => Assert.Equal(
        "--device is 'cuda', but libtorch 2.10.0+cpu in /opt/torch/lib (from python3) is for the processor alone; build with Libtorch=cuda, or name a PyTorch 2.10 that has CUDA with --libtorch.",
        Devices.WhyNot("cuda", 0, ForProcessors, OneGpu));

    [Fact]
    public void A_driver_that_is_too_old_for_the_libtorch_is_said_with_both_versions() => Assert.Equal(
        "--device is 'cuda:0', but libtorch 2.10.0+cu130 in /opt/torch/lib (from python3) finds no GPU where NVIDIA's driver finds 1: the driver runs CUDA 12.4 and older, the libtorch needs 13.0; update the driver, or take a PyTorch for an older CUDA.",
        Devices.WhyNot("cuda:0", 0, ForCuda, OneGpu));

    [Theory]
    [InlineData(1, "this machine has 1 GPU, cuda:0.")]
    [InlineData(4, "this machine has 4 GPUs, from cuda:0 to cuda:3.")]
    public void A_number_beyond_the_last_GPU_is_said_with_those_there_are(int gpus, string end) =>
        Assert.Equal($"--device is 'cuda:7', but {end}", Devices.WhyNot("cuda:7", gpus, ForCuda, OneGpu));

    [Fact]
    public void The_driver_is_asked_without_an_error_wherever_there_is_none()
    {
        var driver = NvidiaDriver.Ask();

        Assert.Equal(driver.Gpus.Count == 0, driver.Problem is not null);
        Assert.Null(NvidiaDriver.FreeBytes(1000));
    }

    [Fact]
    public void Stacks_are_as_wide_as_free_memory_allows()
    {
        var cost = new ShapeCost(0, 0, StateBytes: 3 << 20, WorkBytes: 5 << 20);

        Assert.Equal(100, GpuMemory.StackWidth(cost, 1000L << 20));
        Assert.Equal(1, GpuMemory.StackWidth(cost, 1 << 20));
        Assert.Equal(GpuMemory.WidestStack, GpuMemory.StackWidth(cost, 1L << 50));
        Assert.Equal(GpuMemory.CautiousStack, GpuMemory.StackWidth(cost, null));
    }
}
