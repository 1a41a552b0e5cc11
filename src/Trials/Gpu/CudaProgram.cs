using System.Collections.Concurrent;
using System.Text;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.Trials.Native;

namespace VicRegSweeps.Trials.Gpu;

/// <summary>A compiled <see cref="KernelSource"/>, on one GPU, for as long as the process lives.</summary>
internal sealed unsafe class CudaProgram
{
    private static readonly ConcurrentDictionary<(int Gpu, string Source), Lazy<CudaProgram>> Programs = [];

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

    /// <summary>Compiles a source when it is first asked for.</summary>
    /// <exception cref="SweepException">It does not compile or load.</exception>
    public static CudaProgram Of(CudaLibraries cuda, int gpu, KernelSource source) =>
        Programs.GetOrAdd((gpu, source.Name), _ => new Lazy<CudaProgram>(() => Compile(cuda, gpu, source))).Value;

    private static CudaProgram Compile(CudaLibraries cuda, int gpu, KernelSource source)
    {
        nint module;
        fixed (byte* image = Image(cuda, gpu, source)) CudaLibraries.Check(cuda.ModuleLoadData(&module, image), "cuModuleLoadData");
        return new CudaProgram(cuda, module);
    }

    private static byte[] Image(CudaLibraries cuda, int gpu, KernelSource source)
    {
        nint program;
        fixed (byte* text = Text(source.Text), name = Text(source.Name))
        fixed (byte* architecture = Text($"--gpu-architecture=sm_{CapabilityOf(gpu)}"), standard = Text("--std=c++17"))
        {
            CudaLibraries.Check(cuda.NvrtcCreateProgram(&program, text, name, 0, null, null), "nvrtcCreateProgram");
            var options = stackalloc byte*[] { architecture, standard };
            if (cuda.NvrtcCompileProgram(program, 2, options) != 0)
                throw new SweepException($"{source.Name} does not compile for this GPU, so libtorch's own operations take its place: {LogOf(cuda, program)}");
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
