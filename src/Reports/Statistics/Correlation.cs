namespace VicRegSweeps.Reports.Statistics;

/// <summary>Pearson's correlations between the columns of a sample.</summary>
internal static class Correlation
{
    /// <param name="values">Rows of <paramref name="dimension"/> numbers; rows that are not finite are left out.</param>
    /// <returns>[D, D]; NaN where a column has no variance.</returns>
    public static double[,] Of(float[] values, int dimension)
    {
        var rows = Enumerable.Range(0, values.Length / dimension)
            .Select(row => values.AsMemory(row * dimension, dimension)).Where(row => AllFinite(row.Span)).ToList();
        var (means, products) = (new double[dimension], new double[dimension, dimension]);
        foreach (var row in rows)
        {
            for (var i = 0; i < dimension; i++) means[i] += row.Span[i] / (double)rows.Count;
        }

        foreach (var row in rows)
        {
            var span = row.Span;
            for (var i = 0; i < dimension; i++)
            {
                var deviation = span[i] - means[i];
                for (var j = 0; j <= i; j++) products[i, j] += deviation * (span[j] - means[j]);
            }
        }

        var correlations = new double[dimension, dimension];
        for (var i = 0; i < dimension; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var scale = Math.Sqrt(products[i, i] * products[j, j]);
                correlations[i, j] = correlations[j, i] = scale > 0 ? Math.Clamp(products[i, j] / scale, -1, 1) : double.NaN;
            }
        }

        return correlations;
    }

    private static bool AllFinite(ReadOnlySpan<float> row)
    {
        foreach (var value in row)
        {
            if (!float.IsFinite(value)) return false;
        }

        return true;
    }
}
