using VicRegSweeps.SweepEngine;
using VicRegSweeps.Trials.Native;

namespace VicRegSweeps.Cli;

/// <summary>libtorch and the device, with a word to the user wherever they are not what one would take for granted.</summary>
internal static class Runtime
{
    /// <summary>Loads libtorch.</summary>
    public static void Load()
    {
        NativeRuntime.EnsureLoaded();
        var libtorch = NativeRuntime.Libtorch;
        if (libtorch.IsPackage) return;

        Console.Error.WriteLine(
            $"Using {libtorch}{(libtorch.IsBuiltFor ? "" : $"; TorchSharp was built against {Libtorch.BuiltFor}, and a few results were tried out")}.");
    }

    /// <summary>Loads libtorch, and finds the device that a word means, see <see cref="Devices.Resolve"/>.</summary>
    public static string Device(string word, int place = 0)
    {
        var device = Devices.Resolve(word, place);
        Load();
        if (word == "auto" && device == "cpu" && NvidiaDriver.Ask() is { Gpus: [var gpu, ..] })
        {
            Console.Error.WriteLine($"Training on the processor, though there is a GPU ({gpu.Name}): {CommandName.Line("devices")} says why.");
        }

        return device;
    }
}
