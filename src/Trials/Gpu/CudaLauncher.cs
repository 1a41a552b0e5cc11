using VicRegSweeps.SweepEngine;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Gpu;

/// <summary>Kernels on an NVIDIA GPU, compiled there and then by the NVRTC of the libtorch that is loaded. Any thread may start them.</summary>
internal sealed unsafe class CudaLauncher : IKernels
{
    private readonly CudaLibraries cuda;
    private readonly int gpu;
    private readonly CudaProgram program;
    private readonly nint stream;

    /// <summary>Kernels in libtorch's own queue.</summary>
    /// <param name="device">A GPU.</param>
    /// <exception cref="SweepException">A library or a function of it is missing, or the kernels do not compile.</exception>
    public CudaLauncher(KernelSource source, Device device)
    {
        cuda = CudaLibraries.Loaded.Value;
        gpu = IndexOf(device);
        cuda.Enter(gpu);
        program = CudaProgram.Of(cuda, gpu, source);
    }

    private CudaLauncher(CudaLauncher other, nint stream) => (cuda, gpu, program, this.stream) = (other.cuda, other.gpu, other.program, stream);

    /// <summary>The number that the driver has for a GPU.</summary>
    public static int IndexOf(Device device) => Math.Max(0, device.index);

    /// <summary>The kernels on a device; null where they cannot be had, and on a processor.</summary>
    public static CudaLauncher? TryCreate(KernelSource source, Device device)
    {
        if (device.type != TorchSharp.DeviceType.CUDA) return null;
        try
        {
            return new CudaLauncher(source, device);
        }
        catch (SweepException)
        {
            return null;    // What they would do, libtorch's operations do too.
        }
    }

    /// <summary>The same kernels in another queue.</summary>
    public CudaLauncher On(nint stream) => new(this, stream);

    public void Blocks(string kernel, int columns, int rows, int threads, params ReadOnlySpan<KernelArgument> arguments)
    {
        cuda.Enter(gpu);
        fixed (KernelArgument* values = arguments)
        {
            var pointers = stackalloc void*[arguments.Length];
            for (var i = 0; i < arguments.Length; i++) pointers[i] = values + i;
            CudaLibraries.Check(
                cuda.LaunchKernel(program[kernel], (uint)columns, (uint)rows, 1, (uint)threads, 1, 1, 0, stream, pointers, null),
                $"launching {kernel}");
        }
    }
}
