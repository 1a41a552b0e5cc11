using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VicRegSweeps.Trials.Arrays.Products;

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
            Keep(Bits == 512 ? MultiplyAdds<Width512, Vector512<float>>() : MultiplyAdds<Width256, Vector256<float>>());
            seconds[core] = watch.Elapsed.TotalSeconds;
        })).ToList();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        return seconds.Sum(s => 2.0 * Sums * Repetitions * (Bits / 32) / s);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe float MultiplyAdds<TWidth, TVector>()
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : unmanaged
    {
        var (x, y) = (TWidth.Of(0.999f), TWidth.Of(0.001f));
        var (a, b, c, d, e, f, g, h, i, j, k, l) = (y, y, y, y, y, y, y, y, y, y, y, y);
        for (var n = 0; n < Repetitions; n++)
        {
            a = TWidth.MultiplyAdd(a, x, y);
            b = TWidth.MultiplyAdd(b, x, y);
            c = TWidth.MultiplyAdd(c, x, y);
            d = TWidth.MultiplyAdd(d, x, y);
            e = TWidth.MultiplyAdd(e, x, y);
            f = TWidth.MultiplyAdd(f, x, y);
            g = TWidth.MultiplyAdd(g, x, y);
            h = TWidth.MultiplyAdd(h, x, y);
            i = TWidth.MultiplyAdd(i, x, y);
            j = TWidth.MultiplyAdd(j, x, y);
            k = TWidth.MultiplyAdd(k, x, y);
            l = TWidth.MultiplyAdd(l, x, y);
        }

        var sum = stackalloc TVector[1];
        var (ab, cd, ef, gh, ij, kl) = (TWidth.Add(a, b), TWidth.Add(c, d), TWidth.Add(e, f), TWidth.Add(g, h), TWidth.Add(i, j), TWidth.Add(k, l));
        TWidth.Store(TWidth.Add(TWidth.Add(TWidth.Add(ab, cd), TWidth.Add(ef, gh)), TWidth.Add(ij, kl)), (float*)sum);
        return *(float*)sum;
    }

    /// <summary>The compiler must not leave out what nobody looks at.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Keep(float sum)
    {
        if (float.IsNaN(sum)) throw new InvalidOperationException("A sum of finite numbers is none.");
    }
}
