using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials.Backbone.Gpu;
using VicRegSweeps.Trials.Gpu;
using VicRegSweeps.Trials.Metrics;
using VicRegSweeps.Trials.Stacks.Gpu;

namespace VicRegSweeps.Trials.Tests.Gpu;

/// <summary>The sources that a GPU gets, built by g++ and run on a processor lane by lane.</summary>
internal sealed unsafe class EmulatedLauncher : IKernels
{
    private static readonly Lazy<nint> Library = new(Build);

    private readonly delegate* unmanaged<byte*, int, int, int, void**, int> launch =
        (delegate* unmanaged<byte*, int, int, int, void**, int>)NativeLibrary.GetExport(Library.Value, "launch");

    /// <summary>Whether there is a g++ to build with.</summary>
    public static bool IsPossible => Compiler is not null;

    private static string? Compiler { get; } = Programs.Find("g++");

    /// <summary>How often each kernel was started.</summary>
    public Dictionary<string, int> Launches { get; } = [];

    public void Blocks(string kernel, int columns, int rows, int threads, params ReadOnlySpan<KernelArgument> arguments)
    {
        Launches[kernel] = Launches.GetValueOrDefault(kernel) + 1;
        fixed (byte* name = Encoding.ASCII.GetBytes(kernel + '\0'))
        fixed (KernelArgument* values = arguments)
        {
            var pointers = stackalloc void*[arguments.Length];
            for (var i = 0; i < arguments.Length; i++)
            {
                pointers[i] = values + i;
            }

            Assert.Equal(0, launch(name, columns, rows, threads, pointers));
        }
    }

    private static nint Build()
    {
        var folder = Directory.CreateTempSubdirectory("vicreg-kernels-").FullName;
        var library = Path.Combine(folder, "kernels.so");

        // -Wno-unknown-pragmas: #pragma unroll is NVIDIA's. -Bsymbolic: libc has functions of such names. Warnings are errors.
        using var compiler = Process.Start(Compiler!,
        [
            "-std=c++17", "-O2", "-Wall", "-Wno-unknown-pragmas", "-Werror", "-shared", "-fPIC", "-Wl,-Bsymbolic",
            Included("STACK_KERNELS", StackKernelSource.Source), Included("BACKBONE_KERNELS", BackboneKernels.Source),
            Included("METRIC_KERNELS", SingularValues.Source),
            Path.Combine(AppContext.BaseDirectory, "Gpu", "processor.cpp"), "-o", library,
        ]);
        compiler.WaitForExit();
        Assert.Equal(0, compiler.ExitCode);
        return NativeLibrary.Load(library);

        string Included(string macro, KernelSource source)
        {
            var path = Path.Combine(folder, source.Name);
            File.WriteAllText(path, source.Text);
            return $"-D{macro}=\"{path}\"";
        }
    }
}
