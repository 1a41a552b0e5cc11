using System.Runtime.CompilerServices;
using VicRegSweeps.Trials.Native;

namespace VicRegSweeps.Trials.Tests;

/// <summary>Tests use tensors without ado, so libtorch is loaded before the first of them.</summary>
internal static class Libraries
{
    [ModuleInitializer]
    public static void Load() => NativeRuntime.EnsureLoaded();
}
