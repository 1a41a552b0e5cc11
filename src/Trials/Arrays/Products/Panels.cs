using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VicRegSweeps.Trials.Arrays.Products;

/// <summary>Copies a piece of a matrix so that its rows lie behind each other.</summary>
internal static unsafe class Panels
{
    /// <summary>Rows and columns that are turned at once.</summary>
    private const int Square = 8;

    /// <param name="row">The first row to copy.</param>
    /// <param name="column">The first column to copy.</param>
    /// <param name="to">[rows][width].</param>
    /// <param name="width">At least <paramref name="columns"/>; what is beyond is filled with zeros.</param>
    public static void Copy(FloatMatrix matrix, int row, int column, int rows, int columns, float* to, int width)
    {
        var from = matrix.Start + (row * matrix.RowStep) + (column * matrix.ColumnStep);
        if (columns < width) new Span<float>(to, rows * width).Clear();
        if (matrix.ColumnStep == 1)
        {
            for (var i = 0; i < rows; i++) CopyRow(from + (i * matrix.RowStep), to + (i * (nint)width), columns);
            return;
        }

        var turnedRows = matrix.RowStep == 1 && Avx.IsSupported ? rows / Square * Square : 0;
        var turnedColumns = turnedRows > 0 ? columns / Square * Square : 0;
        for (var i = 0; i < turnedRows; i += Square)
        {
            for (var j = 0; j < turnedColumns; j += Square)
                Turn(from + i + (j * matrix.ColumnStep), matrix.ColumnStep, to + (i * (nint)width) + j, width);
        }

        for (var i = 0; i < rows; i++)
        {
            for (var j = i < turnedRows ? turnedColumns : 0; j < columns; j++)
                to[(i * (nint)width) + j] = from[(i * matrix.RowStep) + (j * matrix.ColumnStep)];
        }
    }

    /// <summary>Rows of a panel are too short for the call that copies a span.</summary>
    private static void CopyRow(float* from, float* to, int columns)
    {
        var column = 0;
        for (; column <= columns - Square; column += Square) Vector256.Load(from + column).Store(to + column);
        for (; column < columns; column++) to[column] = from[column];
    }

    /// <summary>Writes eight rows of eight floats as columns.</summary>
    private static void Turn(float* from, nint step, float* to, nint toStep)
    {
        var (a, b, c, d) = (Vector256.Load(from), Vector256.Load(from + step), Vector256.Load(from + (2 * step)), Vector256.Load(from + (3 * step)));
        from += 4 * step;
        var (e, f, g, h) = (Vector256.Load(from), Vector256.Load(from + step), Vector256.Load(from + (2 * step)), Vector256.Load(from + (3 * step)));

        // Pairs, then fours, then halves: a0 b0 a1 b1 …, then a0 b0 c0 d0 …, then a0 … h0.
        var (ab0, ab2, cd0, cd2) = (Avx.UnpackLow(a, b), Avx.UnpackHigh(a, b), Avx.UnpackLow(c, d), Avx.UnpackHigh(c, d));
        var (ef0, ef2, gh0, gh2) = (Avx.UnpackLow(e, f), Avx.UnpackHigh(e, f), Avx.UnpackLow(g, h), Avx.UnpackHigh(g, h));
        const byte lower = 0x44, upper = 0xEE;
        var (abcd0, abcd1, abcd2, abcd3) = (
            Avx.Shuffle(ab0, cd0, lower), Avx.Shuffle(ab0, cd0, upper), Avx.Shuffle(ab2, cd2, lower), Avx.Shuffle(ab2, cd2, upper));
        var (efgh0, efgh1, efgh2, efgh3) = (
            Avx.Shuffle(ef0, gh0, lower), Avx.Shuffle(ef0, gh0, upper), Avx.Shuffle(ef2, gh2, lower), Avx.Shuffle(ef2, gh2, upper));
        const byte firstHalves = 0x20, secondHalves = 0x31;
        Avx.Permute2x128(abcd0, efgh0, firstHalves).Store(to);
        Avx.Permute2x128(abcd1, efgh1, firstHalves).Store(to + toStep);
        Avx.Permute2x128(abcd2, efgh2, firstHalves).Store(to + (2 * toStep));
        Avx.Permute2x128(abcd3, efgh3, firstHalves).Store(to + (3 * toStep));
        Avx.Permute2x128(abcd0, efgh0, secondHalves).Store(to + (4 * toStep));
        Avx.Permute2x128(abcd1, efgh1, secondHalves).Store(to + (5 * toStep));
        Avx.Permute2x128(abcd2, efgh2, secondHalves).Store(to + (6 * toStep));
        Avx.Permute2x128(abcd3, efgh3, secondHalves).Store(to + (7 * toStep));
    }
}
