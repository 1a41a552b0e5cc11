using System.Runtime.CompilerServices;

namespace VicRegSweeps.Trials.Arrays.Products;

/// <summary>Four rows of a product, three vectors wide or one: what products of matrices and the backbone's tiles are made of.</summary>
/// <remarks>
/// Twelve sums, three values and a factor fill the sixteen registers of AVX2, and twelve independent sums hide the latency of the
/// multiply-adds; AVX-512 has more registers, which this does not need. Each sum is taken in order, so its bits depend on nothing but
/// its own numbers: not on the width of vectors, nor on what is computed beside it.
/// </remarks>
internal static unsafe class ProductKernel<TWidth, TVector>
    where TWidth : struct, IVectorWidth<TVector>
    where TVector : unmanaged
{
    /// <summary>Rows that are computed together.</summary>
    public const int Rows = 4;

    /// <summary>Columns of the wide kernel: 48 with 512 bits.</summary>
    public static int WideColumns => 3 * TWidth.Count;

    /// <summary>result[r] = Σᵢ factors[r][i] · values[i], for three vectors of columns.</summary>
    /// <param name="factors">The first row's first factor.</param>
    /// <param name="rowStep">Floats from one row's factors to the next row's.</param>
    /// <param name="step">Floats from one factor of a row to its next.</param>
    /// <param name="values">[length][3 vectors], in one piece.</param>
    /// <param name="results">[4][3 vectors].</param>
    /// <param name="resultStep">Floats from one row of results to the next.</param>
    /// <param name="isContinued">Whether the sums begin with what <paramref name="results"/> hold.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Wide(float* factors, nint rowStep, nint step, float* values, int length, float* results, nint resultStep, bool isContinued)
    {
        var v = TWidth.Count;
        var f1 = factors + rowStep;
        var f2 = f1 + rowStep;
        var f3 = f2 + rowStep;
        TVector r00, r01, r02, r10, r11, r12, r20, r21, r22, r30, r31, r32;
        if (isContinued)
        {
            (r00, r01, r02) = (TWidth.Load(results), TWidth.Load(results + v), TWidth.Load(results + (2 * v)));
            var next = results + resultStep;
            (r10, r11, r12) = (TWidth.Load(next), TWidth.Load(next + v), TWidth.Load(next + (2 * v)));
            next += resultStep;
            (r20, r21, r22) = (TWidth.Load(next), TWidth.Load(next + v), TWidth.Load(next + (2 * v)));
            next += resultStep;
            (r30, r31, r32) = (TWidth.Load(next), TWidth.Load(next + v), TWidth.Load(next + (2 * v)));
        }
        else
        {
            r00 = r01 = r02 = r10 = r11 = r12 = r20 = r21 = r22 = r30 = r31 = r32 = default;
        }

        for (var i = 0; i < length; i++)
        {
            var (v0, v1, v2) = (TWidth.Load(values), TWidth.Load(values + v), TWidth.Load(values + (2 * v)));
            var factor = TWidth.Of(*factors);
            r00 = TWidth.MultiplyAdd(factor, v0, r00);
            r01 = TWidth.MultiplyAdd(factor, v1, r01);
            r02 = TWidth.MultiplyAdd(factor, v2, r02);
            factor = TWidth.Of(*f1);
            r10 = TWidth.MultiplyAdd(factor, v0, r10);
            r11 = TWidth.MultiplyAdd(factor, v1, r11);
            r12 = TWidth.MultiplyAdd(factor, v2, r12);
            factor = TWidth.Of(*f2);
            r20 = TWidth.MultiplyAdd(factor, v0, r20);
            r21 = TWidth.MultiplyAdd(factor, v1, r21);
            r22 = TWidth.MultiplyAdd(factor, v2, r22);
            factor = TWidth.Of(*f3);
            r30 = TWidth.MultiplyAdd(factor, v0, r30);
            r31 = TWidth.MultiplyAdd(factor, v1, r31);
            r32 = TWidth.MultiplyAdd(factor, v2, r32);
            values += 3 * v;
            factors += step;
            f1 += step;
            f2 += step;
            f3 += step;
        }

        Store(results, r00, r01, r02);
        Store(results + resultStep, r10, r11, r12);
        Store(results + (2 * resultStep), r20, r21, r22);
        Store(results + (3 * resultStep), r30, r31, r32);
    }

    /// <summary>The same for one vector of columns.</summary>
    /// <param name="values">[length][1 vector].</param>
    /// <param name="results">[4][1 vector].</param>
    /// <inheritdoc cref="Wide"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Narrow(float* factors, nint rowStep, nint step, float* values, int length, float* results, nint resultStep, bool isContinued)
    {
        var f1 = factors + rowStep;
        var f2 = f1 + rowStep;
        var f3 = f2 + rowStep;
        TVector r0 = default, r1 = default, r2 = default, r3 = default;
        if (isContinued)
        {
            (r0, r1) = (TWidth.Load(results), TWidth.Load(results + resultStep));
            (r2, r3) = (TWidth.Load(results + (2 * resultStep)), TWidth.Load(results + (3 * resultStep)));
        }

        for (var i = 0; i < length; i++)
        {
            var value = TWidth.Load(values);
            r0 = TWidth.MultiplyAdd(TWidth.Of(*factors), value, r0);
            r1 = TWidth.MultiplyAdd(TWidth.Of(*f1), value, r1);
            r2 = TWidth.MultiplyAdd(TWidth.Of(*f2), value, r2);
            r3 = TWidth.MultiplyAdd(TWidth.Of(*f3), value, r3);
            values += TWidth.Count;
            factors += step;
            f1 += step;
            f2 += step;
            f3 += step;
        }

        TWidth.Store(r0, results);
        TWidth.Store(r1, results + resultStep);
        TWidth.Store(r2, results + (2 * resultStep));
        TWidth.Store(r3, results + (3 * resultStep));
    }

    private static void Store(float* to, TVector v0, TVector v1, TVector v2)
    {
        TWidth.Store(v0, to);
        TWidth.Store(v1, to + TWidth.Count);
        TWidth.Store(v2, to + (2 * TWidth.Count));
    }
}
