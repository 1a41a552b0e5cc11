using System.Runtime.CompilerServices;
using VicRegSweeps.Trials.Arrays.Products;

namespace VicRegSweeps.Trials.Backbone.Winograd;

/// <summary>F(4, 3): four outputs of six inputs for six multiplications instead of twelve.</summary>
/// <remarks>Interpolates at 0, ±P, ±Q and infinity.</remarks>
internal readonly struct FourOutputs : ITileTransform
{
    // Lavin and Gray's points.
    private const double P = 1;
    private const double Q = 2;
    private const float P1 = (float)P, P2 = (float)(P * P), P3 = (float)(P * P * P);
    private const float Q1 = (float)Q, Q2 = (float)(Q * Q), Q3 = (float)(Q * Q * Q);

    public static int Products => 6;

    public static int Inputs => 6;

    public static int Outputs => 4;

    public static int Border => 1;

    public static double[][] Kernel => [.. Points.Select(Row), [0, 0, 1]];

    private static double[] Points => [0, P, -P, Q, -Q];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Input<TWidth, TVector>(float* from, nint step, float* result, nint resultStep)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : unmanaged
    {
        var (d0, d1, d2) = (TWidth.Load(from), TWidth.Load(from + step), TWidth.Load(from + (2 * step)));
        var (d3, d4, d5) = (TWidth.Load(from + (3 * step)), TWidth.Load(from + (4 * step)), TWidth.Load(from + (5 * step)));
        var evenP = Fma(-Q2, d2, d4);
        var oddP = Fma(-Q2, d1, d3);
        var evenQ = Fma(-P2, d2, d4);
        var oddQ = Fma(-P2, d1, d3);
        TWidth.Store(Fma(P2 * Q2, d0, Fma(-(P2 + Q2), d2, d4)), result);
        TWidth.Store(Fma(P1, oddP, evenP), result + resultStep);
        TWidth.Store(Fma(-P1, oddP, evenP), result + (2 * resultStep));
        TWidth.Store(Fma(Q1, oddQ, evenQ), result + (3 * resultStep));
        TWidth.Store(Fma(-Q1, oddQ, evenQ), result + (4 * resultStep));
        TWidth.Store(Fma(P2 * Q2, d1, Fma(-(P2 + Q2), d3, d5)), result + (5 * resultStep));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static TVector Fma(float factor, TVector x, TVector y) => TWidth.MultiplyAdd(TWidth.Of(factor), x, y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Output<TWidth, TVector>(float* from, nint step, float* result, nint resultStep)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : unmanaged
    {
        var (m1, m2) = (TWidth.Load(from + step), TWidth.Load(from + (2 * step)));
        var (m3, m4) = (TWidth.Load(from + (3 * step)), TWidth.Load(from + (4 * step)));
        var (sumP, differenceP, sumQ, differenceQ) = (TWidth.Add(m1, m2), TWidth.Subtract(m1, m2), TWidth.Add(m3, m4), TWidth.Subtract(m3, m4));
        TWidth.Store(TWidth.Add(TWidth.Add(TWidth.Load(from), sumP), sumQ), result);
        TWidth.Store(Fma(P1, differenceP, TWidth.Multiply(TWidth.Of(Q1), differenceQ)), result + resultStep);
        TWidth.Store(Fma(P2, sumP, TWidth.Multiply(TWidth.Of(Q2), sumQ)), result + (2 * resultStep));
        TWidth.Store(Fma(P3, differenceP, Fma(Q3, differenceQ, TWidth.Load(from + (5 * step)))), result + (3 * resultStep));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static TVector Fma(float factor, TVector x, TVector y) => TWidth.MultiplyAdd(TWidth.Of(factor), x, y);
    }

    /// <summary>The kernel's value at a point, divided by the product of the point's distances to the others.</summary>
    private static double[] Row(double point)
    {
        var product = Points.Where(other => other != point).Aggregate(1.0, (sofar, other) => sofar * (point - other));
        return [1 / product, point / product, point * point / product];
    }
}
