using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Reports.Tables;

/// <summary>Some columns of a table, in an order of one's own.</summary>
internal sealed class ColumnSelection : ITableFile
{
    private readonly ITableFile file;
    private readonly int[] order;
    private readonly Cell[] cells;
    private int next;

    /// <param name="open">Opens the file for the columns that are left.</param>
    public ColumnSelection(IReadOnlyList<Column> columns, IReadOnlyList<int> order, Func<IReadOnlyList<Column>, ITableFile> open)
    {
        this.order = [.. order];
        cells = new Cell[columns.Count];
        file = open([.. order.Select(i => columns[i])]);
    }

    /// <summary>The places of columns that were asked for by name.</summary>
    /// <param name="columns">All that there are.</param>
    /// <param name="names">A name with a colon's part left out, such as <c>loss/total</c> for <c>loss/total:mean</c>, means all of its columns.</param>
    /// <param name="table">For the message.</param>
    /// <param name="areAllNeeded">Whether a name that the table does not have is an error; else it is passed over.</param>
    /// <exception cref="SweepException">There is no such column.</exception>
    public static IReadOnlyList<int> Places(IReadOnlyList<Column> columns, IReadOnlyList<string> names, string table, bool areAllNeeded)
    {
        var places = new List<int>();
        foreach (var name in names)
        {
            var found = columns.Index().Where(c => c.Item.Name == name || c.Item.Name.StartsWith(name + ":", StringComparison.Ordinal)).ToList();
            if (found.Count == 0 && areAllNeeded)
            {
                throw new SweepException(Nearest.Complaint($"--columns names '{name}', which {table} does not have", name, columns.Select(c => c.Name)));
            }

            places.AddRange(found.Select(c => c.Index).Except(places));
        }

        return places;
    }

    public ITableFile Text(string? text) => Keep(new(ColumnKind.Text, text, null, null));

    public ITableFile Whole(long? number) => Keep(new(ColumnKind.Whole, null, number, null));

    public ITableFile Real(double? number) => Keep(new(ColumnKind.Real, null, null, number));

    public void EndRow()
    {
        foreach (var place in order)
        {
            var cell = cells[place];
            _ = cell.Kind switch
            {
                ColumnKind.Text => file.Text(cell.Text),
                ColumnKind.Whole => file.Whole(cell.Whole),
                _ => file.Real(cell.Real),
            };
        }

        file.EndRow();
        next = 0;
    }

    public void Dispose() => file.Dispose();

    private ColumnSelection Keep(Cell cell)
    {
        cells[next++] = cell;
        return this;
    }

    private readonly record struct Cell(ColumnKind Kind, string? Text, long? Whole, double? Real);
}
