namespace VicRegSweeps.SweepEngine.Stores.Sql;

/// <summary>The row that a query is at, whatever database answers it. Columns are counted from 0.</summary>
internal interface IRow
{
    long Whole(int column);

    long? WholeOrNull(int column);

    /// <summary>A count: what does not fit is not a number that was written here.</summary>
    /// <exception cref="FormatException">It is negative, or larger than an int.</exception>
    int Count(int column);

    /// <exception cref="FormatException">It is not finite; what is not finite is written as null.</exception>
    double Real(int column);

    /// <inheritdoc cref="Real"/>
    double? RealOrNull(int column);

    string Text(int column);

    string? TextOrNull(int column);
}
