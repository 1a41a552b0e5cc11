using VicRegSweeps.Reports.Analysis;

namespace VicRegSweeps.Reports.Tests;

public sealed class EmbeddingStartsTests
{
    [Fact]
    public void Panels_that_differ_in_the_loss_alone_begin_as_one() => Check(SameStart.OfAll, [7], (0, 0, 7), (1, 0, 7), (0, 1, 7));

    [Fact]
    public void An_axis_that_changes_the_input_has_a_start_for_each_row_or_column()
    {
        Check(SameStart.OfRow, [7, 9], (0, 0, 7), (1, 0, 7), (0, 1, 9), (1, 1, 9));
        Check(SameStart.OfColumn, [7, 9], (0, 0, 7), (1, 0, 9), (0, 1, 7), (1, 1, 9));
    }

    [Fact]
    public void Where_both_axes_change_it_the_first_stands_alone() => Check(SameStart.OfNone, [7], (0, 0, 7), (1, 0, 8), (0, 1, 9), (1, 1, 10));

    [Fact]
    public void What_is_not_kept_is_not_shown() => Check(SameStart.Unknown, [], (0, 0, null), (1, 0, null));

    private static void Check(SameStart same, long[] numbers, params (int Across, int Up, long? Number)[] cells)
    {
        var starts = EmbeddingStarts.Of(cells);

        Assert.Equal(same, starts.Same);
        Assert.Equal(numbers, starts.Numbers);
    }
}
