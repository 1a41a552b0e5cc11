using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.Trials.Native;

namespace VicRegSweeps.Trials.Gpu;

/// <summary>
/// The functions of NVIDIA's driver, of NVRTC and of cuBLAS that our kernels need. The two libraries are those that came with the libtorch
/// that is loaded; all three have C interfaces that stay from version to version.
/// </summary>
internal sealed unsafe class CudaLibraries
{
    public readonly delegate* unmanaged<nint*, byte*, int> ModuleLoadData;
    public readonly delegate* unmanaged<nint*, nint, byte*, int> ModuleGetFunction;
    public readonly delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int> LaunchKernel;
    public readonly delegate* unmanaged<nint, int> StreamSynchronize;
    public readonly delegate* unmanaged<nint, int> StreamDestroy;
    public readonly delegate* unmanaged<nint, int, int> StreamBeginCapture;
    public readonly delegate* unmanaged<nint, nint*, int> StreamEndCapture;
    public readonly delegate* unmanaged<nint*, nint, ulong, int> GraphInstantiate;
    public readonly delegate* unmanaged<nint, nint*, nuint*, int> GraphGetNodes;
    public readonly delegate* unmanaged<nint, nint, int> GraphLaunch;
    public readonly delegate* unmanaged<nint, int> GraphDestroy;
    public readonly delegate* unmanaged<nint, int> GraphExecDestroy;
    public readonly delegate* unmanaged<nint*, byte*, byte*, int, byte**, byte**, int> NvrtcCreateProgram;
    public readonly delegate* unmanaged<nint, int, byte**, int> NvrtcCompileProgram;
    public readonly delegate* unmanaged<nint, nuint*, int> NvrtcGetCubinSize;
    public readonly delegate* unmanaged<nint, byte*, int> NvrtcGetCubin;
    public readonly delegate* unmanaged<nint, nuint*, int> NvrtcGetLogSize;
    public readonly delegate* unmanaged<nint, byte*, int> NvrtcGetLog;
    public readonly delegate* unmanaged<nint*, int> NvrtcDestroyProgram;
    public readonly delegate* unmanaged<nint, int> BlasDestroy;
    public readonly delegate* unmanaged<nint, nint, nuint, int> BlasSetWorkspace;

    /// <summary>
    /// cublasSgemmStridedBatched: handle, operation on A and B (1 transposes), m, n, k, α, A, its pitch and stride, B, its pitch and
    /// stride, β, C, its pitch and stride, number of products.
    /// </summary>
    public readonly delegate* unmanaged<
        nint, int, int, int, int, int, float*, nint, int, long, nint, int, long, float*, nint, int, long, int, int> BlasMultiply;

    private readonly ConcurrentDictionary<int, nint> contexts = [];
    private readonly delegate* unmanaged<nint, int> contextSetCurrent;
    private readonly delegate* unmanaged<nint*, uint, int> streamCreate;
    private readonly delegate* unmanaged<nint*, int> blasCreate;
    private readonly delegate* unmanaged<nint, nint, int> blasSetStream;

