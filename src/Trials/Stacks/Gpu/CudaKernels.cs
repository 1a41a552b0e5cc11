using TorchSharp;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.Trials.Gpu;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Stacks.Gpu;

/// <summary>
/// The kernels on an NVIDIA GPU: compiled there and then by NVRTC for the GPU at hand, products by cuBLAS, both from the libtorch that
/// is loaded. What repeats is recorded as a CUDA graph the second time, and is one launch from then on.
/// </summary>
/// <remarks>
/// Its stream waits for libtorch's, the default one, and libtorch's for it: a CUDA stream that is not made otherwise does so by itself.
/// Float32 products are of float32: cuBLAS takes no TF32 unless it is told to.
/// </remarks>
internal sealed unsafe class CudaKernels : IStackKernels
{
    private const int ThreadsOfRows = 256;
    private const int Lanes = 32;

    // cuBLAS may not take memory of its own while a graph is recorded. Its documentation asks for 32 MiB on Hopper.
    private const int WorkspaceBytes = 32 << 20;

    private readonly CudaLibraries cuda;
    private readonly int gpu;
    private readonly CudaLauncher launcher;
    private readonly nint stream;
    private readonly nint blas;
    private readonly Tensor workspace;
    private nint graph;
    private bool wasDone;
    private bool cannotRecord;

    /// <param name="device">A GPU.</param>
    /// <exception cref="SweepException">A library or a function of it is missing, or the kernels do not compile.</exception>
    public CudaKernels(Device device)
    {
        cuda = CudaLibraries.Loaded.Value;
        gpu = CudaLauncher.IndexOf(device);
        var onDefaultStream = new CudaLauncher(StackKernelSource.Source, device);
        stream = cuda.NewStream();
        launcher = onDefaultStream.On(stream);
        blas = cuda.NewBlas(stream);
        workspace = empty([WorkspaceBytes], ScalarType.Byte, device).DetachFromDisposeScope();
        CudaLibraries.Check(cuda.BlasSetWorkspace(blas, TensorMemory.Of(workspace), WorkspaceBytes), "cublasSetWorkspace");
    }

    /// <summary>Launches of what is repeated, cuBLAS's own included; 0 before it is recorded.</summary>
    public int Recorded { get; private set; }

    /// <summary>The kernels on a device; null with the reason where they cannot be had, and on a processor.</summary>
    public static CudaKernels? TryCreate(Device device, out string? obstacle)
    {
        obstacle = null;
        if (device.type != DeviceType.CUDA) return null;
        try
        {
            return new CudaKernels(device);
        }
        catch (SweepException e)
        {
            obstacle = e.Message;
            return null;
        }
    }

    public void Rows(string kernel, int rows, params ReadOnlySpan<KernelArgument> arguments)
    {
        const int RowsOfBlock = ThreadsOfRows / Lanes;
        launcher.Blocks(kernel, (rows + RowsOfBlock - 1) / RowsOfBlock, 1, ThreadsOfRows, arguments);
    }

    public void Blocks(string kernel, int columns, int rows, int threads, params ReadOnlySpan<KernelArgument> arguments) =>
        launcher.Blocks(kernel, columns, rows, threads, arguments);

    public void Multiply(TrialMatrices left, TrialMatrices right, TrialMatrices product, int trials, float alpha = 1, float beta = 0)
    {
        // cuBLAS takes matrices column by column; row by row they are transposed, and (left · right)ᵀ = rightᵀ · leftᵀ.
        CudaLibraries.Check(
            cuda.BlasMultiply(
                blas, right.IsTransposed ? 1 : 0, left.IsTransposed ? 1 : 0, product.Columns, product.Rows, left.Columns, &alpha, right.First, right.Pitch,
                right.Stride, left.First, left.Pitch, left.Stride, &beta, product.First, product.Pitch, product.Stride, trials),
            "cublasSgemmStridedBatched");
    }

    public void Repeat(Action operations)
    {
        cuda.Enter(gpu);
        if (graph == 0 && wasDone && !cannotRecord) Record(operations);
        if (graph != 0) CudaLibraries.Check(cuda.GraphLaunch(graph, stream), "cuGraphLaunch");
        else operations();
        wasDone = true;
    }

    public void Dispose()
    {
        _ = cuda.StreamSynchronize(stream);
        if (graph != 0) _ = cuda.GraphExecDestroy(graph);
        _ = cuda.BlasDestroy(blas);
        _ = cuda.StreamDestroy(stream);
        workspace.Dispose();
    }

    /// <summary>Nothing is computed while it is recorded. Where that fails, the operations are launched one by one as before.</summary>
    private void Record(Action operations)
    {
        const int Relaxed = 2;
        cannotRecord = true;
        if (cuda.StreamBeginCapture(stream, Relaxed) != 0) return;

        nint recorded;
        try
        {
            operations();
        }
        finally
        {
            var error = cuda.StreamEndCapture(stream, &recorded);
            if (error != 0) recorded = 0;
        }

        if (recorded == 0) return;

        nint executable;
        if (cuda.GraphInstantiate(&executable, recorded, 0) == 0) graph = executable;
        nuint launches = 0;
        _ = cuda.GraphGetNodes(recorded, null, &launches);
        Recorded = (int)launches;
        _ = cuda.GraphDestroy(recorded);
    }
}
