using System.Text;
using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Trials;

/// <summary>The compiled <see cref="StackKernelSource"/>, on one GPU, for as long as the process lives.</summary>
internal sealed unsafe class CudaProgram
{
    private readonly CudaLibraries cuda;
    private readonly nint module;
    private readonly Dictionary<string, nint> kernels = [];

    private CudaProgram(CudaLibraries cuda, nint module) => (this.cuda, this.module) = (cuda, module);

    /// <summary>A kernel by its name.</summary>
    public nint this[string kernel]
    {
        get
        {
            lock (kernels)
            {
                if (kernels.TryGetValue(kernel, out var found)) return found;

                fixed (byte* name = Text(kernel)) CudaLibraries.Check(cuda.ModuleGetFunction(&found, module, name), kernel);
                return kernels[kernel] = found;
            }
        }
    }

    /// <exception cref="SweepException">It does not compile or load.</exception>
    public static CudaProgram Compile(CudaLibraries cuda, int gpu)
    {
        nint module;
        fixed (byte* image = Image(cuda, gpu)) CudaLibraries.Check(cuda.ModuleLoadData(&module, image), "cuModuleLoadData");
        return new CudaProgram(cuda, module);
    }

    private static byte[] Image(CudaLibraries cuda, int gpu)
    {
        nint program;
        fixed (byte* source = Text(StackKernelSource.Text), name = Text(StackKernelSource.Name))
        fixed (byte* architecture = Text($"--gpu-architecture=sm_{CapabilityOf(gpu)}"), standard = Text("--std=c++17"))
        {
            CudaLibraries.Check(cuda.NvrtcCreateProgram(&program, source, name, 0, null, null), "nvrtcCreateProgram");
            var options = stackalloc byte*[] { architecture, standard };
            if (cuda.NvrtcCompileProgram(program, 2, options) != 0) throw new SweepException($"The kernels of a step do not compile for this GPU, so steps are made of libtorch's own operations: {LogOf(cuda, program)}");
        }

        nuint size;
        CudaLibraries.Check(cuda.NvrtcGetCubinSize(program, &size), "nvrtcGetCUBINSize");
        var image = new byte[size];
        fixed (byte* bytes = image) CudaLibraries.Check(cuda.NvrtcGetCubin(program, bytes), "nvrtcGetCUBIN");
        _ = cuda.NvrtcDestroyProgram(&program);
        return image;
    }

    private static string LogOf(CudaLibraries cuda, nint program)
    {
        nuint size;
        _ = cuda.NvrtcGetLogSize(program, &size);
        var log = new byte[size];
        fixed (byte* bytes = log) _ = cuda.NvrtcGetLog(program, bytes);
        return Encoding.UTF8.GetString(log).TrimEnd('\0', '\n');
    }

    /// <summary>Such as <c>90</c>.</summary>
    private static string CapabilityOf(int gpu) => NvidiaDriver.Ask().Gpus[gpu].Capability.Replace(".", "", StringComparison.Ordinal);

    /// <summary>As C wants it, with a zero at the end.</summary>
    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text + '\0');
}
