using System.Numerics;
using System.Runtime.InteropServices;

namespace VicRegSweeps.Trials.Metrics;

/// <summary>The few largest of many numbers, in one pass that compares whole vectors: a top-k for the processor.</summary>
internal static class Largest
{
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
        for (var v = 0; v < vectors.Length; v++)
        {
            if (found == values.Length && !Vector.GreaterThanAny(vectors[v], new Vector<T>(values[^1])))
            {
                continue;
            }

            for (var i = v * Vector<T>.Count; i < (v + 1) * Vector<T>.Count; i++)
            {
                if (found < values.Length || numbers[i] > values[^1])
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
