using VicRegSweeps.Trials.Gpu;
using VicRegSweeps.Trials.Randomness;
using VicRegSweeps.Trials.Stacks.Processor;
using static VicRegSweeps.Trials.Gpu.KernelSource;

namespace VicRegSweeps.Trials.Stacks.Gpu;

/// <summary>The kernels of a stack's step.</summary>
internal static class StackKernelSource
{
    public static KernelSource Source { get; } = Read(
        "StackKernels.cu",
        Define("BETA1", StackAdam.Beta1),
        Define("BETA2", StackAdam.Beta2),
        Define("REST1", 1 - StackAdam.Beta1),
        Define("REST2", 1 - StackAdam.Beta2),
        Define("ADAM_EPSILON", StackAdam.Epsilon),
        Define("NORM_EPSILON", BatchNormRow.Epsilon),
        Define("NORM_MOMENTUM", BatchNormRow.Momentum),
        Define("MULTIPLIER1", CounterRandom.Multiplier1),
        Define("MULTIPLIER2", CounterRandom.Multiplier2));
}
