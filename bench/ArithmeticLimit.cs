using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VicRegSweeps.Bench;

/// <summary>
/// What the processor's arithmetic units can do: multiply-adds in registers, of the widest vectors that it has, on all cores. No product
/// of matrices can be quicker, whoever wrote it.
/// </summary>
internal static class ArithmeticLimit
{
    // More sums than the latency of a multiply-add asks for, and as many as there are registers for beside the factors.
    private const int Sums = 12;
    private const int Repetitions = 1 << 20;

    // Every figure is the best of several short measurements: other processes only ever add time.
    private const int Rounds = 20;

    /// <summary>Bits of the widest vectors.</summary>
    public static int Bits => Vector512.IsHardwareAccelerated ? 512 : 256;

    /// <summary>Floating-point operations a second of all cores; a multiply-add is two.</summary>
    public static double FlopsPerSecond(int cores)
    {
        Run(cores);
        return Enumerable.Range(0, Rounds).Max(_ => Run(cores));
    }

    private static double Run(int cores)
    {
        var (seconds, starts) = (new double[cores], new Barrier(cores));
        var threads = Enumerable.Range(0, cores).Select(core => new Thread(() =>
        {
            starts.SignalAndWait();
            var watch = Stopwatch.StartNew();
            Keep(Bits == 512 ? Of512() : Of256());
            seconds[core] = watch.Elapsed.TotalSeconds;
        })).ToList();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        return seconds.Sum(s => 2.0 * Sums * Repetitions * (Bits / 32) / s);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Of512()
    {
        var (x, y) = (Vector512.Create(0.999f), Vector512.Create(0.001f));
        var (a, b, c, d, e, f, g, h, i, j, k, l) = (y, y, y, y, y, y, y, y, y, y, y, y);
        for (var n = 0; n < Repetitions; n++)
        {
            a = Vector512.FusedMultiplyAdd(a, x, y);
            b = Vector512.FusedMultiplyAdd(b, x, y);
            c = Vector512.FusedMultiplyAdd(c, x, y);
            d = Vector512.FusedMultiplyAdd(d, x, y);
            e = Vector512.FusedMultiplyAdd(e, x, y);
            f = Vector512.FusedMultiplyAdd(f, x, y);
            g = Vector512.FusedMultiplyAdd(g, x, y);
            h = Vector512.FusedMultiplyAdd(h, x, y);
            i = Vector512.FusedMultiplyAdd(i, x, y);
            j = Vector512.FusedMultiplyAdd(j, x, y);
            k = Vector512.FusedMultiplyAdd(k, x, y);
            l = Vector512.FusedMultiplyAdd(l, x, y);
        }

        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Of256()
    {
        var (x, y) = (Vector256.Create(0.999f), Vector256.Create(0.001f));
        var (a, b, c, d, e, f, g, h, i, j, k, l) = (y, y, y, y, y, y, y, y, y, y, y, y);
        for (var n = 0; n < Repetitions; n++)
        {
            a = Vector256.FusedMultiplyAdd(a, x, y);
            b = Vector256.FusedMultiplyAdd(b, x, y);
            c = Vector256.FusedMultiplyAdd(c, x, y);
            d = Vector256.FusedMultiplyAdd(d, x, y);
            e = Vector256.FusedMultiplyAdd(e, x, y);
            f = Vector256.FusedMultiplyAdd(f, x, y);
            g = Vector256.FusedMultiplyAdd(g, x, y);
            h = Vector256.FusedMultiplyAdd(h, x, y);
            i = Vector256.FusedMultiplyAdd(i, x, y);
            j = Vector256.FusedMultiplyAdd(j, x, y);
            k = Vector256.FusedMultiplyAdd(k, x, y);
            l = Vector256.FusedMultiplyAdd(l, x, y);
        }

        return Vector256.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    /// <summary>The compiler must not leave out what nobody looks at.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Keep(float sum)
    {
        if (float.IsNaN(sum)) throw new InvalidOperationException("A sum of finite numbers is none.");
    }
}
