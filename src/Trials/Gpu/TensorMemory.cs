using System.Runtime.InteropServices;
using VicRegSweeps.Trials.Native;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Gpu;

/// <summary>Where a tensor's numbers lie, for those who work on them beside libtorch.</summary>
internal static unsafe class TensorMemory
{
    // TorchSharp gives the address of numbers in the processor's memory alone; its binding has it for every device.
    private static readonly Lazy<nint> Function = new(() => NativeLibrary.GetExport(NativeLibrary.Load(Libtorch.BindingPath), "THSTensor_data"));

    /// <summary>The address of the first number, on the tensor's device; good as long as the tensor is.</summary>
    public static nint Of(Tensor tensor)
    {
        var address = ((delegate* unmanaged<nint, nint>)Function.Value)(tensor.Handle);
        GC.KeepAlive(tensor);
        return address;
    }
}
