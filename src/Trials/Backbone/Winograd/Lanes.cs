using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VicRegSweeps.Trials.Arrays.Products;

namespace VicRegSweeps.Trials.Backbone.Winograd;

/// <summary>Images that are computed side by side: image n of a group is lane n of every vector, so that lanes never mix.</summary>
internal static class Lanes
{
    /// <summary>Images in a group, as many as the kernel has columns: 48 where vectors have sixteen floats, else 24.</summary>
    public static int Count => Vector512.IsHardwareAccelerated
        ? ProductKernel<Width512, Vector512<float>>.WideColumns
        : ProductKernel<Width256, Vector256<float>>.WideColumns;

    /// <summary>Rows of weights that <see cref="MultiplyRows"/> takes at once.</summary>
    public const int Rows = ProductKernel<Width256, Vector256<float>>.Rows;

    /// <summary>Rows of weights times the values of one group: result[r] = Σᵢ weights[i][r] · values[i].</summary>
    /// <param name="weights">[length][rows].</param>
    /// <param name="values">[length][lanes].</param>
    /// <param name="results">[rows][lanes].</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void MultiplyRows(float* weights, float* values, float* results, int length)
    {
        if (Vector512.IsHardwareAccelerated)
            ProductKernel<Width512, Vector512<float>>.Wide(weights, 1, Rows, values, length, results, Count, isContinued: false);
        else
            ProductKernel<Width256, Vector256<float>>.Wide(weights, 1, Rows, values, length, results, Count, isContinued: false);
    }
}
