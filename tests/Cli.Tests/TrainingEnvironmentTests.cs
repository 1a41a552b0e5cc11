using VicRegSweeps.Trials.Native;

namespace VicRegSweeps.Cli.Tests;

public sealed class TrainingEnvironmentTests
{
    private const string Amd = """{"device": "cpu", "processor": "AMD EPYC 9755, vectors of 512 bits"}""";
    private const string Intel = """{"device": "cpu", "processor": "Intel Xeon E5-2680, vectors of 256 bits"}""";
    private const string Card = """{"device": "cuda:0", "processor": "AMD EPYC 9755, vectors of 512 bits", "gpu": "NVIDIA H200"}""";
    private const string Older = """{"device": "cpu", "machine": "lab1"}""";

    [Fact]
    public void Kinds_of_processor_are_told_with_their_stacks_and_compared_with_this_one()
    {
        Assert.Equal(
            [
                "1,200 stacks trained on Intel Xeon E5-2680, vectors of 256 bits; here is AMD EPYC 9755, vectors of 512 bits, where the last digits may differ",
                "4 stacks trained on NVIDIA H200; here is AMD EPYC 9755, vectors of 512 bits, where the last digits may differ",
                "3 stacks trained on AMD EPYC 9755, vectors of 512 bits, as here",
                "1 stack trained on a processor that is not recorded",
            ],
            TrainingEnvironment.Kinds([new(Amd, 1), new(Intel, 1200), new(Amd, 2), new(Card, 4), new(Older, 1)], Amd));
    }

    [Fact]
    public void What_is_recorded_here_is_this_kind()
    {
        NativeRuntime.EnsureLoaded(); // as verbs do before they train; its version is told too
        var here = TrainingEnvironment.Json("cpu");

        Assert.Matches("^2 stacks trained on .+ bits, as here$", Assert.Single(TrainingEnvironment.Kinds([new(here, 2)], here)));
    }
}
