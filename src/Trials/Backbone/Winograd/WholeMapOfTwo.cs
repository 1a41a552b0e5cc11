using System.Numerics;
using System.Runtime.CompilerServices;

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
    public static unsafe void Input(float* from, nint step, float* result, nint resultStep)
    {
        var (d0, d1) = (Vector.Load(from), Vector.Load(from + step));
        Vector.Store(d0 + d1, result);
        Vector.Store(d1, result + resultStep);
        Vector.Store(d0, result + (2 * resultStep));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Output(float* from, nint step, float* result, nint resultStep)
    {
        var m0 = Vector.Load(from);
        Vector.Store(m0 + Vector.Load(from + step), result);
        Vector.Store(m0 + Vector.Load(from + (2 * step)), result + resultStep);
    }
}
