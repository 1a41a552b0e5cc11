using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Trials.Tests;

/// <summary>The source that a GPU gets, built by g++ and run on a processor lane by lane; products are plain loops.</summary>
internal sealed unsafe class EmulatedKernels : IStackKernels
{
    private const int Lanes = 32;
    private const int ThreadsOfRows = 64;

    private static readonly Lazy<nint> Library = new(Build);

    private readonly delegate* unmanaged<byte*, int, int, int, void**, int> launch =
        (delegate* unmanaged<byte*, int, int, int, void**, int>)NativeLibrary.GetExport(Library.Value, "launch");

    /// <summary>Whether there is a g++ to build with.</summary>
    public static bool IsPossible => Compiler is not null;

    private static string? Compiler { get; } = Programs.Find("g++");

    /// <summary>How often each kernel was started, and <c>Multiply</c>.</summary>
    public Dictionary<string, int> Launches { get; } = [];

    public void Rows(string kernel, int rows, params ReadOnlySpan<KernelArgument> arguments) =>
        Blocks(kernel, ((rows * Lanes) + ThreadsOfRows - 1) / ThreadsOfRows, 1, ThreadsOfRows, arguments);

    public void Blocks(string kernel, int columns, int rows, int threads, params ReadOnlySpan<KernelArgument> arguments)
    {
        Count(kernel);
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

    public void Multiply(TrialMatrices left, TrialMatrices right, TrialMatrices product, int trials, float alpha = 1, float beta = 0)
    {
        Count(nameof(Multiply));
        Assert.Equal((left.Columns, left.Rows, right.Columns), (right.Rows, product.Rows, product.Columns));
        for (var k = 0; k < trials; k++)
        {
            for (var i = 0; i < product.Rows; i++)
            {
                for (var j = 0; j < product.Columns; j++)
                {
                    var sum = 0.0;
                    for (var l = 0; l < left.Columns; l++)
                    {
                        sum += (double)*At(left, k, i, l) * *At(right, k, l, j);
                    }

                    var to = At(product, k, i, j);
                    *to = (float)((alpha * sum) + (beta == 0 ? 0 : beta * *to));
                }
            }
        }
    }

    public void Repeat(Action operations) => operations();

    public void Dispose()
    {
        // The library stays for the next one.
    }

    private void Count(string kernel) => Launches[kernel] = Launches.GetValueOrDefault(kernel) + 1;

    private static float* At(TrialMatrices m, int trial, int row, int column)
    {
        var (r, c) = m.IsTransposed ? (column, row) : (row, column);
        return (float*)m.First + (trial * m.Stride) + ((long)r * m.Pitch) + c;
    }

    private static nint Build()
    {
        var folder = Directory.CreateTempSubdirectory("vicreg-kernels-").FullName;
        var (kernels, library) = (Path.Combine(folder, StackKernelSource.Name), Path.Combine(folder, "kernels.so"));
        File.WriteAllText(kernels, StackKernelSource.Text);

        // -Wno-unknown-pragmas: #pragma unroll is NVIDIA's. -Bsymbolic: libc has functions of such names. Warnings are errors.
        using var compiler = Process.Start(Compiler!,
        [
            "-std=c++17", "-O2", "-Wall", "-Wno-unknown-pragmas", "-Werror", "-shared", "-fPIC", "-Wl,-Bsymbolic",
            $"-DKERNELS=\"{kernels}\"", Path.Combine(AppContext.BaseDirectory, "Stacks", "Gpu", "processor.cpp"), "-o", library,
        ]);
        compiler.WaitForExit();
        Assert.Equal(0, compiler.ExitCode);
        return NativeLibrary.Load(library);
    }
}
