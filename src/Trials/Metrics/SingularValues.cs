using TorchSharp;
using VicRegSweeps.Trials.Gpu;
using VicRegSweeps.Trials.Stacks;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Metrics;

/// <summary>Singular values of many matrices, by whoever is quickest where they are.</summary>
internal static class SingularValues
{
    private const int Threads = 256;

    /// <summary>The kernel of many matrices at once.</summary>
    public static KernelSource Source { get; } = KernelSource.Read("MetricKernels.cu");

    /// <param name="z">Finite, [K, M, D] in double precision.</param>
    /// <returns>[K, min(M, D)], largest first, on the same device.</returns>
    public static Tensor Of(Tensor z) =>
        z.device.type == DeviceType.CPU ? linalg.svdvals(z)
        : CudaLauncher.TryCreate(Source, z.device) is { } kernels ? ByKernel(z, kernels)
        : OnProcessor(z).to(z.device);

    /// <summary>By <c>MetricKernels.cu</c>.</summary>
    /// <inheritdoc cref="Of"/>
    internal static Tensor ByKernel(Tensor z, IKernels kernels)
    {
        using var scope = NewDisposeScope();
        var trials = z.shape[0];
        var (rows, columns) = (Math.Max(z.shape[1], z.shape[2]), Math.Min(z.shape[1], z.shape[2]));
        var usedUp = empty([trials, columns, rows], float64, z.device);
        usedUp.copy_(z.shape[1] >= z.shape[2] ? z.transpose(1, 2) : z);
        var work = empty([trials, columns, columns], float64, z.device);
        var values = empty([trials, columns], float64, z.device);
        kernels.Blocks(
            "singular_values", (int)trials, 1, Threads, TensorMemory.Of(usedUp), TensorMemory.Of(work), TensorMemory.Of(values), (int)rows, (int)columns);
        return values.sort(1, descending: true).Values.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// On all cores of the processor, wherever the matrices are: libtorch gives a GPU such matrices one after the other, each of which
    /// takes it milliseconds. https://github.com/pytorch/pytorch/issues/86234
    /// </summary>
    internal static Tensor OnProcessor(Tensor z)
    {
        using var matrices = z.cpu().contiguous().alias();
        var trials = (int)matrices.shape[0];
        var singular = empty([trials, Math.Min(matrices.shape[1], matrices.shape[2])], z.dtype);
        Cores.Share(trials, Environment.ProcessorCount, (_, trial) =>
        {
            using var gradientOff = no_grad();
            using var scope = NewDisposeScope();
            singular[trial].copy_(linalg.svdvals(matrices[trial]));
        });
        return singular;
    }
}
