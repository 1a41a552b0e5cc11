using System.Numerics;
using System.Runtime.CompilerServices;

namespace VicRegSweeps.Trials.Backbone.Winograd;

/// <summary>Images that are computed side by side: image n of a group is lane n of every vector, so that lanes never mix.</summary>
internal static class Lanes
{
    /// <summary>Images in a group, three vectors: 24 where vectors have eight floats.</summary>
    public static int Count => 3 * Vector<float>.Count;

    /// <summary>Four rows of weights times the values of one group: result[r] = Σᵢ weights[i][r] · values[i].</summary>
    /// <param name="weights">[length][4].</param>
    /// <param name="values">[length][lanes].</param>
    /// <param name="results">[4][lanes].</param>
    /// <remarks>
    /// Twelve sums, three values and a weight fill the sixteen registers of AVX2, and twelve independent sums hide the
    /// latency of the multiply-adds. Each sum is taken in order, so its bits depend on nothing but its own numbers.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void MultiplyFourRows(float* weights, float* values, float* results, int length)
    {
        Vector<float> r00 = default, r01 = default, r02 = default, r10 = default, r11 = default, r12 = default;
        Vector<float> r20 = default, r21 = default, r22 = default, r30 = default, r31 = default, r32 = default;
        for (var i = 0; i < length; i++)
        {
            var (v0, v1, v2) = (Vector.Load(values), Vector.Load(values + Vector<float>.Count), Vector.Load(values + (2 * Vector<float>.Count)));
            var weight = new Vector<float>(weights[0]);
            r00 = Vector.FusedMultiplyAdd(weight, v0, r00);
            r01 = Vector.FusedMultiplyAdd(weight, v1, r01);
            r02 = Vector.FusedMultiplyAdd(weight, v2, r02);
            weight = new Vector<float>(weights[1]);
            r10 = Vector.FusedMultiplyAdd(weight, v0, r10);
            r11 = Vector.FusedMultiplyAdd(weight, v1, r11);
            r12 = Vector.FusedMultiplyAdd(weight, v2, r12);
            weight = new Vector<float>(weights[2]);
            r20 = Vector.FusedMultiplyAdd(weight, v0, r20);
            r21 = Vector.FusedMultiplyAdd(weight, v1, r21);
            r22 = Vector.FusedMultiplyAdd(weight, v2, r22);
            weight = new Vector<float>(weights[3]);
            r30 = Vector.FusedMultiplyAdd(weight, v0, r30);
            r31 = Vector.FusedMultiplyAdd(weight, v1, r31);
            r32 = Vector.FusedMultiplyAdd(weight, v2, r32);
            weights += 4;
            values += Count;
        }

        Store(results, r00, r01, r02);
        Store(results + Count, r10, r11, r12);
        Store(results + (2 * Count), r20, r21, r22);
        Store(results + (3 * Count), r30, r31, r32);
    }

    private static unsafe void Store(float* to, Vector<float> v0, Vector<float> v1, Vector<float> v2)
    {
        Vector.Store(v0, to);
        Vector.Store(v1, to + Vector<float>.Count);
        Vector.Store(v2, to + (2 * Vector<float>.Count));
    }
}
