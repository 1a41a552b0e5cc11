namespace VicRegSweeps.Trials.Arrays.Products;

/// <summary>A matrix of floats somewhere in memory, of any layout.</summary>
/// <param name="RowStep">Floats from one row to the next.</param>
/// <param name="ColumnStep">Floats from one column to the next.</param>
internal readonly unsafe record struct FloatMatrix(nint Address, int Rows, int Columns, nint RowStep, nint ColumnStep)
{
    public float* Start => (float*)Address;

    public FloatMatrix Transposed => new(Address, Columns, Rows, ColumnStep, RowStep);

    public override string ToString() => $"[{Rows}, {Columns}]";
}
