using VicRegSweeps.Reports.Page;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Reports.Tables;

/// <summary>What of a store is exported.</summary>
/// <param name="Where">Which trials; null for all.</param>
/// <param name="Columns">Which columns of trials and summary, in this order; null for all.</param>
/// <param name="Sweep">The name of the sweep whose trials are meant; null for every trial of the store.</param>
public sealed record ExportChoice(Func<RecordedTrial, bool>? Where = null, IReadOnlyList<string>? Columns = null, string? Sweep = null)
{
    /// <summary>How to tell what trials were trained on, so that the baseline says whose it is; null where that is not known.</summary>
    public InputReading? Inputs { get; init; }

    public static ExportChoice All { get; } = new();
}

/// <summary>Writes a store as files for other programs.</summary>
public static class Export
{
    private static readonly Table[] Tables =
    [
        new("trials", TrialsTable.Columns, TrialsTable.Write, HasChoice: true),
        new("curves", CurvesTable.Columns, CurvesTable.Write, HasChoice: false),
        new("metrics", MetricsTable.Columns, MetricsTable.Write, HasChoice: false),
        new("summary", SummaryTable.Columns, SummaryTable.Write, HasChoice: true),
        new("settings", SettingsTable.Columns, SettingsTable.Write, HasChoice: false),
        new("baseline", BaselineTable.Columns, BaselineTable.Write, HasChoice: false),
    ];

    /// <summary>Of stores that have metrics at several horizons.</summary>
    private static readonly Table Horizons = new("horizons", HorizonsTable.Columns, HorizonsTable.Write, HasChoice: false);

    /// <summary>Writes a file for each table. Old files are replaced once all the new ones are whole.</summary>
    /// <param name="folder">Made where it is missing.</param>
    /// <returns>The paths of the files.</returns>
    /// <exception cref="SweepException">There is no such column or sweep, or the folder cannot be written; the files in it are as they were.</exception>
    public static IReadOnlyList<string> Csv(IStoreReader store, string folder, ExportChoice? choice = null) =>
        Write(store, folder, choice ?? ExportChoice.All, "csv", (path, columns) => new CsvFile(path, columns));

    /// <inheritdoc cref="Csv"/>
    public static IReadOnlyList<string> Parquet(IStoreReader store, string folder, ExportChoice? choice = null) =>
        Write(store, folder, choice ?? ExportChoice.All, "parquet", (path, columns) => new ParquetFile(path, columns));

    /// <summary>Writes the trials as one Markdown table.</summary>
    /// <exception cref="SweepException">There is no such column or sweep.</exception>
    public static void Markdown(IStoreReader store, TextWriter writer, ExportChoice? choice = null)
    {
        choice ??= ExportChoice.All;
        store.RefuseDamage();
        var source = new TableSource(store, choice);
        using var file = Open(Tables[0], source, choice.Columns ?? Headline(source), columns => new MarkdownFile(writer, columns));
        TrialsTable.Write(source, file);
    }

    private static IReadOnlyList<string> Write(
        IStoreReader store, string folder, ExportChoice choice, string extension, Func<string, IReadOnlyList<Column>, ITableFile> create)
    {
        store.RefuseDamage();
        var source = new TableSource(store, choice);
        Table[] tables = [.. Tables, .. HorizonsTable.Has(store) ? [Horizons] : Array.Empty<Table>()];
        return WholeFolder.Write(folder, $"the {extension} files", temporary =>
        {
            foreach (var table in tables)
            {
                using var file = Open(table, source, choice.Columns, columns => create(Path.Combine(temporary, $"{table.Name}.{extension}"), columns));
                table.Write(source, file);
            }

            return [.. tables.Select(t => $"{t.Name}.{extension}")];
        });
    }

    private static ITableFile Open(
        Table table, TableSource source, IReadOnlyList<string>? chosen, Func<IReadOnlyList<Column>, ITableFile> create)
    {
        var columns = table.Columns(source);
        if (chosen is null || !table.HasChoice) return create(columns);

        // What belongs to one trial, such as its state, the summary has no column for.
        var places = ColumnSelection.Places(columns, chosen, table.Name, areAllNeeded: table.Name == "trials");
        return places.Count == 0 ? create(columns) : new ColumnSelection(columns, places, create);
    }

    /// <summary>The columns of a table that is read, not computed with.</summary>
    private static IReadOnlyList<string> Headline(TableSource source) =>
    [
        "trial", "seed", "state", .. source.HasSweepColumn ? [TableSource.SweepColumn] : Array.Empty<string>(),
        .. source.HasGenerationColumn ? [TableSource.GenerationColumn] : Array.Empty<string>(),
        .. source.Store.Spaces.Select(source.Store.Vocabulary.VerdictColumn),
        .. source.Varying.Select(c => c.Name),
        .. source.Store.Vocabulary.Terms.Select(term => $"{Vocabulary.Loss}/{term.Name}"),
        .. source.Store.Spaces.SelectMany(space => Headlines.Of(source.Store.Vocabulary, space).Select(metric => $"{space.Name}/{metric.Name}")),
    ];

    private sealed record Table(
        string Name, Func<TableSource, IReadOnlyList<Column>> Columns, Action<TableSource, ITableFile> Write, bool HasChoice);
}
