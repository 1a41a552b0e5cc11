using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace VicRegSweeps.Trials.Native;

/// <summary>A GPU as its driver describes it.</summary>
/// <param name="Index">As in <c>cuda:N</c>.</param>
/// <param name="MemoryBytes">All of it, free or not.</param>
/// <param name="Capability">The compute capability, such as <c>9.0</c>.</param>
public sealed record NvidiaGpu(int Index, string Name, long MemoryBytes, string Capability);

/// <summary>What NVIDIA's driver says, asked directly: it takes no libtorch, and knows more about why there is no GPU.</summary>
/// <param name="CudaVersion">The newest CUDA that the driver runs, such as <c>13.0</c>; null without a driver.</param>
/// <param name="Problem">Why there is no GPU, as the end of a sentence; null where there is one.</param>
public sealed partial record NvidiaDriver(string? CudaVersion, IReadOnlyList<NvidiaGpu> Gpus, string? Problem)
{
    internal const string Library = "libcuda.so.1";
    private const int Success = 0;
    private const int NoDevice = 100;
    private const int CapabilityMajor = 75;
    private const int CapabilityMinor = 76;

    /// <summary>Asks the driver. A machine without one is no error.</summary>
    public static NvidiaDriver Ask()
    {
        try
        {
            var error = Initialize(0);
            var version = DriverVersion(out var number) == Success ? VersionOf(number) : null;
            if (error == NoDevice) return new NvidiaDriver(version, [], Hidden() ?? "NVIDIA's driver finds no GPU");
            if (error != Success) return new NvidiaDriver(version, [], $"NVIDIA's driver does not start: {NameOf(error)}");

            _ = DeviceCount(out var count);
            return new NvidiaDriver(version, [.. Enumerable.Range(0, count).Select(GpuOf)], count > 0 ? null : Hidden() ?? "NVIDIA's driver finds no GPU");
        }
        catch (DllNotFoundException)
        {
            return new NvidiaDriver(null, [], $"this machine has no NVIDIA driver: {Library} is not found");
        }
        catch (EntryPointNotFoundException e)
        {
            return new NvidiaDriver(null, [], $"NVIDIA's driver is too old: {e.Message}");
        }
    }

    /// <summary>Bytes of a GPU's memory that nothing holds; null where the driver cannot say.</summary>
    public static long? FreeBytes(int index)
    {
        try
        {
            if (Initialize(0) != Success || DeviceAt(out var device, index) != Success || RetainContext(out var context, device) != Success) return null;

            try
            {
                if (PushContext(context) != Success) return null;

                var error = MemoryInfo(out var free, out _);
                _ = PopContext(out _);
                return error == Success ? (long)free : null;
            }
            finally
            {
                _ = ReleaseContext(device);
            }
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The context of a GPU that libtorch uses too, kept for as long as the process lives.</summary>
    /// <exception cref="InvalidOperationException">There is no such GPU, or it cannot be used.</exception>
    internal static nint KeptContext(int index)
    {
        var error = DeviceAt(out var device, index);
        if (error != Success) throw new InvalidOperationException($"NVIDIA's driver has no GPU {index}: {NameOf(error)}.");

        error = RetainContext(out var context, device);
        return error == Success ? context : throw new InvalidOperationException($"NVIDIA's driver gives no context of GPU {index}: {NameOf(error)}.");
    }

    private static string? Hidden() => Environment.GetEnvironmentVariable("CUDA_VISIBLE_DEVICES") is { } visible
        ? $"CUDA_VISIBLE_DEVICES is '{visible}', which hides every GPU that may be there"
        : null;

    private static string VersionOf(int number) => string.Create(CultureInfo.InvariantCulture, $"{number / 1000}.{number % 1000 / 10}");

    private static string NameOf(int error) =>
        ErrorName(error, out var name) == Success && Marshal.PtrToStringUTF8(name) is { } text ? text
            : string.Create(CultureInfo.InvariantCulture, $"error {error}");

    private static NvidiaGpu GpuOf(int index)
    {
        var name = new byte[256];
        _ = DeviceAt(out var device, index);
        _ = DeviceName(name, name.Length, device);
        _ = DeviceMemory(out var bytes, device);
        _ = DeviceAttribute(out var major, CapabilityMajor, device);
        _ = DeviceAttribute(out var minor, CapabilityMinor, device);
        return new NvidiaGpu(
            index,
            Encoding.UTF8.GetString(name, 0, Math.Max(0, Array.IndexOf(name, (byte)0))),
            (long)bytes,
            string.Create(CultureInfo.InvariantCulture, $"{major}.{minor}"));
    }

    [LibraryImport(Library, EntryPoint = "cuInit")]
    private static partial int Initialize(uint flags);

    [LibraryImport(Library, EntryPoint = "cuDriverGetVersion")]
    private static partial int DriverVersion(out int version);

    [LibraryImport(Library, EntryPoint = "cuGetErrorName")]
    private static partial int ErrorName(int error, out nint name);

    [LibraryImport(Library, EntryPoint = "cuDeviceGetCount")]
    private static partial int DeviceCount(out int count);

    [LibraryImport(Library, EntryPoint = "cuDeviceGet")]
    private static partial int DeviceAt(out int device, int index);

    [LibraryImport(Library, EntryPoint = "cuDeviceGetName")]
    private static partial int DeviceName([Out] byte[] name, int length, int device);

    [LibraryImport(Library, EntryPoint = "cuDeviceTotalMem_v2")]
    private static partial int DeviceMemory(out nuint bytes, int device);

    [LibraryImport(Library, EntryPoint = "cuDeviceGetAttribute")]
    private static partial int DeviceAttribute(out int value, int attribute, int device);

    [LibraryImport(Library, EntryPoint = "cuDevicePrimaryCtxRetain")]
    private static partial int RetainContext(out nint context, int device);

    [LibraryImport(Library, EntryPoint = "cuDevicePrimaryCtxRelease_v2")]
    private static partial int ReleaseContext(int device);

    [LibraryImport(Library, EntryPoint = "cuCtxPushCurrent_v2")]
    private static partial int PushContext(nint context);

    [LibraryImport(Library, EntryPoint = "cuCtxPopCurrent_v2")]
    private static partial int PopContext(out nint context);

    [LibraryImport(Library, EntryPoint = "cuMemGetInfo_v2")]
    private static partial int MemoryInfo(out nuint free, out nuint total);
}
