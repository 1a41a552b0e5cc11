using VicRegSweeps.Trials.Gpu;
using VicRegSweeps.Trials.Images;
using static VicRegSweeps.Trials.Gpu.KernelSource;

namespace VicRegSweeps.Trials.Backbone.Gpu;

/// <summary>The kernels around the convolutions of a backbone.</summary>
internal static class BackboneKernels
{
    public static KernelSource Source { get; } = Read(
        "BackboneKernels.cu",
        Define("SIDE", ImageSet.SmallSide),
        Define("RED", ColourLoops.RedShare),
        Define("GREEN", ColourLoops.GreenShare),
        Define("BLUE", ColourLoops.BlueShare),
        Define("SOLARIZE_FROM", ViewLoops.SolarizeFrom));
}
