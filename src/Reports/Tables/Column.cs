namespace VicRegSweeps.Reports.Tables;

/// <summary>A column of an exported table.</summary>
internal sealed record Column(string Name, ColumnKind Kind)
{
    public static Column Text(string name) => new(name, ColumnKind.Text);

    public static Column Whole(string name) => new(name, ColumnKind.Whole);

    public static Column Real(string name) => new(name, ColumnKind.Real);
}

/// <summary>What the cells of a column are; any may be empty.</summary>
internal enum ColumnKind
{
    Text,
    Whole,
    Real,
}
