using System.Runtime.InteropServices;
using VicRegSweeps.Trials.Native;

namespace VicRegSweeps.Trials.Tests.Native;

public sealed class ComputingKindTests
{
    [Fact]
    public void A_processor_has_the_name_that_the_kernel_gives_it_and_else_that_of_its_architecture()
    {
        Assert.Equal("AMD EPYC 9755", ComputingKind.ModelIn(["processor\t: 0", "model name\t: AMD EPYC 9755 ", "model name\t: another"]));
        Assert.Equal($"{RuntimeInformation.ProcessArchitecture}", ComputingKind.ModelIn(["processor\t: 0"]));
        Assert.Equal($"{RuntimeInformation.ProcessArchitecture}", ComputingKind.ModelIn(["model name\t:"]));
    }

    [Fact]
    public void Here_it_has_vectors_of_128_bits_or_more() => Assert.Matches(", vectors of (128|256|512) bits$", ComputingKind.Processor);

    [Fact]
    public void The_processor_is_no_GPU_and_one_that_is_not_there_has_no_name()
    {
        Assert.Null(ComputingKind.Gpu("cpu"));
        Assert.Null(ComputingKind.Gpu("cuda:4000"));
    }
}