    private CudaLibraries(Libtorch libtorch)
    {
        var driver = Load(NvidiaDriver.Library);
        ModuleLoadData = (delegate* unmanaged<nint*, byte*, int>)Find(driver, "cuModuleLoadData");
        ModuleGetFunction = (delegate* unmanaged<nint*, nint, byte*, int>)Find(driver, "cuModuleGetFunction");
        LaunchKernel = (delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int>)Find(driver, "cuLaunchKernel");
        StreamSynchronize = (delegate* unmanaged<nint, int>)Find(driver, "cuStreamSynchronize");
        StreamDestroy = (delegate* unmanaged<nint, int>)Find(driver, "cuStreamDestroy_v2");
        StreamBeginCapture = (delegate* unmanaged<nint, int, int>)Find(driver, "cuStreamBeginCapture_v2");
        StreamEndCapture = (delegate* unmanaged<nint, nint*, int>)Find(driver, "cuStreamEndCapture");
        GraphInstantiate = (delegate* unmanaged<nint*, nint, ulong, int>)Find(driver, "cuGraphInstantiateWithFlags");
        GraphGetNodes = (delegate* unmanaged<nint, nint*, nuint*, int>)Find(driver, "cuGraphGetNodes");
        GraphLaunch = (delegate* unmanaged<nint, nint, int>)Find(driver, "cuGraphLaunch");
        GraphDestroy = (delegate* unmanaged<nint, int>)Find(driver, "cuGraphDestroy");
        GraphExecDestroy = (delegate* unmanaged<nint, int>)Find(driver, "cuGraphExecDestroy");
        contextSetCurrent = (delegate* unmanaged<nint, int>)Find(driver, "cuCtxSetCurrent");
        streamCreate = (delegate* unmanaged<nint*, uint, int>)Find(driver, "cuStreamCreate");

        // Each library of libtorch's finds what it was linked with.
        var nvrtc = Load(Path.Combine(libtorch.Folder, "libcaffe2_nvrtc.so"));
        NvrtcCreateProgram = (delegate* unmanaged<nint*, byte*, byte*, int, byte**, byte**, int>)Find(nvrtc, "nvrtcCreateProgram");
        NvrtcCompileProgram = (delegate* unmanaged<nint, int, byte**, int>)Find(nvrtc, "nvrtcCompileProgram");
        NvrtcGetCubinSize = (delegate* unmanaged<nint, nuint*, int>)Find(nvrtc, "nvrtcGetCUBINSize");
        NvrtcGetCubin = (delegate* unmanaged<nint, byte*, int>)Find(nvrtc, "nvrtcGetCUBIN");
        NvrtcGetLogSize = (delegate* unmanaged<nint, nuint*, int>)Find(nvrtc, "nvrtcGetProgramLogSize");
        NvrtcGetLog = (delegate* unmanaged<nint, byte*, int>)Find(nvrtc, "nvrtcGetProgramLog");
        NvrtcDestroyProgram = (delegate* unmanaged<nint*, int>)Find(nvrtc, "nvrtcDestroyProgram");

        var blas = Load(Path.Combine(libtorch.Folder, "libtorch_cuda.so"));
        blasCreate = (delegate* unmanaged<nint*, int>)Find(blas, "cublasCreate_v2");
        blasSetStream = (delegate* unmanaged<nint, nint, int>)Find(blas, "cublasSetStream_v2");
        BlasDestroy = (delegate* unmanaged<nint, int>)Find(blas, "cublasDestroy_v2");
        BlasSetWorkspace = (delegate* unmanaged<nint, nint, nuint, int>)Find(blas, "cublasSetWorkspace_v2");
        BlasMultiply = (delegate* unmanaged<
            nint, int, int, int, int, int, float*, nint, int, long, nint, int, long, float*, nint, int, long, int, int>)Find(blas, "cublasSgemmStridedBatched");
    }

    /// <summary>Of the libtorch that is loaded.</summary>
    /// <exception cref="SweepException">A library or a function is missing.</exception>
    public static Lazy<CudaLibraries> Loaded { get; } = new(() => new CudaLibraries(NativeRuntime.Libtorch), LazyThreadSafetyMode.ExecutionAndPublication);

    /// <summary>Makes the calling thread work on a GPU, in the context that libtorch uses.</summary>
    public void Enter(int gpu) => Check(contextSetCurrent(contexts.GetOrAdd(gpu, NvidiaDriver.KeptContext)), "cuCtxSetCurrent");

    public nint NewStream()
    {
        const uint WaitsForTheDefaultStream = 0;
        nint stream;
        Check(streamCreate(&stream, WaitsForTheDefaultStream), "cuStreamCreate");
        return stream;
    }

    public nint NewBlas(nint stream)
    {
        nint handle;
        Check(blasCreate(&handle), "cublasCreate");
        Check(blasSetStream(handle, stream), "cublasSetStream");
        return handle;
    }

    /// <exception cref="InvalidOperationException">The code is not 0.</exception>
    public static void Check(int code, string call)
    {
        if (code != 0) throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"CUDA error {code} in {call}."));
    }

    private static nint Load(string path) => NativeLibrary.TryLoad(path, out var handle)
        ? handle
        : throw new SweepException($"{path} cannot be loaded, so libtorch's own operations take the place of our kernels on a GPU.");

    private static nint Find(nint library, string function) => NativeLibrary.TryGetExport(library, function, out var address)
        ? address
        : throw new SweepException($"libtorch's libraries have no {function}, so libtorch's own operations take the place of our kernels on a GPU.");
}
