namespace VicRegSweeps.SweepEngine.Stores.Sql;

/// <summary>A query that may be run again and again, and steps through its rows.</summary>
internal interface IQuery : IRow
{
    /// <summary>Begins a run.</summary>
    void Start(params ReadOnlySpan<object?> values);

    /// <summary>Goes to the next row.</summary>
    /// <returns>False after the last.</returns>
    bool Next();

    /// <summary>Goes through the rows that are left, so that the query is done and holds nothing.</summary>
    void Finish();
}
