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
    private static bool IsLoaded;

    /// <summary>Loads libtorch, or says in one sentence why it cannot be loaded.</summary>
    /// <exception cref="SweepException">libtorch or the C++ library that it needs is missing.</exception>
    public static void EnsureLoaded()
    {
        lock (Gate)
        {
            if (IsLoaded)
            {
                return;
            }

            TuneForTraining();
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

            IsLoaded = true;
        }
    }

    /// <summary>
    /// Two things about glibc machines that have to be said before libtorch is loaded. OpenMP's threads are to sleep at a
    /// barrier, not to spin: beside another busy process spinning made training ten times slower. And malloc is to keep
    /// what is freed: it would map every large block anew, and a step takes and frees the same ones over and over.
    /// </summary>
    private static void TuneForTraining()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = SetEnvironment("OMP_WAIT_POLICY", "PASSIVE", overwrite: 0);
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

    // .NET's own SetEnvironmentVariable is not seen by native libraries.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Mallopt(int parameter, int value);
}
