using System.Runtime.Intrinsics;

namespace VicRegSweeps.Trials.Arrays.Products;

/// <summary>Products of matrices of floats on one core, with the widest vectors that the processor has. For one thread at a time.</summary>
internal abstract class FloatProducts : IDisposable
{
    public static FloatProducts Create() => Vector512.IsHardwareAccelerated
        ? new FloatProducts<Width512, Vector512<float>>()
        : new FloatProducts<Width256, Vector256<float>>();

    /// <summary>Makes <paramref name="result"/> the product of two matrices, or adds the product to it.</summary>
    /// <param name="result">[rows, columns] with <see cref="FloatMatrix.ColumnStep"/> 1.</param>
    /// <param name="left">[rows, length].</param>
    /// <param name="right">[length, columns].</param>
    /// <param name="isAdded">Whether the product is added; each sum then begins with what is there.</param>
    public abstract void Multiply(FloatMatrix result, FloatMatrix left, FloatMatrix right, bool isAdded = false);

    public abstract void Dispose();
}

/// <inheritdoc cref="FloatProducts"/>
/// <remarks>
/// The right matrix is copied panel by panel, as wide as a kernel and as long as the first-level cache holds it, so that the kernel reads
/// it in one piece; the left one is read where it lies, in whatever layout. Sums go over blocks of the length in order, so each is the sum
/// that it would be in one go, and its bits do not depend on the blocks.
/// </remarks>
internal sealed unsafe class FloatProducts<TWidth, TVector> : FloatProducts
    where TWidth : struct, IVectorWidth<TVector>
    where TVector : unmanaged
{
    /// <summary>Bytes of a panel: half of the smallest first-level cache, whose other half is for rows of the left matrix and of the result.</summary>
    private const int PanelBytes = 24 << 10;

    private const int Rows = ProductKernel<TWidth, TVector>.Rows;

    private static readonly int Wide = ProductKernel<TWidth, TVector>.WideColumns;
    private static readonly int Length = PanelBytes / sizeof(float) / Wide;

    private readonly FloatBlock panel = new((long)Length * Wide);
    private readonly FloatBlock edge = new((long)Rows * Wide);      // results that the matrix has no room for
    private readonly FloatBlock lastRows = new((long)Rows * Length);    // rows of the left matrix, filled up with zeros

    public override void Multiply(FloatMatrix result, FloatMatrix left, FloatMatrix right, bool isAdded = false)
    {
        if (result.ColumnStep != 1 || left.Columns != right.Rows || left.Rows != result.Rows || right.Columns != result.Columns)
            throw new ArgumentException($"{left} times {right} does not make {result}.");

        for (var from = 0; from < left.Columns; from += Length)
        {
            var length = Math.Min(Length, left.Columns - from);
            for (var column = 0; column < right.Columns;)
            {
                var isWide = right.Columns - column > TWidth.Count;
                var width = isWide ? Wide : TWidth.Count;
                var columns = Math.Min(width, right.Columns - column);
                Panels.Copy(right, from, column, length, columns, panel.Start, width);
                MultiplyPanel(result, left, from, length, column, columns, width, isAdded || from > 0);
                column += width;
            }
        }
    }

    public override void Dispose()
    {
        panel.Dispose();
        edge.Dispose();
        lastRows.Dispose();
    }

    private void MultiplyPanel(FloatMatrix result, FloatMatrix left, int from, int length, int column, int columns, int width, bool isContinued)
    {
        for (var row = 0; row < left.Rows; row += Rows)
        {
            var factors = left.Start + (row * left.RowStep) + (from * left.ColumnStep);
            var (rowStep, step) = (left.RowStep, left.ColumnStep);
            var rows = Math.Min(Rows, left.Rows - row);
            if (rows < Rows)
            {
                factors = CopyLastRows(factors, rows, length, rowStep, step);
                (rowStep, step) = (Length, 1);
            }

            var to = result.Start + (row * result.RowStep) + column;
            if (rows == Rows && columns == width)
            {
                Run(factors, rowStep, step, length, to, result.RowStep, width, isContinued);
                continue;
            }

            if (isContinued) CopyRows(to, result.RowStep, edge.Start, width, rows, columns);
            Run(factors, rowStep, step, length, edge.Start, width, width, isContinued);
            CopyRows(edge.Start, width, to, result.RowStep, rows, columns);
        }
    }

    private void Run(float* factors, nint rowStep, nint step, int length, float* to, nint resultStep, int width, bool isContinued)
    {
        if (width == Wide) ProductKernel<TWidth, TVector>.Wide(factors, rowStep, step, panel.Start, length, to, resultStep, isContinued);
        else ProductKernel<TWidth, TVector>.Narrow(factors, rowStep, step, panel.Start, length, to, resultStep, isContinued);
    }

    private float* CopyLastRows(float* from, int rows, int length, nint rowStep, nint step)
    {
        for (var row = 0; row < Rows; row++)
        {
            var to = lastRows.Start + (row * Length);
            for (var i = 0; i < length; i++) to[i] = row < rows ? from[(row * rowStep) + (i * step)] : 0;
        }

        return lastRows.Start;
    }

    private static void CopyRows(float* from, nint step, float* to, nint toStep, int rows, int columns)
    {
        for (var row = 0; row < rows; row++) new ReadOnlySpan<float>(from + (row * step), columns).CopyTo(new Span<float>(to + (row * toStep), columns));
    }
}
