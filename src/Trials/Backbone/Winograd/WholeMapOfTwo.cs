using System.Runtime.CompilerServices;
using VicRegSweeps.Trials.Arrays.Products;

namespace VicRegSweeps.Trials.Backbone.Winograd;

/// <summary>Both outputs of a map of two pixels between zeros, for three multiplications instead of four.</summary>
/// <remarks>
/// y0 = g1 d0 + g2 d1 and y1 = g0 d0 + g1 d1 share g1 (d0 + d1). F(2, 3) would take four, since its tile has four inputs;
/// here two of them are the zeros.
/// </remarks>
internal readonly struct WholeMapOfTwo : ITileTransform
{
    public static int Products => 3;

    public static int Inputs => 2;

    public static int Outputs => 2;

    public static int Border => 0;

    public static double[][] Kernel => [[0, 1, 0], [0, -1, 1], [1, -1, 0]];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Input<TWidth, TVector>(float* from, nint step, float* result, nint resultStep)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : unmanaged
    {
        var (d0, d1) = (TWidth.Load(from), TWidth.Load(from + step));
        TWidth.Store(TWidth.Add(d0, d1), result);
        TWidth.Store(d1, result + resultStep);
        TWidth.Store(d0, result + (2 * resultStep));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Output<TWidth, TVector>(float* from, nint step, float* result, nint resultStep)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : unmanaged
    {
        var m0 = TWidth.Load(from);
        TWidth.Store(TWidth.Add(m0, TWidth.Load(from + step)), result);
        TWidth.Store(TWidth.Add(m0, TWidth.Load(from + (2 * step))), result + resultStep);
    }
}
