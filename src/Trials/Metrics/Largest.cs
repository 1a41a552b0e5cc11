using System.Numerics;
using System.Runtime.InteropServices;

namespace VicRegSweeps.Trials.Metrics;

/// <summary>The few largest of many numbers, in two passes that compare whole vectors: a top-k for the processor.</summary>
internal static class Largest
{
    // Of so many groups of numbers the maxima are taken, lane by lane: 32 at least, so that k of them are there.
    private const int Groups = 16;
    private const int MostOfFloor = 32;

    /// <summary>Finds the largest values and where they stand; of equal ones the first.</summary>
    /// <param name="numbers">[n], n at least k; NaN is never among the largest.</param>
    /// <param name="values">[k], filled, largest first.</param>
    /// <param name="places">[k], filled.</param>
    public static void Of<T>(ReadOnlySpan<T> numbers, Span<T> values, Span<int> places)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        values.Fill(T.NegativeInfinity);
        places.Clear();
        var found = 0;
        var vectors = MemoryMarshal.Cast<T, Vector<T>>(numbers);
        var floor = FloorOf(vectors, values.Length);
        for (var v = 0; v < vectors.Length; v++)
        {
            var isFull = found == values.Length;
            if (isFull ? !Vector.GreaterThanAny(vectors[v], new Vector<T>(values[^1])) : !Vector.GreaterThanOrEqualAny(vectors[v], new Vector<T>(floor)))
            {
                continue;
            }

            for (var i = v * Vector<T>.Count; i < (v + 1) * Vector<T>.Count; i++)
            {
                if (found < values.Length ? numbers[i] >= floor : numbers[i] > values[^1])
                {
                    Insert(numbers[i], i, values, places, ref found);
                }
            }
        }

        for (var i = vectors.Length * Vector<T>.Count; i < numbers.Length; i++)
        {
            Insert(numbers[i], i, values, places, ref found);
        }
    }

    /// <summary>A number that at least k of them reach, as a first pass finds it: the k-th of many maxima.</summary>
    /// <returns>−∞ where there are too few numbers for that.</returns>
    private static T FloorOf<T>(ReadOnlySpan<Vector<T>> vectors, int k)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (k > MostOfFloor || vectors.Length < 4 * Groups) return T.NegativeInfinity;

        Span<Vector<T>> maxima = stackalloc Vector<T>[Groups];
        maxima.Fill(new Vector<T>(T.NegativeInfinity));
        for (var group = 0; group < Groups; group++)
        {
            var most = maxima[group];
            foreach (var vector in vectors[(vectors.Length * group / Groups)..(vectors.Length * (group + 1) / Groups)])
                most = Vector.ConditionalSelect(Vector.GreaterThan(vector, most), vector, most); // NaN is not greater
            maxima[group] = most;
        }

        Span<T> values = stackalloc T[MostOfFloor];
        Span<int> places = stackalloc int[MostOfFloor];
        Of(MemoryMarshal.Cast<Vector<T>, T>(maxima), values[..k], places[..k]);
        return values[k - 1];
    }

    private static void Insert<T>(T number, int place, Span<T> values, Span<int> places, ref int found)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var isFull = found == values.Length;
        if (T.IsNaN(number) || (isFull && number <= values[^1]))
        {
            return;
        }

        var at = isFull ? found - 1 : found++;
        for (; at > 0 && values[at - 1] < number; at--)
        {
            (values[at], places[at]) = (values[at - 1], places[at - 1]);
        }

        (values[at], places[at]) = (number, place);
    }
}
