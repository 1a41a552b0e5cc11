using System.Runtime.InteropServices;
using TorchSharp;
using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Trials;

/// <summary>What has to be true of the process before the first tensor.</summary>
public static partial class NativeRuntime
{
    private const string NeededSymbolVersion = "GLIBCXX_3.4.32";
    private const int MallocTrimThreshold = -1;
    private const int MallocTopPad = -2;
    private const int MallocMmapMax = -4;

    private static readonly Lock Gate = new();
    private static bool isLoaded;

    /// <summary>Loads libtorch, or says in one sentence why it cannot be loaded.</summary>
    /// <exception cref="SweepException">libtorch or the C++ library that it needs is missing.</exception>
    public static void EnsureLoaded()
    {
        lock (Gate)
        {
            if (isLoaded)
            {
                return;
            }

            KeepFreedMemory();
            try
            {
                torch.InitializeDeviceType(DeviceType.CPU);
            }
            catch (Exception e) when (e is not SweepException)
            {
                throw new SweepException(HasNeededSymbols()
                    ? $"libtorch could not be loaded: {e.Message.ReplaceLineEndings(" ")}"
                    : $"libtorch needs a libstdc++ with {NeededSymbolVersion} (GCC 13), and this machine's is older; start through ./vicreg-sweep, which says how to get it.", e);
            }

            isLoaded = true;
        }
    }

    /// <summary>
    /// glibc's malloc maps every large block anew and gives it back when it is freed; a training step frees and takes the
    /// same large blocks over and over, and would fault in each page each time. This keeps them in the process.
    /// </summary>
    private static void KeepFreedMemory()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = Mallopt(MallocMmapMax, 0);
            _ = Mallopt(MallocTrimThreshold, int.MaxValue);
            _ = Mallopt(MallocTopPad, 64 << 20);
        }
        catch (EntryPointNotFoundException)
        {
            // musl has no mallopt; training is slower and just as right.
        }
    }

    private static bool HasNeededSymbols()
    {
        if (!NativeLibrary.TryLoad("libstdc++.so.6", out _))
        {
            return false;
        }

        var loaded = File.ReadLines("/proc/self/maps").FirstOrDefault(line => line.Contains("libstdc++.so.6", StringComparison.Ordinal));
        var path = loaded?[loaded.IndexOf('/')..];
        return path is null || File.ReadAllBytes(path).AsSpan().IndexOf("GLIBCXX_3.4.32"u8) >= 0;
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Mallopt(int parameter, int value);
}
